"""A worker killed at any step of a replay: another one takes the part again, and nothing is counted twice."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import pytest

from tests.evaluation.conftest import PAID, Traffic, bank, say, traffic, with_trigger
from tests.faults.dying_replay import PART, STEPS
from understudy.evaluation.replaying.domain import Candidate, ListQuery, RunStatus
from understudy.infra.postgres.place import Place

__all__ = ["bank", "say", "traffic"]
MESSAGES = 4


@pytest.mark.parametrize("step", STEPS)
async def test_a_killed_part_runs_again_and_counts_once(step: str, traffic: Traffic, place: Place) -> None:
    await traffic.paid(*[PAID] * MESSAGES)
    replays = traffic.replays(part=PART)
    template = with_trigger("card_arrival", "postman never brings")
    run = await replays.start(traffic.principal, Candidate(traffic.template_id, template), days=30)
    arguments = (place.url, place.platform_url, str(traffic.company.id), str(run.id), step)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.dying_replay"),
        *arguments,
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
    )
    assert await process.wait() == -signal.SIGKILL
    broken = await replays.show(traffic.company.id, run.id)
    assert broken.status is RunStatus.RUNNING
    for number in (1, 2, 3):
        await replays.run_part(traffic.company.id, run.id, number)
    done = await replays.show(traffic.company.id, run.id)
    assert (done.status, done.done, done.total) == (RunStatus.DONE, MESSAGES, MESSAGES)
    assert (done.tally.newly_caught, done.tally.saving_micros) == (MESSAGES, 100 * MESSAGES)
    listed = await replays.messages(traffic.company.id, run.id, ListQuery())
    assert len(listed) == len({one.id for one in listed}) == MESSAGES

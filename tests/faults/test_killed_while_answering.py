"""kill -9 between any two steps of an answer: nothing is lost, and nothing is answered twice."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import pytest

from tests.answering.conftest import bank
from tests.faults.dying_process import MESSAGE
from understudy.channels.jobs import answer_what_is_left
from understudy.channels.service import Channels
from understudy.channels.settings import SweeperSettings
from understudy.companies.domain import Company, Principal
from understudy.infra.postgres.place import Place
from understudy.wiring.product import Product

__all__ = ["bank"]


@pytest.mark.fault
@pytest.mark.parametrize("step", ["thinking", "replied", "decided", "committed"])
async def test_killed_while_answering(
    place: Place, product: Product, bank: Company, principal: Principal, step: str
) -> None:
    await product.companies.change_settings(principal, bank.id, {"conversations": {"lease_seconds": 0.5}})
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.dying_process"),
        *(place.url, place.platform_url, str(bank.id), step),
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
    )
    assert await process.wait() == -signal.SIGKILL
    channels = Channels(
        companies=product.companies,
        conversations=product.conversations,
        answering=product.answering,
        inviting=product.channels.inviting,
        sweeper=SweeperSettings(left_after_seconds=0),
    )
    await asyncio.sleep(0.6)
    swept = sum(await asyncio.gather(*(answer_what_is_left(channels) for _ in range(3))))
    assert swept == (0 if step == "committed" else 1)
    taken = await channels.take(bank.id, MESSAGE)
    assert taken.is_replay
    assert taken.answer.reply is not None
    assert taken.answer.decision is not None
    assert taken.answer.decision.about.reply_id == taken.answer.reply.id
    async with product.database.transaction(bank.id) as tx:
        counts = await tx.raw.execute(
            "SELECT (SELECT count(*) FROM message WHERE direction = 'out'), (SELECT count(*) FROM decision), "
            "(SELECT count(*) FROM message WHERE awaits_reply)"
        )
        assert await counts.fetchone() == (1, 1, 0)

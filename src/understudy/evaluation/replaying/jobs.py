"""Background work of replays: their parts, and the end of those that nobody works on."""

from __future__ import annotations

from uuid import UUID

from understudy.evaluation.replaying.service import PART_JOB, Replays
from understudy.infra.jobs import Job, Sweep

TEND_EVERY_SECONDS = 300.0


def jobs(replays: Replays) -> tuple[Job, ...]:
    """The kinds of jobs of this package."""

    async def run_part(*, company_id: str, replay_id: str, number: int) -> None:
        await replays.run_part(UUID(company_id), UUID(replay_id), number)

    return (Job(PART_JOB, run_part),)


def sweeps(replays: Replays) -> tuple[Sweep, ...]:
    """What workers repeat for this package."""
    return (Sweep("tend_replays", replays.tend, TEND_EVERY_SECONDS),)

"""Background work of deciding and the watch: replays before anybody is asked, measuring, sums."""

from __future__ import annotations

from uuid import UUID

from understudy.infra.jobs import Job, Jobs, Sweep
from understudy.learning.deciding.gating import GATE_JOB, Gating
from understudy.learning.deciding.upkeep import Upkeep
from understudy.learning.settings import LearningProcessSettings
from understudy.learning.watch.watching import Watch

FINISH_EVERY_SECONDS = 60.0
FORGET_EVERY_SECONDS = 3_600.0


def jobs(gating: Gating) -> tuple[Job, ...]:
    """The kinds of jobs that replay suggestions."""

    async def examine(*, company_id: str) -> None:
        await gating.examine_due(UUID(company_id))

    return (Job(GATE_JOB, examine),)


def sweeps(
    gating: Gating, upkeep: Upkeep, watch: Watch, jobs: Jobs, settings: LearningProcessSettings
) -> tuple[Sweep, ...]:
    """What workers repeat to gate, to finish and to measure."""
    return (
        Sweep("gate_suggestions", lambda: gating.enqueue_due(jobs), settings.gate_every_seconds),
        Sweep("finish_approvals", upkeep.finish_left, FINISH_EVERY_SECONDS),
        Sweep("watch_suggestions", watch.measure_all, settings.watch_every_seconds),
        Sweep("forget_uses", watch.forget, FORGET_EVERY_SECONDS),
    )

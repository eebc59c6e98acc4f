"""Background jobs on PostgreSQL (procrastinate): enqueued in the transaction of the facts, run by any worker.

Packages describe their jobs as values; `worker.py` runs them and maps their errors. Arguments are identifiers only.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import procrastinate
from procrastinate import jobs as engine

from understudy.infra.database import Database, Tx
from understudy.infra.settings import ProcessSettings
from understudy.infra.telemetry import get_logger

QUEUE = "understudy"
log = get_logger(__name__)


class JobSettings(ProcessSettings):
    """How workers run jobs."""

    concurrency: int = 4
    """Jobs that one worker runs side by side."""
    heartbeat_seconds: float = 5.0
    """How often a worker says that it lives."""
    stalled_after_seconds: float = 20.0
    """A worker silent for so long is dead: its jobs go to another."""
    attempt_cap: int = 5
    """A job that was started so often is given up, also when it kills its workers."""
    poll_seconds: float = 0.5
    """How often a worker looks for jobs, waiting events and stalled jobs."""
    drain_seconds: float = 20.0
    """How long a worker that is told to stop lets its running jobs go on."""


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of job: its name, what runs it (identifiers in, nothing out), and its cron schedule if it has one."""

    name: str
    run: Callable[..., Awaitable[None]]
    cron: str | None = None


@dataclass(frozen=True, slots=True)
class Sweep:
    """Work that every worker repeats at its own pace, safe to run in many workers at once."""

    name: str
    run: Callable[[], Awaitable[object]]
    every_seconds: float


KEEP_FAILED_HOURS = 30 * 24
"""How long a failed job can be looked at before it is deleted; jobs that succeed are deleted at once."""


class Jobs:
    """Enqueues jobs."""

    def __init__(self, *, database: Database) -> None:
        self._connector = procrastinate.PsycopgConnector()
        self.app = procrastinate.App(connector=self._connector)
        self._database = database

    async def open(self) -> None:
        """Shares the process's connection pool with the job engine."""
        await self.app.open_async(self._database.pool)

    async def defer(self, tx: Tx, name: str, *, once: str | None = None, **arguments: Any) -> None:
        """Enqueues a job that exists if and only if the transaction commits.

        `once`: while a job with the same word waits, no second one is enqueued; while one runs, no second one starts.
        """
        task = self.app.configure_task(
            name, allow_unknown=True, queue=QUEUE, lock=once, queueing_lock=once, connection=tx.raw
        )
        if once is None:
            await task.defer_async(**arguments)
            return
        try:
            async with tx.raw.transaction():
                await task.defer_async(**arguments)
        except procrastinate.exceptions.AlreadyEnqueued:
            log.debug("job_waits_already", job=name)


async def reap(app: procrastinate.App, *, settings: JobSettings) -> None:
    """Hands the jobs of dead workers to living ones; gives up those that were started too often."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=settings.stalled_after_seconds):
        if job.attempts + 1 >= settings.attempt_cap:
            await app.job_manager.finish_job(job, status=engine.Status.FAILED, delete_job=False)
            log.error("job_given_up", job=job.task_name, id=job.id, attempts=job.attempts + 1)
        else:
            await app.job_manager.retry_job(job)
            log.warning("job_taken_over", job=job.task_name, id=job.id, attempts=job.attempts + 1)
    await app.job_manager.prune_stalled_workers(settings.stalled_after_seconds)


async def prune(app: procrastinate.App) -> None:
    """Deletes the failed jobs of old, so that the table of jobs stays small."""
    await app.job_manager.delete_old_jobs(
        nb_hours=KEEP_FAILED_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )

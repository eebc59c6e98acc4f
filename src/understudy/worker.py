"""The door for background work: runs jobs and sweeps, maps their errors. No logic."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any

import procrastinate
from procrastinate.tasks import Task

from understudy.infra.jobs import QUEUE, Job, Sweep
from understudy.infra.telemetry import counter, get_logger
from understudy.kit.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable, UnderstudyError
from understudy.wiring.product import Product


class Outcome(StrEnum):
    """What becomes of a job that raised."""

    DROPPED = "dropped"
    DONE = "done"
    RETRIED = "retried"


OUTCOME: dict[type[UnderstudyError], Outcome] = {
    Invalid: Outcome.DROPPED,
    Forbidden: Outcome.DROPPED,
    NotFound: Outcome.DROPPED,
    Conflict: Outcome.DONE,
    Unavailable: Outcome.RETRIED,
}
"""How errors end a job. Anything else is a bug: the job fails and is kept."""

BACKOFF_SECONDS = 2
"""First wait before a retry; each further one doubles it."""

CANCELLED_AGAIN_SECONDS = 1.0
"""How long a sweep may take to put its things away."""
log = get_logger(__name__)
_jobs = counter("understudy_jobs_total", "Jobs by how they ended.", ("job", "outcome"))


@asynccontextmanager
async def running(product: Product) -> AsyncIterator[None]:
    """Works in the background of an open product; leaving it lets running jobs finish, up to the drain limit."""
    for job in product.job_kinds:
        _register(product, job)
    worker = asyncio.create_task(_work(product), name="worker")
    sweeps = [asyncio.create_task(_repeat(sweep), name=sweep.name) for sweep in product.sweeps]
    try:
        yield
    finally:
        worker.cancel()
        await _end(sweeps)
        await asyncio.gather(*sweeps, worker, return_exceptions=True)


async def _end(sweeps: list[asyncio.Task[None]]) -> None:
    """Cancels sweeps until they have ended.

    Once is not enough: sweeps that end give their connections back, and one that waits for such a connection may get it
    in the same moment as it is cancelled. `asyncio.wait_for` of Python 3.11 then forgets that it was cancelled.
    """
    waiting = set(sweeps)
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=CANCELLED_AGAIN_SECONDS)


async def _work(product: Product) -> None:
    settings = product.configuration.jobs
    while True:
        try:
            await product.jobs.app.run_worker_async(
                queues=[QUEUE],
                name=f"{socket.gethostname()}-{os.getpid()}",
                concurrency=settings.concurrency,
                install_signal_handlers=False,
                listen_notify=False,
                fetch_job_polling_interval=settings.poll_seconds,
                abort_job_polling_interval=settings.poll_seconds * 10,
                shutdown_graceful_timeout=settings.drain_seconds,
                update_heartbeat_interval=settings.heartbeat_seconds,
                stalled_worker_timeout=settings.stalled_after_seconds,
                delete_jobs="successful",
            )
        except Exception as error:  # noqa: BLE001 - a door: whatever ended the job engine, start it again
            log.warning("worker_lost_its_database", error=type(error).__name__)
            await asyncio.sleep(settings.poll_seconds)


async def _repeat(sweep: Sweep) -> None:
    while True:
        try:
            await sweep.run()
        except Unavailable as error:
            log.warning("sweep_put_off", sweep=sweep.name, error=error.code)
        except Exception as error:
            log.error("sweep_failed", sweep=sweep.name, exc_info=error)
        await asyncio.sleep(sweep.every_seconds)


def _register(product: Product, job: Job) -> None:
    app = product.jobs.app
    if job.name in app.tasks:
        return
    retry = procrastinate.RetryStrategy(
        max_attempts=product.configuration.jobs.attempt_cap,
        exponential_wait=BACKOFF_SECONDS,
        retry_exceptions={Unavailable},
    )
    task: Task[Any, Any, Any] = app.task(name=job.name, queue=QUEUE, retry=retry)(_mapped(job))
    if job.cron:
        app.periodic(cron=job.cron, periodic_id=job.name)(task)


def _mapped(job: Job) -> Any:
    async def run(timestamp: int | None = None, **arguments: Any) -> None:
        try:
            await job.run(**arguments)
        except UnderstudyError as error:
            outcome = next(outcome for kind, outcome in OUTCOME.items() if isinstance(error, kind))
            _jobs.labels(job.name, outcome).inc()
            log.warning("job_error", outcome=outcome, job=job.name, error=error.code, detail=error.message)
            if outcome is Outcome.RETRIED:
                raise
        except Exception as error:
            _jobs.labels(job.name, "failed").inc()
            log.error("job_failed", job=job.name, exc_info=error)
            raise
        else:
            _jobs.labels(job.name, "succeeded").inc()

    return run

"""Tasks: claimed by one worker, given back by the dead, ended once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from tests.learning.rescued import Desk, open_desk
from understudy.companies.domain import NotAllowed, Principal
from understudy.infra.system import utc_now
from understudy.learning.domain import TaskNotFound, TaskStatus
from understudy.learning.settings import LearningProcessSettings
from understudy.learning.tasks.domain import TaskQuery
from understudy.learning.tasks.service import Tasks
from understudy.wiring.product import Product

SETTINGS = LearningProcessSettings(batch=4, claim_seconds=60, attempt_cap=3)


@dataclass
class Clock:
    """A clock that is set by hand."""

    at: datetime = field(default_factory=utc_now)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tasks(product: Product, clock: Clock) -> Tasks:
    """Tasks of a process with small batches and a clock of its own."""
    return Tasks(database=product.database, audit=product.audit, clock=clock, settings=SETTINGS)


@pytest.fixture
async def waiting(desk: Desk) -> Desk:
    """A company with ten tasks that wait."""
    for number in range(10):
        await desk.rescue(f"the parcel is late {number}")
    await desk.product.learning.makers.capture.run()
    return desk


async def test_many_workers_never_take_the_same(waiting: Desk, tasks: Tasks) -> None:
    claims = await asyncio.gather(*(tasks.claim() for _ in range(4)))
    claimed = [task.id for claim in claims for task in claim]
    assert len(claimed) == len(set(claimed))
    while more := await tasks.claim():
        claimed += [task.id for task in more]
    assert sorted(claimed) == [task.id for task in await waiting.tasks()]


async def test_the_claim_of_a_dead_worker_goes_to_another_and_the_late_one_changes_nothing(
    waiting: Desk, tasks: Tasks, clock: Clock
) -> None:
    first = (await tasks.claim())[0]
    assert first.id not in {task.id for task in [*await tasks.claim(), *await tasks.claim()]}
    clock.at += timedelta(seconds=61)
    again = next(task for task in await tasks.claim() if task.id == first.id)
    assert again.attempts == 2
    await tasks.done(first, reason="too late")
    assert (await waiting.tasks())[0].status is TaskStatus.PROCESSING
    await tasks.done(again)
    ended = (await waiting.tasks())[0]
    assert ended.status is TaskStatus.DONE
    assert ended.error is None
    assert ended.processed_at == clock.at


async def test_a_task_that_kills_its_workers_is_given_up(waiting: Desk, tasks: Tasks, clock: Clock) -> None:
    for _ in range(SETTINGS.attempt_cap):
        while await tasks.claim():
            pass
        clock.at += timedelta(seconds=61)
    assert await tasks.claim() == []
    for task in await waiting.tasks():
        assert task.status is TaskStatus.FAILED
        assert "3 times" in (task.error or "")


async def test_what_is_given_back_waits_as_if_it_had_not_been_claimed(waiting: Desk, tasks: Tasks) -> None:
    for _ in range(SETTINGS.attempt_cap + 2):
        for task in await tasks.claim():
            await tasks.give_back(task)
    assert {(task.status, task.attempts) for task in await waiting.tasks()} == {(TaskStatus.PENDING, 0)}


async def test_a_failed_task_is_retried_by_hand_and_others_are_left_alone(
    waiting: Desk, tasks: Tasks, product: Product
) -> None:
    principal = waiting.seeded.principal
    failed, done = (await tasks.claim())[:2]
    await tasks.failed(failed, "the reason " * 100)
    await tasks.done(done)
    (listed,) = await tasks.list(principal, TaskQuery(TaskStatus.FAILED))
    assert len(listed.error or "") <= 400
    assert (await tasks.retry(principal, failed.id)).status is TaskStatus.PENDING
    assert (await tasks.retry(principal, done.id)).status is TaskStatus.DONE
    other = await open_desk(product, "northwind")
    with pytest.raises(TaskNotFound):
        await tasks.retry(other.seeded.principal, failed.id)
    with pytest.raises(NotAllowed):
        await tasks.retry(replace(principal, permissions=frozenset()), failed.id)


async def test_lists_page_and_filter(waiting: Desk, tasks: Tasks) -> None:
    principal: Principal = waiting.seeded.principal
    first = await tasks.list(principal, TaskQuery(limit=4))
    rest = await tasks.list(principal, TaskQuery(before=first[-1].id))
    assert [*first, *rest] == list(reversed(await waiting.tasks()))
    assert await tasks.list(principal, TaskQuery(key="scenario:none")) == []

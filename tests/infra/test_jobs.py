"""Jobs and events: they exist if and only if their transaction commits, and their errors end as the table says."""

from __future__ import annotations

import asyncio
import dataclasses
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import pytest

from tests.infra.test_changes import until
from understudy import worker
from understudy.companies.domain import Company
from understudy.infra.jobs import QUEUE, Job, Sweep, reap
from understudy.infra.outbox import Outbox
from understudy.infra.system import new_id
from understudy.kit.errors import Conflict, Invalid, Unavailable
from understudy.wiring.product import Product


@dataclass(frozen=True)
class ThingHappened:
    company_id: UUID
    number: int


class Calls(list[dict[str, object]]):
    """What a job was called with; raises what it is told to, one after the other."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__()
        self._errors = list(errors)

    async def __call__(self, **arguments: object) -> None:
        self.append(arguments)
        if self._errors:
            raise self._errors.pop(0)


async def states(product: Product) -> list[str]:
    async with product.database.platform() as tx:
        rows = await (await tx.raw.execute("SELECT status::text FROM procrastinate_jobs ORDER BY id")).fetchall()
    return [row[0] for row in rows]


async def test_a_job_of_a_rolled_back_transaction_never_runs(product: Product, company: Company) -> None:
    async def fail() -> None:
        async with product.database.transaction(company.id) as tx:
            await product.jobs.defer(tx, "thing")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await states(product) == []


async def test_a_job_that_waits_is_not_enqueued_twice(product: Product, company: Company) -> None:
    for _ in range(3):
        async with product.database.transaction(company.id) as tx:
            await product.jobs.defer(tx, "thing", once="thing")
    assert await states(product) == ["todo"]


async def test_a_job_that_runs_is_not_started_beside_itself(product: Product, company: Company) -> None:
    """Else a job that takes longer than the sweep that looks for what is missing is started once more every time."""
    started, may_end = Calls(), asyncio.Event()

    async def slow(**arguments: object) -> None:
        await started(**arguments)
        await may_end.wait()

    product = dataclasses.replace(product, job_kinds=(Job("thing", slow),))
    async with worker.running(product):
        for number in (1, 2):
            async with product.database.transaction(company.id) as tx:
                await product.jobs.defer(tx, "thing", once="thing", number=number)
            await until(lambda: len(started) == 1)
        await asyncio.sleep(4 * product.configuration.jobs.poll_seconds)
        assert await states(product) == ["doing", "todo"]
        may_end.set()
        await until(lambda: len(started) == 2)


async def test_a_job_whose_twin_waits_goes_back_in_the_queue_when_its_worker_dies(
    product: Product, company: Company
) -> None:
    """Else the dead worker's job holds its twin's lock for ever, and no look at dead workers gets past it."""
    await _enqueue_once(product, company)
    app = product.jobs.app
    (dead,) = await app.job_manager.connector.execute_query_all_async(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
    )
    assert await app.job_manager.fetch_job(queues=[QUEUE], worker_id=dead["id"]) is not None
    await _enqueue_once(product, company)
    assert await states(product) == ["doing", "todo"]
    await reap(app, settings=product.configuration.jobs)
    assert await states(product) == ["todo", "todo"]
    thing = Calls()
    async with worker.running(dataclasses.replace(product, job_kinds=(Job("thing", thing),))):
        await until(lambda: len(thing) == 2)


async def test_a_job_whose_twin_waits_can_be_retried(product: Product, company: Company) -> None:
    """Else the worker fails to say so, and the job is neither done nor anybody's."""
    thing, may_end = Calls(), asyncio.Event()

    async def unlucky(**arguments: object) -> None:
        await thing(**arguments)
        await may_end.wait()
        if len(thing) == 1:
            raise Unavailable("later")

    async with worker.running(dataclasses.replace(product, job_kinds=(Job("thing", unlucky),))):
        await _enqueue_once(product, company)
        await until(lambda: len(thing) == 1)
        await _enqueue_once(product, company)
        may_end.set()
        await until(lambda: len(thing) == 3)


async def _enqueue_once(product: Product, company: Company) -> None:
    async with product.database.transaction(company.id) as tx:
        await product.jobs.defer(tx, "thing", once="thing")


@pytest.mark.parametrize(
    ("errors", "calls", "left"),
    [
        ([], 1, []),
        ([Invalid("no")], 1, []),
        ([Conflict("moved on")], 1, []),
        ([Unavailable("later")], 1, ["todo"]),
        ([RuntimeError("bug")], 1, ["failed"]),
    ],
)
async def test_errors_end_a_job_as_the_table_says(
    product: Product, company: Company, errors: list[Exception], calls: int, left: list[str]
) -> None:
    thing = Calls(*errors)
    product = dataclasses.replace(product, job_kinds=(Job("thing", thing),))
    async with worker.running(product):
        async with product.database.transaction(company.id) as tx:
            await product.jobs.defer(tx, "thing", number=7)
        await until(lambda: len(thing) == calls)
        for _ in range(100):
            if await states(product) == left:
                break
            await asyncio.sleep(0.02)
    assert await states(product) == left
    assert thing[0] == {"number": 7}


async def test_an_event_reaches_each_subscriber(product: Product, company: Company) -> None:
    one, two = Calls(), Calls()
    outbox = Outbox(subscriptions={ThingHappened: ("one", "two")}, new_id=new_id)
    product = dataclasses.replace(product, job_kinds=(Job("one", one), Job("two", two)))
    async with product.database.transaction(company.id) as tx:
        await outbox.announce(tx, ThingHappened(company.id, 3))
    assert await outbox.relay(product.database, product.jobs) == 1
    async with worker.running(product):
        await until(lambda: one and two)
    assert one == two
    (told,) = one
    UUID(str(told.pop("event_id")))
    assert told == {"company_id": str(company.id), "number": 3}


async def test_an_event_nobody_wants_is_not_written(product: Product, company: Company) -> None:
    async with product.database.transaction(company.id) as tx:
        await product.outbox.announce(tx, ThingHappened(company.id, 3))
    assert await product.outbox.relay(product.database, product.jobs) == 0


class OneSweep(Product):
    """A product whose only sweep loses its first cancellation, as one may that waits for a connection."""

    @property
    def sweeps(self) -> tuple[Sweep, ...]:
        async def forgetful() -> None:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(3600)

        return (Sweep("forgetful", forgetful, 3600),)


async def test_a_worker_ends_though_a_sweep_forgets_that_it_was_cancelled(product: Product) -> None:
    only = OneSweep(**{field.name: getattr(product, field.name) for field in dataclasses.fields(product)})
    async with asyncio.timeout(20):
        async with worker.running(only):
            await asyncio.sleep(0.1)

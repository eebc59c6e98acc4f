"""Breakers that processes share: opened by one, heard by all, probed by one, closed for all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import uuid4

import pytest

from tests.waiting import until
from understudy.infra.outbox import Outbox
from understudy.infra.system import elapsed, new_id
from understudy.llm.domain import Dialect, Provider
from understudy.llm.events import ProviderBack, ProviderDown
from understudy.llm.health.circuits import TOPIC, Circuits
from understudy.llm.settings import LlmProcessSettings
from understudy.wiring.product import Product

SETTINGS = LlmProcessSettings(breaker_failures=3, breaker_seconds=0.2)
Make = Callable[[], Circuits]


@pytest.fixture
def provider() -> Provider:
    """A provider of the platform."""
    return Provider(uuid4(), None, "openai", Dialect.OPENAI, timeout_seconds=5)


@pytest.fixture
def make(product: Product) -> Make:
    """Makes the breakers of one more process."""

    def made() -> Circuits:
        subscriptions = {ProviderDown: ["notice"], ProviderBack: ["notice"]}
        outbox = Outbox(subscriptions=subscriptions, new_id=new_id)
        circuits = Circuits(database=product.database, outbox=outbox, settings=SETTINGS, timer=elapsed)
        product.listener.subscribe(TOPIC, circuits.changed)
        return circuits

    return made


async def _events(product: Product) -> list[str]:
    async with product.database.lookup() as tx:
        rows = await (await tx.raw.execute("SELECT kind FROM outbox ORDER BY id")).fetchall()
    return [row[0] for row in rows]


async def _fail(circuits: Circuits, provider: Provider, times: int) -> None:
    for _ in range(times):
        await circuits.failed(provider, "timed_out")


async def test_failures_in_a_row_open_it_in_every_process(product: Product, make: Make, provider: Provider) -> None:
    one, other = make(), make()
    assert await other.may_ask(provider)
    await _fail(one, provider, 2)
    assert await one.may_ask(provider)
    await one.failed(provider, "timed_out")
    assert not await one.may_ask(provider)
    await until(lambda: _is_open(other, provider))
    assert await _events(product) == ["ProviderDown"]


async def _is_open(circuits: Circuits, provider: Provider) -> bool:
    return await circuits.is_tripped(provider)


async def test_a_success_in_between_starts_the_count_anew(make: Make, provider: Provider) -> None:
    circuits = make()
    await _fail(circuits, provider, 2)
    await circuits.answered(provider)
    await _fail(circuits, provider, 2)
    assert await circuits.may_ask(provider)


async def test_one_probe_of_all_processes_gets_through(make: Make, provider: Provider) -> None:
    processes = [make() for _ in range(4)]
    await _fail(processes[0], provider, 3)
    for circuits in processes[1:]:
        await until(lambda circuits=circuits: _is_open(circuits, provider))  # type: ignore[misc]
    await asyncio.sleep(SETTINGS.breaker_seconds)
    asked = await asyncio.gather(*(circuits.may_ask(provider) for circuits in processes for _ in range(5)))
    assert sum(asked) == 1


async def test_a_probe_that_answers_closes_it_for_all(product: Product, make: Make, provider: Provider) -> None:
    one, other = make(), make()
    await _fail(one, provider, 3)
    await until(lambda: _is_open(other, provider))
    await asyncio.sleep(SETTINGS.breaker_seconds)
    assert await other.may_ask(provider)
    await other.answered(provider)

    async def both_ask() -> bool:
        return await one.may_ask(provider) and await other.may_ask(provider)

    await until(both_ask)
    assert await _events(product) == ["ProviderDown", "ProviderBack"]


async def test_a_probe_that_fails_leaves_it_alone_again(product: Product, make: Make, provider: Provider) -> None:
    circuits = make()
    await _fail(circuits, provider, 3)
    await asyncio.sleep(SETTINGS.breaker_seconds)
    assert await circuits.may_ask(provider)
    await circuits.failed(provider, "timed_out")
    assert not await circuits.may_ask(provider)
    assert await _events(product) == ["ProviderDown"]


async def test_it_can_be_closed_by_hand(product: Product, make: Make, provider: Provider) -> None:
    one, other = make(), make()
    await _fail(one, provider, 3)
    await until(lambda: _is_open(other, provider))
    async with product.database.lookup() as tx:
        await other.reset(tx, provider)

    async def both_ask() -> bool:
        return await one.may_ask(provider) and await other.may_ask(provider)

    await until(both_ask)
    assert await _events(product) == ["ProviderDown", "ProviderBack"]
    async with product.database.lookup() as tx:
        await other.reset(tx, provider)
    assert await _events(product) == ["ProviderDown", "ProviderBack"], "it was well already"


async def test_once_it_was_closed_elsewhere_one_failure_does_not_open_it(make: Make, provider: Provider) -> None:
    one, other = make(), make()
    await _fail(other, provider, 2)
    await _fail(one, provider, 3)
    await until(lambda: _is_open(other, provider))
    await asyncio.sleep(SETTINGS.breaker_seconds)
    assert await one.may_ask(provider)
    await one.answered(provider)

    async def is_closed() -> bool:
        return not await _is_open(other, provider)

    await until(is_closed)
    await _fail(other, provider, 2)
    assert await other.may_ask(provider)

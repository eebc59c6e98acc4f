"""Health checks: each provider asked once by whichever process is first, what it means announced, no money spent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from tests.llm.conftest import target
from understudy.companies.domain import Company
from understudy.infra.outbox import Outbox
from understudy.infra.system import elapsed, new_id
from understudy.llm.domain import CallFailed, Fault, Target
from understudy.llm.events import ProviderBack, ProviderDown, ProviderSlow
from understudy.llm.health.checks import AT_ONCE, Checks, Sources
from understudy.llm.health.circuits import Circuits
from understudy.llm.settings import LlmProcessSettings
from understudy.wiring.product import Product

EVERY = LlmProcessSettings(health_check_seconds=1.0, slow_seconds=0.1)
ALWAYS = LlmProcessSettings(health_check_seconds=0.0, slow_seconds=0.1)


@dataclass
class Pinger:
    """Says how each provider is, by its name; a number: it takes so many seconds."""

    found: dict[str, Fault | float] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def ping(self, target: Target) -> None:
        self.asked.append(target.provider.name)
        found = self.found.get(target.provider.name, 0.0)
        if isinstance(found, Fault):
            raise CallFailed("scripted", fault=found)
        await asyncio.sleep(found)


@dataclass
class Shelf:
    """The providers that there are."""

    targets: Sequence[Target]

    async def every(self) -> Sequence[Target]:
        return self.targets


@dataclass
class Ward:
    """Providers and what is announced about them."""

    product: Product
    shelf: Shelf
    pinger: Pinger

    @property
    def outbox(self) -> Outbox:
        subscriptions: dict[type, list[str]] = {kind: ["notice"] for kind in (ProviderDown, ProviderSlow, ProviderBack)}
        return Outbox(subscriptions=subscriptions, new_id=new_id)

    def checks(self, settings: LlmProcessSettings = ALWAYS) -> Checks:
        """The checks of one more process."""
        sources = Sources(self.shelf, self.pinger)
        return Checks(
            database=self.product.database, outbox=self.outbox, sources=sources, settings=settings, timer=elapsed
        )

    async def announced(self) -> list[tuple[str, str]]:
        """Events with their providers, in order."""
        async with self.product.database.lookup() as tx:
            query = "SELECT kind, payload->>'provider' FROM outbox ORDER BY id"
            return [(kind, name) for kind, name in await (await tx.raw.execute(query)).fetchall()]


@pytest.fixture
def ward(product: Product) -> Ward:
    return Ward(product, Shelf([target("first")]), Pinger())


async def test_what_fails_is_announced_and_what_is_well_is_not(ward: Ward) -> None:
    ward.shelf.targets = [target("first"), target("second")]
    ward.pinger.found = {"second": Fault.UNREACHABLE}
    assert await ward.checks().run() == 2
    assert await ward.announced() == [("ProviderDown", "second")]


async def test_of_many_processes_one_checks_and_it_counts_for_a_while(ward: Ward) -> None:
    ward.pinger.found = {"first": Fault.TIMED_OUT}
    processes = [ward.checks(EVERY) for _ in range(4)]
    assert sum(await asyncio.gather(*(checks.run() for checks in processes))) == 1
    assert await ward.checks(EVERY).run() == 0
    assert await ward.announced() == [("ProviderDown", "first")]
    await asyncio.sleep(0.85)
    assert sum(await asyncio.gather(*(checks.run() for checks in processes))) == 1
    assert ward.pinger.asked == ["first", "first"]


@pytest.mark.parametrize("was", [Fault.OVERLOADED, 0.15])
async def test_when_it_is_well_again_that_is_announced_once(ward: Ward, was: Fault | float) -> None:
    ward.pinger.found = {"first": was}
    await ward.checks().run()
    ward.pinger.found = {}
    for _ in range(3):
        await ward.checks().run()
    ill = "ProviderDown" if isinstance(was, Fault) else "ProviderSlow"
    assert await ward.announced() == [(ill, "first"), ("ProviderBack", "first")]


async def test_a_list_of_models_does_not_call_back_a_provider_whose_calls_fail(ward: Ward) -> None:
    """The breaker knows better; a call that is answered closes it, and then no check says so again."""
    provider = ward.shelf.targets[0].provider
    settings = LlmProcessSettings(breaker_failures=1)
    circuits = Circuits(database=ward.product.database, outbox=ward.outbox, settings=settings, timer=elapsed)
    ward.pinger.found = {"first": Fault.OVERLOADED}
    await ward.checks().run()
    await circuits.failed(provider, "overloaded")
    ward.pinger.found = {}
    await ward.checks().run()
    assert "ProviderBack" not in dict(await ward.announced())
    ward.pinger.found = {"first": Fault.OVERLOADED}
    await ward.checks().run()
    await circuits.answered(provider)
    ward.pinger.found = {}
    await ward.checks().run()
    assert [kind for kind, _ in await ward.announced()].count("ProviderBack") == 1


async def test_one_that_is_silent_does_not_keep_the_others_waiting(ward: Ward) -> None:
    ward.shelf.targets = [target(f"silent-{number}") for number in range(AT_ONCE)] + [target("well")]
    ward.pinger.found = {f"silent-{number}": 0.3 for number in range(AT_ONCE - 1)}
    checking = asyncio.create_task(ward.checks().run())
    await asyncio.sleep(0.2)
    assert "well" in ward.pinger.asked
    assert await checking == AT_ONCE + 1


async def test_they_cost_nothing(ward: Ward, company: Company) -> None:
    await ward.checks().run()
    async with ward.product.database.platform() as tx:
        counted = await tx.raw.execute("SELECT (SELECT count(*) FROM budget_hold), (SELECT count(*) FROM llm_call)")
        assert await counted.fetchone() == (0, 0)

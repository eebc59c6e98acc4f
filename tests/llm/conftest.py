"""A gateway over the scripted twin, with real money: holds and ledger in the real database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from understudy.companies.domain import Company
from understudy.infra.outbox import Outbox
from understudy.infra.system import chance, elapsed, new_id, utc_now
from understudy.language.adapters.shipped import open_tokens
from understudy.llm.adapters.scripted import ScriptedDialer
from understudy.llm.asking import Ask
from understudy.llm.bills import Bill, Window
from understudy.llm.domain import Completion, Dialect, Price, Prompt, Provider, Section, Shape, Target, Tier, Turn
from understudy.llm.failover import Failover, Pace
from understudy.llm.gateway import Gateway, Parts
from understudy.llm.health.circuits import Circuits
from understudy.llm.health.shares import Shares
from understudy.llm.meter import Lines, Meter, Till
from understudy.llm.money.budget import Budget
from understudy.llm.ports import Forwarded, Forwarder
from understudy.llm.routing.routers import Routers
from understudy.llm.saving.answers import Answers
from understudy.llm.settings import LlmProcessSettings, LlmSettings
from understudy.wiring.product import Product

PRICE = Price(input=1_000_000, output=1_000_000, cached=100_000, cache_write=1_000_000)
"""One micro-dollar a token."""
SETTINGS = LlmProcessSettings(breaker_failures=3, breaker_seconds=0.3, retry_seconds=0.01)
NO_PRICES: Mapping[str, Price] = {}
ANSWER = {"answer": "yes", "confidence": 0.9}
SHAPE = Shape("answer", {"type": "object"})


def target(name: str, model: str = "", price: Price = PRICE) -> Target:
    """A model of a provider of the platform."""
    provider = Provider(uuid4(), None, name, Dialect.COMPATIBLE, timeout_seconds=5, first_token_seconds=5)
    return Target(provider, model or f"{name}-model", price)


@dataclass
class Shelf:
    """The models of each tier, as `Targets` knows them."""

    tiers: dict[Tier, tuple[Target, ...]] = field(default_factory=dict)

    async def targets(
        self, company_id: UUID, choice: Tier | Sequence[str], prices: Mapping[str, Price] = NO_PRICES
    ) -> tuple[Target, ...]:
        """See `Targets`."""
        if isinstance(choice, Tier):
            return self.tiers.get(choice, ())
        return tuple(one for tier in self.tiers.values() for one in tier if one.name in choice)


class NoForwarder(Forwarder):
    """These tests forward nothing."""

    def forward(self, target: Target, body: Mapping[str, Any]) -> AbstractAsyncContextManager[Forwarded]:
        """Never."""
        raise AssertionError


@dataclass
class Rig:
    """Everything of a gateway that tests look into."""

    product: Product
    company: Company
    dialer: ScriptedDialer
    shelf: Shelf
    budget: Budget
    meter: Meter
    circuits: Circuits
    gateway: Gateway

    def bill(self, cap_micros: int = 10**9, message_id: UUID | None = None) -> Bill:
        """The company's bill."""
        return Bill(self.company.id, "UTC", cap_micros, message_id=message_id)

    def ask(self, question: str = "hello", **changes: Any) -> Ask[str]:
        """A question; `changes` to its fields."""
        asked = Ask(
            bill=self.bill(),
            prompt=Prompt((Section("Answer."),), (Turn("user", question),)),
            shape=SHAPE,
            settings=LlmSettings(),
            question=question,
            turns=0,
            read=read,
            sure=lambda _, completion: sure(completion),
            context_version="1",
            prompt_version="base@1",
        )
        return replace(asked, **changes)

    async def window(self) -> Window:
        """How the month stands."""
        return (await self.budget.status(self.bill())).window

    async def rows(self, columns: str) -> list[tuple[Any, ...]]:
        """Columns of the ledger's rows, in order."""
        async with self.product.database.transaction(self.company.id) as tx:
            return await (await tx.raw.execute(f"SELECT {columns} FROM llm_call ORDER BY id")).fetchall()


def read(value: Mapping[str, Any]) -> str:
    """The answer's text."""
    if not isinstance(value.get("answer"), str):
        raise ValueError("`answer` must be a text")
    return str(value["answer"])


def sure(completion: Completion) -> float:
    """The confidence that the scripted answer states."""
    return float((completion.value or {}).get("confidence", 0.0))


@pytest.fixture
def rig(product: Product, company: Company) -> Rig:
    """A gateway over a twin that answers nothing yet, one model for the small tier."""
    outbox = Outbox(subscriptions={}, new_id=new_id)
    database = product.database
    dialer = ScriptedDialer()
    shelf = Shelf({Tier.SMALL: (target("first"),)})
    budget = Budget(database=database, outbox=outbox, new_id=new_id, settings=SETTINGS)
    till, lines = Till(budget, open_tokens()), Lines(dialer, NoForwarder())
    meter = Meter(database=database, till=till, lines=lines, clock=utc_now, timer=elapsed)
    circuits = Circuits(database=database, outbox=outbox, settings=SETTINGS, timer=elapsed)
    shares = Shares(database=database, timer=elapsed)
    failover = Failover(meter=meter, circuits=circuits, shares=shares, pace=Pace(SETTINGS, elapsed, chance))
    parts = Parts(
        meter,
        shelf,
        failover,
        circuits,
        Answers(timer=elapsed),
        Routers(database=database, clock=utc_now),
        database,
        elapsed,
        lambda: 1.0,
    )
    gateway = Gateway(parts=parts, clock=utc_now, new_id=new_id)
    return Rig(product, company, dialer, shelf, budget, meter, circuits, gateway)

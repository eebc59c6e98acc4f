"""Suggestions in the queue, and twins of what judges them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from understudy.answering.overview.service import DecisionOverview
from understudy.evaluation.domain import Climbed, Effect, Outcome, Recorded, Tally, Truth
from understudy.infra.system import new_id, utc_now
from understudy.learning.domain import Issue, Status
from understudy.learning.editing import Edit, ScenarioEdit, as_document
from understudy.learning.ports import Trial, Tried
from understudy.learning.tables import suggestion
from understudy.wiring.learning.deciding import DecidingServices, Judges, LearningSources, build_deciding
from understudy.wiring.product import Product

GOOD = Tried(Tally(messages=1_000, newly_caught=20, still_paid=80), (), 50_000, 30_000, 70_000)
"""A replay that found nothing but good."""


def wrong(text: str = "where is my parcel", truth: Truth = Truth.CONFIRMED) -> Outcome:
    """A message that would be answered wrongly."""
    right = "scenario:Small bank/exchange_rate"
    recorded = Recorded(new_id(), text, "en", right, truth)
    after = Climbed("scenario:Small bank/card_arrival", None, 0.9)
    return Outcome(recorded, Climbed(None, None, None), after, Effect.CAUGHT, is_wrong=True)


def harmful(truth: Truth = Truth.CONFIRMED, count: int = 1) -> Tried:
    """A replay that found harm."""
    tally = Tally(messages=1_000, newly_caught=20, newly_wrong=count, still_paid=80)
    return Tried(tally, tuple(wrong(truth=truth) for _ in range(count)), 50_000, 30_000, 70_000)


@dataclass
class Replays:
    """Finds what it is told to; remembers what was tried, and does something meanwhile."""

    finds: Tried = GOOD
    tried: list[Trial] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def run(self, company_id: UUID, trial: Trial, *, days: int) -> Tried:
        """What it was told to find."""
        self.tried.append(trial)
        if self.meanwhile is not None:
            await self.meanwhile()
        return self.finds


@dataclass
class Told:
    """Knows of decisions what it is told."""

    known: dict[UUID, bool] = field(default_factory=dict)

    async def of(self, company_id: UUID, decision_ids: Sequence[UUID]) -> Mapping[UUID, bool]:
        """What it was told."""
        return {one: self.known[one] for one in decision_ids if one in self.known}


class NoLinks:
    """Refuses links."""

    def of(self, edit: Edit, language: str) -> Sequence[str]:
        """Why texts may not stand."""
        return ["holds a link"] if any("http" in text for text in edit.texts) else []


@dataclass
class Loop:
    """What becomes of suggestions, with twins for what judges them."""

    services: DecidingServices
    replays: Replays
    told: Told


def loop_over(product: Product) -> Loop:
    """The services over the product, with twins."""
    replays, told = Replays(), Told()
    sources = LearningSources(DecisionOverview(database=product.database), product.paid.usage)
    judges = Judges(replays, NoLinks(), told)
    services = build_deciding(product.base, product.templates, sources, product.configuration.learning, judges)
    return Loop(services, replays, told)


def examples(template_id: UUID, *texts: str, scenario: str = "card_arrival", in_overlay: bool = False) -> Edit:
    """An edit that adds examples."""
    return Edit(template_id, in_overlay, (ScenarioEdit(scenario, examples=texts),))


async def suggest(product: Product, company_id: UUID, edit: Edit, **fields: Any) -> UUID:
    """Puts a suggestion into the queue as makers do."""
    now, made = utc_now(), new_id()
    status: Status = fields.pop("status", Status.PENDING)
    values: dict[str, Any] = {
        "company_id": company_id,
        "id": made,
        "template_id": edit.template_id,
        "issue": Issue.ADD_EXAMPLES.value,
        "scenario": next(iter(edit.names), "card_arrival"),
        "language": "en",
        "edit": as_document(edit),
        "reasoning": "Four contacts asked it in these words, and the paid model took them for the same.",
        "maker": "statistics",
        "cost_micros": 0,
        "details": {},
        "status": status.value,
        "confidence": 0.9,
        "priority": 1_000.0,
        "source_count": 6,
        "contact_count": 4,
        "sources_cost_micros": 2_400,
        "channels": ["webchat"],
        "similar_this_month": 12,
        "revision": 1,
        "fingerprint": str(made),
        "created_at": now,
        "updated_at": now,
        "expires_at": now + timedelta(days=28),
        **fields,
    }
    async with product.database.transaction(company_id) as tx:
        await tx.sa.execute(insert(suggestion).values(values))
    return made

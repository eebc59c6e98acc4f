"""A past of paid answers in the database: messages that were said, and decisions in which a model picked a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.seeding import BANK, Seeded, seed_company
from understudy.answering import store
from understudy.answering.domain import (
    Candidate,
    Choice,
    Circumstances,
    Decision,
    Hearing,
    Outcome,
    RungName,
    RungTrace,
    Spending,
    Subject,
    Verdict,
)
from understudy.answering.paid import AnswerKind, PaidTrace
from understudy.conversations.domain import ContactRef, IdentityKind, Inbound, Received
from understudy.conversations.settings import ConversationSettings
from understudy.infra.system import new_id, utc_now
from understudy.learning.domain import Status, Suggestion, Task
from understudy.learning.making.service import Making
from understudy.learning.queue.domain import SuggestionQuery
from understudy.learning.queue.store import suggestions
from understudy.learning.tasks.domain import TaskQuery
from understudy.templates.domain import Template
from understudy.wiring.product import Product

ARRIVAL = "scenario:Small bank/card_arrival"
LOST = "scenario:Small bank/lost_card"
COST = 700
LATE = (
    "the courier has the parcel with it since monday",
    "the courier has had the parcel with it for a week",
    "has the courier lost the parcel with it",
    "the courier left with the parcel again",
    "when does the courier bring the parcel with it",
)
"""What people ask about a card that is on its way, in words that no trigger has."""


@dataclass(frozen=True)
class Desk:
    """A company whose paid answers become rescues."""

    product: Product
    seeded: Seeded
    making: Making | None = None
    """Another worker than the product's."""

    @property
    def company_id(self) -> UUID:
        """The company."""
        return self.seeded.company.id

    async def hear(self, text: str, *, who: str = "", name: str | None = None) -> Received:
        """Takes a message in and answers it; without `who` of somebody new."""
        contact = ContactRef(IdentityKind.EXTERNAL, who or str(new_id()), display_name=name)
        inbound = Inbound("api", str(new_id()), contact, text)
        received = await self.product.conversations.receive(
            company_id=self.company_id, inbound=inbound, settings=ConversationSettings()
        )
        assert received.lease is not None
        async with self.product.database.transaction(self.company_id) as tx:
            await self.product.conversations.reply(tx, lease=received.lease, text="It takes five days.")
        return received

    async def rescue(self, text: str, *, who: str = "", key: str = ARRIVAL, **values: Any) -> Decision:
        """A message that a model answered with a scenario. `nearly`: what the rules had as their best, unsure."""
        received = await self.hear(text, who=who, name=values.get("name"))
        made = paid_decision(received, key, **{name: one for name, one in values.items() if name != "name"})
        async with self.product.database.transaction(self.company_id) as tx:
            await store.add_decision(tx, made)
        return made

    async def learn(self) -> None:
        """Looks for rescues and works on them."""
        await self.product.learning.makers.capture.run()
        await (self.making or self.product.learning.makers.making).run()

    async def tasks(self) -> list[Task]:
        """The company's tasks, oldest first."""
        found = await self.product.learning.makers.tasks.list(self.seeded.principal, TaskQuery(limit=200))
        return sorted(found, key=lambda task: task.id)

    async def suggestions(self, *statuses: Status) -> list[Suggestion]:
        """The company's suggestions, oldest first."""
        query = SuggestionQuery(frozenset(statuses) if statuses else None, limit=200)
        async with self.product.database.transaction(self.company_id) as tx:
            return list(reversed(await suggestions.list_suggestions(tx, query)))

    async def settings(self, **values: Any) -> None:
        """Changes the company's settings of learning."""
        await self.product.companies.change_settings(self.seeded.principal, self.company_id, {"learning": values})

    async def decide(self, suggestion: Suggestion, status: Status) -> None:
        """Sets what a person decided, as the part that decides would."""
        async with self.product.database.transaction(self.company_id) as tx:
            await tx.raw.execute(
                "UPDATE suggestion SET status = %s WHERE company_id = %s AND id = %s",
                (status.value, self.company_id, suggestion.id),
            )


async def open_desk(product: Product, slug: str = "harbour-bank", template: Template = BANK) -> Desk:
    """A company that follows a template of its own."""
    return Desk(product, await seed_company(product, slug, template))


def paid_decision(received: Received, key: str, **values: Any) -> Decision:
    """The decision of a message that a model answered."""
    at: datetime = values.get("at") or utc_now()
    nearly: str | None = values.get("nearly")
    confidence: float = values.get("confidence", 0.95)
    best = Candidate(nearly, nearly, 0.6, "a trigger") if nearly else None
    rules = RungTrace(RungName.RULES, Verdict.BELOW, "small-bank@1", 0.6 if nearly else None, 0.7, best)
    picked = Candidate(key, key, confidence, "")
    rationale = PaidTrace(kind=AnswerKind.SCENARIO, rationale=values.get("rationale", "Asks about it."))
    paid = RungTrace(RungName.LLM, Verdict.ANSWERED, None, confidence, 0.6, picked, paid=rationale)
    message = received.message
    return Decision(
        id=new_id(),
        decided_at=at,
        about=Subject(message.id, message.conversation_id, received.contact.id),
        choice=Choice(
            outcome=values.get("outcome", Outcome.ANSWERED),
            path="rules 0.60 < llm 0.95",
            rung=values.get("rung", RungName.LLM),
            confidence=confidence,
            answered_by=key,
        ),
        rungs=(rules, paid),
        spending=Spending(COST, COST, "known"),
        hearing=Hearing(values.get("language", "en")),
        circumstances=Circumstances(1),
        latency_us=900_000,
    )

"""A company with past traffic: some answered free, some paid, some not at all."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from uuid import UUID

import pytest

from tests.answering.conftest import BANK, Say, bank, say
from understudy.companies.domain import Company, Principal
from understudy.conversations.domain import Message
from understudy.evaluation.replaying.service import Replays, Tools
from understudy.infra.system import elapsed, new_id, utc_now
from understudy.templates.domain import Category, Template
from understudy.wiring.product import Product

__all__ = ["bank", "say"]

ARRIVAL, LOST = "scenario:Bank/card_arrival", "scenario:Bank/card_lost"
PAID = "the postman never brings my plastic"
FREE = "where is my card"
UNKNOWN = "do you sell umbrellas"


def with_trigger(name: str, *triggers: str, template: Template = BANK) -> Template:
    """The bank's template with further triggers of a scenario."""
    categories = tuple(
        Category(
            category.name,
            tuple(
                dataclasses.replace(one, triggers=(*one.triggers, *triggers)) if one.name == name else one
                for one in category.scenarios
            ),
        )
        for category in template.categories
    )
    return dataclasses.replace(template, categories=categories)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What was said to the bank, and what is done with it."""

    product: Product
    company: Company
    principal: Principal
    template_id: UUID
    say: Say

    async def said(self, *texts: str, who: str = "ann") -> list[Message]:
        """Messages that the company answered by itself, or could not."""
        return [(await self.say(text, who=who)).message for text in texts]

    async def paid(self, *texts: str, key: str = ARRIVAL, cost_micros: int = 100, who: str = "ann") -> list[Message]:
        """Messages that the paid rung answered: what is recorded, without a provider."""
        messages = await self.said(*texts, who=who)
        async with self.product.database.platform() as tx:
            await tx.raw.execute(
                "UPDATE decision SET rung = 'llm', outcome = 'answered', answered_by = %s, cost_micros = %s,"
                " counterfactual_micros = %s, counterfactual_method = 'paid' WHERE message_id = ANY(%s)",
                (key, cost_micros, cost_micros, [message.id for message in messages]),
            )
        return messages

    async def decision_of(self, message: Message) -> UUID:
        """The decision about a message."""
        found = await self.product.answering.decision_of(self.company.id, message.id)
        assert found is not None
        return found.id

    def replays(self, *, part: int) -> Replays:
        """The service with jobs of so many messages."""
        of_product = self.product.learning.evaluation.replays
        tools = Tools(self.product.audit, self.product.jobs, utc_now, elapsed, new_id, part)
        return Replays(database=self.product.database, trying=of_product.trying, tools=tools)


@pytest.fixture
async def traffic(product: Product, bank: Company, principal: Principal, say: Say) -> Traffic:
    """The bank, before anybody wrote."""
    (followed,) = await product.templates.following.list(bank.id)
    return Traffic(product, bank, principal, followed.template.id, say)

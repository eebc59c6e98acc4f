"""A company that follows a small template, and messages to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from understudy.answering.decision.case import Wish
from understudy.channels.service import Taken
from understudy.companies.domain import Company, Principal
from understudy.conversations.domain import ContactRef, IdentityKind, Inbound, Modality
from understudy.infra.system import new_id
from understudy.templates.domain import Action, Category, Reply, Scenario, Template
from understudy.wiring.product import Product

Say = Callable[..., Awaitable[Taken]]

BANK = Template(
    name="Bank",
    trade="banking",
    categories=(
        Category(
            "Cards",
            (
                Scenario(
                    name="card_arrival",
                    triggers=("where is my card", "card not arrived"),
                    examples=("my new card is not here yet",),
                    replies=(
                        Reply("It takes 5 days.", "Cards from {company_name} take five working days."),
                        Reply("Five days.", "A new card usually arrives within five working days."),
                    ),
                    follow_up="Is there anything else?",
                ),
                Scenario(
                    name="card_lost",
                    triggers=("lost my card",),
                    examples=("my card is gone",),
                    replies=(Reply("Blocked.", "I've blocked your card."),),
                ),
                Scenario(
                    name="freeze_card",
                    triggers=("block it",),
                    examples=("freeze my card",),
                    replies=(Reply("Frozen.", "Your card is frozen."),),
                ),
                Scenario(
                    name="cancel_card",
                    triggers=("block it",),
                    examples=("close my card for good",),
                    replies=(Reply("Cancelled.", "Your card is cancelled."),),
                ),
            ),
        ),
        Category(
            "People",
            (
                Scenario(
                    name="call_me",
                    triggers=("call me back",),
                    examples=("please give me a ring",),
                    replies=(Reply("Sure.", "Of course, {contact_name}."),),
                    action=Action.CALLBACK,
                ),
            ),
        ),
    ),
)


@pytest.fixture
async def bank(product: Product, company: Company, principal: Principal) -> Company:
    """The company, following the template."""
    made = await product.templates.library.create(principal, BANK)
    await product.templates.versions.publish(principal, made.id)
    await product.templates.following.follow(principal, made.id)
    return company


@pytest.fixture
def say(product: Product, company: Company) -> Say:
    """Says something to the company: `await say("where is my card", who="ann")`."""

    async def say(
        text: str,
        *,
        who: str = "ann",
        external_id: str | None = None,
        min_confidence: float | None = None,
        modality: str = Modality.TEXT,
        **contact: object,
    ) -> Taken:
        reference = ContactRef(IdentityKind.EXTERNAL, who, **contact)  # type: ignore[arg-type]
        inbound = Inbound("api", external_id or str(new_id()), reference, text, modality=modality)
        return await product.channels.take(company.id, inbound, wish=Wish(min_confidence))

    return say

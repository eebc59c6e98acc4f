"""A small company with something to answer, for journeys and faults."""

from __future__ import annotations

from dataclasses import dataclass

from tests.conftest import PLATFORM
from understudy.companies.domain import Company, Principal
from understudy.companies.permissions import COMPANY_PERMISSIONS
from understudy.templates.domain import Category, Reply, Scenario, Template
from understudy.wiring.product import Product


def scenario(name: str, trigger: str, *examples: str, reply: str = "") -> Scenario:
    """A scenario with one trigger, its examples and one reply."""
    text = reply or f"This is the answer about {name.replace('_', ' ')}."
    return Scenario(name, triggers=(trigger,), examples=examples, replies=(Reply(text, text),))


BANK = Template(
    name="Small bank",
    trade="banking",
    categories=(
        Category(
            "Cards",
            (
                scenario("card_arrival", "where is my card", "my new card has not come", "still waiting for the card"),
                scenario("lost_card", "lost my card", "my card was stolen", "i cannot find my card anywhere"),
                scenario("exchange_rate", "exchange rate", "how do you convert currencies", "rate for euros"),
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Seeded:
    """A company that answers about cards, and a key that may do everything in it."""

    company: Company
    principal: Principal
    headers: dict[str, str]


async def seed_company(product: Product, slug: str = "harbour-bank", template: Template = BANK) -> Seeded:
    """Makes the company, publishes its template and follows it. The rules answer at once."""
    company = await product.companies.create(PLATFORM, slug=slug, name="Harbour Bank", trade="banking")
    principal = Principal("test", company.id, COMPANY_PERMISSIONS)
    draft = await product.templates.library.import_draft(principal, template)
    await product.templates.versions.publish(principal, draft.template.id)
    await product.templates.following.follow(principal, draft.template.id)
    _, token = await product.access.create_key(
        principal, name="test", permissions=COMPANY_PERMISSIONS, company_id=company.id
    )
    return Seeded(company, principal, {"Authorization": f"Bearer {token}"})

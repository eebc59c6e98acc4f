"""Templates to test with, and the steps that most tests begin with."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.conftest import PLATFORM
from understudy.companies.domain import Company, Principal
from understudy.companies.permissions import COMPANY_PERMISSIONS
from understudy.language.domain import UNKNOWN
from understudy.templates.domain import Category, Reply, Scenario, Template
from understudy.templates.matching.company_matcher import CompanyMatcher, Message
from understudy.templates.records import Shelved
from understudy.wiring.product import Product


def scenario(name: str, *triggers: str, examples: tuple[str, ...] = (), reply: str = "") -> Scenario:
    """A complete scenario."""
    text = reply or f"About {name}."
    return Scenario(name, triggers, examples=examples, replies=(Reply(text, text),))


CARD = scenario(
    "card_arrival",
    "where is my card",
    examples=("my new card has still not come", "when will the card be delivered", "I am waiting for my bank card"),
)
PIN = scenario(
    "change_pin",
    "change my pin",
    examples=("how can I choose another pin", "I want a different pin code", "set a new pin number please"),
)
BANK = Template("Retail bank", "banking", (Category("Cards", (CARD, PIN)),), filler_words=("please",))


@dataclass(frozen=True, slots=True)
class Desk:
    """The services of templates and someone who uses them for a company."""

    product: Product
    principal: Principal

    async def published(self, template: Template = BANK, *, fitted: bool = True) -> Shelved:
        """A template of the company, published."""
        services = self.product.templates
        shelved = await services.library.create(self.principal, template)
        version = await services.versions.publish(self.principal, shelved.id)
        if fitted:
            await services.heads.fit(shelved.id, version.version)
        return await services.library.show(self.principal, shelved.id)

    async def followed(self, template: Template = BANK, *, fitted: bool = True) -> Shelved:
        """A template of the company, published and followed."""
        shelved = await self.published(template, fitted=fitted)
        await self.product.templates.following.follow(self.principal, shelved.id)
        return shelved

    async def matcher(self) -> CompanyMatcher:
        """The company's matcher, when all changes have come through."""
        matchers = self.product.templates.matchers
        for notify in (matchers.on_company_change, matchers.on_template_change, matchers.on_trade_change):
            notify("*")
        await matchers.settle()
        return await matchers.of(self.principal.company)

    async def message(self, text: str, language: str = "en") -> Message:
        """A message, embedded."""
        embedding = None if language == UNKNOWN else await self.product.language.encode(text)
        return Message(text, embedding, language)


@pytest.fixture
def desk(product: Product, principal: Principal) -> Desk:
    """The desk of the company."""
    return Desk(product, principal)


@pytest.fixture
def other_desk(product: Product, other_company: Company) -> Desk:
    """The desk of another company."""
    return Desk(product, Principal("other", other_company.id, COMPANY_PERMISSIONS))


@pytest.fixture
def platform_desk(product: Product) -> Desk:
    """The desk of the platform."""
    return Desk(product, PLATFORM)

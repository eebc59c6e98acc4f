"""Incident 12, an answer crosses tenants: two companies with the same words, and never a reply of the other.

Both keep the same questions, templates of the same name with the same triggers and examples, overlays of the same
scenarios, and follow the same shared template; only their replies differ. Messages are varied at random and asked in
parallel while versions, overlays and questions change under them.

Taken out to see the tests fail: the company in the key of `Matchers._plans` (a matcher made for one then answers for
all), and in another try the overlay's company in the key of `_Overlays`.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from tests.conftest import PLATFORM
from understudy.companies.domain import Company, Principal
from understudy.companies.permissions import COMPANY_PERMISSIONS
from understudy.templates.domain import Category, Overlay, OverlayChange, OverlayKind, Reply, Scenario, Template
from understudy.templates.matching.company_matcher import CompanyMatcher, Message
from understudy.templates.questions.domain import NewQuestion
from understudy.wiring.product import Product

ROUNDS = 60
OPENING = "What are your opening hours?"
QUESTIONS = (OPENING, "Where is your office?", "How do I reach a person?")
TRIGGERS = ("where is my card", "change my pin", "cancel my order")
ADDED = "tell me a secret"


def reply(owner: str) -> Reply:
    """A reply that says whose it is."""
    return Reply(f"from {owner}", f"from {owner} in full")


def scenario(trigger: str, owner: str) -> Scenario:
    """The same for both but for the reply."""
    examples = (f"I would like to know: {trigger}", f"{trigger} please help", f"question about {trigger}")
    return Scenario(trigger.replace(" ", "_"), (trigger,), examples=examples, replies=(reply(owner),))


def template(name: str, owner: str) -> Template:
    """The same for both but for the replies."""
    return Template(name, "banking", (Category("All", tuple(scenario(one, owner) for one in TRIGGERS)),))


@pytest.fixture
async def principals(product: Product) -> dict[str, Principal]:
    """Two companies of one trade with the same words."""
    made: dict[str, Principal] = {}
    for slug in ("left", "right"):
        company: Company = await product.companies.create(PLATFORM, slug=slug, name=slug, trade="banking")
        made[slug] = Principal(slug, company.id, COMPANY_PERMISSIONS)
    return made


async def furnish(product: Product, principals: dict[str, Principal]) -> UUID:
    """Gives both the same questions, templates and overlays; gives back the template that they share."""
    services = product.templates
    shared = await services.library.create(PLATFORM, template("Shared", "shared"))
    await services.versions.publish(PLATFORM, shared.id)
    await services.heads.fit(shared.id, 1)
    common = await services.trade_questions.add(PLATFORM, "banking", [NewQuestion("Do you like me?", reply("shared"))])
    for owner, principal in principals.items():
        own = await services.library.create(principal, template("Bank", owner))
        await services.versions.publish(principal, own.id)
        await services.heads.fit(own.id, 1)
        await services.following.follow(principal, own.id)
        await services.following.follow(principal, shared.id)
        changes = [
            OverlayChange(OverlayKind.CHANGE, one.replace(" ", "_"), scenario(one, owner)) for one in TRIGGERS
        ] + [OverlayChange(OverlayKind.ADD, "added", replace(scenario(ADDED, owner), name="added"))]
        await services.overlays.save(principal, shared.id, Overlay(tuple(changes)), expected_version=0)
        await services.questions.add(principal, [NewQuestion(one, reply(owner)) for one in QUESTIONS])
        await services.trade_questions.override(principal, common[0].entry.id, reply(owner))
    return shared.id


def varied(text: str, chance: random.Random) -> str:
    """The text as another hurried person would write it."""
    words = text.split()
    if chance.random() < 0.4:
        words.insert(chance.randrange(len(words) + 1), chance.choice(["please", "now", "hello", "well"]))
    if chance.random() < 0.3:
        words.pop(chance.randrange(len(words)))
    written = " ".join(words)
    return written.upper() if chance.random() < 0.2 else written + chance.choice(["", "?", "!", " …"])


def replies_of(matcher: CompanyMatcher, message: Message) -> Iterator[str]:
    """Every reply that any rung would give, the second best ones too."""
    rungs = (matcher.company_qa, matcher.trade_qa, matcher.rules, matcher.semantic, matcher.basic_rules)
    for evidence in (rung(message) for rung in rungs):
        for match in (evidence.best, evidence.second):
            if match is not None:
                yield from (one.short for one in match.replies)
                found = matcher.find(match.key)
                yield from (one.short for one in (found.replies if found else ()))


async def test_the_same_words_never_bring_the_other_companys_reply(
    product: Product, principals: dict[str, Principal]
) -> None:
    shared = await furnish(product, principals)
    chance = random.Random(12)
    heard: dict[str, set[str]] = {owner: set() for owner in principals}

    async def ask(owner: str) -> None:
        text = varied(chance.choice([*QUESTIONS, *TRIGGERS, ADDED, "Do you like me?"]), chance)
        message = Message(text, await product.language.encode(text), "en")
        heard[owner].update(replies_of(await product.templates.matchers.of(principals[owner].company), message))

    async def disturb(number: int) -> None:
        principal = principals[chance.choice(("left", "right"))]
        matchers = product.templates.matchers
        matchers.on_company_change(chance.choice(("*", str(principal.company))))
        matchers.on_template_change(chance.choice(("*", str(shared))))
        if number % 20 == 0:
            known = await product.templates.overlays.show(principal.company, shared)
            assert known is not None
            await product.templates.overlays.save(principal, shared, known.overlay, expected_version=known.version)

    for number in range(ROUNDS):
        await asyncio.gather(*(ask(owner) for owner in principals for _ in range(4)), disturb(number))

    assert heard["left"] == {"from left"}
    assert heard["right"] == {"from right"}


async def test_a_company_without_anything_of_its_own_hears_only_what_is_shared(
    product: Product, principals: dict[str, Principal]
) -> None:
    await furnish(product, principals)
    company = await product.companies.create(PLATFORM, slug="bare", name="Bare", trade="banking")
    matcher = await product.templates.matchers.of(company.id)
    for text in (*QUESTIONS, *TRIGGERS, ADDED, "Do you like me?"):
        message = Message(text, await product.language.encode(text), "en")
        assert set(replies_of(matcher, message)) <= {"from shared"}, text


async def test_the_database_itself_keeps_them_apart(product: Product, principals: dict[str, Principal]) -> None:
    await furnish(product, principals)
    left, right = principals["left"].company, principals["right"].company
    for table in ("qa_entry", "overlay", "following", "trade_qa_change", "qa_version", "template_draft"):
        async with product.database.transaction(left) as tx:
            rows = await (await tx.raw.execute(f"SELECT company_id FROM {table}")).fetchall()
        assert {row[0] for row in rows} == {left}, table
    async with product.database.transaction(left) as tx:
        rows = await (await tx.raw.execute("SELECT company_id FROM template")).fetchall()
        assert right not in {row[0] for row in rows}
        rows = await (await tx.raw.execute("SELECT company_id FROM template_version")).fetchall()
        assert right not in {row[0] for row in rows}

"""The slow look: wrong answers, and what companies share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from tests.conftest import PLATFORM
from tests.learning.rescued import ARRIVAL, LATE, Desk, open_desk
from tests.seeding import BANK
from understudy.answering.domain import RungName
from understudy.answering.rescues.service import Rescues
from understudy.companies.domain import Principal
from understudy.companies.permissions import PLATFORM_PERMISSIONS
from understudy.conversations.recorded.service import Recorded
from understudy.evaluation.domain import Truth
from understudy.evaluation.ports import Known
from understudy.infra.system import new_id, utc_now
from understudy.learning.domain import Issue
from understudy.learning.making.pool import Pool
from understudy.learning.making.review import Reading, Review
from understudy.wiring.product import Product


@dataclass
class Said:
    """What people said of answers."""

    known: dict[UUID, Known] = field(default_factory=dict)

    async def of(self, company_id: UUID, message_ids: Sequence[UUID]) -> Mapping[UUID, Known]:
        """See `Truths`."""
        return {one: self.known[one] for one in message_ids if one in self.known}


@pytest.fixture
def truths() -> Said:
    return Said()


@pytest.fixture
def review(product: Product, truths: Said) -> Review:
    """The slow look with what people said."""
    recorded = Recorded(database=product.database)
    pool = Pool(database=product.database, recorded=recorded, language=product.language, clock=utc_now)
    rescues = Rescues(database=product.database)
    reading = Reading(
        product.companies, product.learning.makers.contents, pool, rescues, recorded, truths, product.language
    )
    return Review(
        database=product.database, reading=reading, queue=product.learning.makers.queue, clock=utc_now, new_id=new_id
    )


async def test_one_worker_of_all_looks_once_an_hour(desk: Desk, review: Review, product: Product) -> None:
    await review.run()
    async with product.database.platform() as tx:
        before = await (await tx.raw.execute("SELECT seen FROM learning_mark WHERE name = 'review'")).fetchone()
    await review.run()
    async with product.database.platform() as tx:
        after = await (await tx.raw.execute("SELECT seen FROM learning_mark WHERE name = 'review'")).fetchone()
    assert before == after


async def test_wrong_free_answers_become_negative_triggers(desk: Desk, review: Review, truths: Said) -> None:
    for number in range(5):
        made = await desk.rescue(f"where is my card holder number {number}", rung=RungName.RULES, key=ARRIVAL)
        truths.known[made.about.message_id] = Known(None, Truth.CORRECTED, frozenset({ARRIVAL}))
    assert await review.run() == 1
    (found,) = await desk.suggestions()
    assert found.proposal.issue is Issue.TIGHTEN_NEGATIVE_TRIGGERS
    (change,) = found.proposal.edit.scenarios
    assert any("holder" in text for text in change.negative_triggers)
    assert found.evidence.contacts == 5


async def test_right_free_answers_forbid_nothing(desk: Desk, review: Review, truths: Said) -> None:
    for number in range(5):
        made = await desk.rescue(f"where is my card holder number {number}", rung=RungName.RULES, key=ARRIVAL)
        truths.known[made.about.message_id] = Known(ARRIVAL, Truth.CONFIRMED, frozenset())
    assert await review.run() == 0


async def followers(product: Product, count: int) -> list[Desk]:
    """Companies that follow a template of the platform, and share what they learn."""
    platform = Principal("test", None, PLATFORM_PERMISSIONS)
    shelf = await product.templates.library.create(platform, BANK, is_shared=True)
    await product.templates.versions.publish(platform, shelf.id)
    found = []
    for number in range(count):
        one = await open_desk(product, f"company-{number}")
        (own,) = await product.learning.makers.contents.all(one.company_id)
        await product.templates.following.leave(one.seeded.principal, own.template_id)
        await product.templates.following.follow(one.seeded.principal, shelf.id)
        await one.settings(share_patterns=True)
        product.templates.matchers.on_company_change(str(one.company_id))
        found.append(one)
    await product.templates.matchers.settle()
    return found


async def test_three_companies_share_terms_and_no_sentences(product: Product, review: Review) -> None:
    companies = await followers(product, 4)
    silent = companies.pop()
    for place, one in enumerate(companies):
        await one.rescue(f"{LATE[place]} secret{place}")
        await one.rescue(f"a word of our own branch{place}")
    await product.learning.makers.capture.run()
    await review.run()
    (shared,) = await silent.suggestions()
    assert shared.proposal.issue is Issue.ADD_KEYWORDS
    assert shared.proposal.edit.in_overlay
    assert shared.proposal.sources == ()
    text = " ".join(shared.proposal.edit.texts)
    assert "courier" in text
    assert "secret" not in text
    assert "branch" not in text


async def test_a_company_that_does_not_share_gives_nothing(product: Product, review: Review) -> None:
    companies = await followers(product, 3)
    await companies[0].settings(share_patterns=False)
    for place, one in enumerate(companies):
        await one.rescue(LATE[place])
    await product.learning.makers.capture.run()
    await review.run()
    for one in companies:
        assert await one.suggestions() == []


async def test_an_archived_company_is_left_out(desk: Desk, review: Review, product: Product) -> None:
    await product.companies.archive(PLATFORM, desk.company_id)
    assert await review.run() == 0

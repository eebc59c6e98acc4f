"""A first template from past messages that nobody labelled."""

from __future__ import annotations

import json

import pytest

from tests.learning.rescued import Desk
from understudy.companies.domain import Company, Principal
from understudy.learning.domain import Issue, Status
from understudy.learning.drafting.reading import PastMessage, UnreadablePast, read_past
from understudy.learning.queue.domain import SuggestionQuery
from understudy.learning.queue.store import suggestions as store
from understudy.wiring.product import Product

LOANS = tuple(f"can i get a mortgage for my house {n}" for n in range(6))
HOURS = tuple(f"until when is the branch downtown open {n}" for n in range(5))
RARE = ("do you like opera", "it rained yesterday all day")


def test_the_formats() -> None:
    csv = "id,Message,customer\n1,where is it,ann\n2,,bob\n3,where are they,ann\n"
    first, second = read_past(csv, "csv")
    assert (first.text, second.text) == ("where is it", "where are they")
    assert first.contact == second.contact
    lines = "\n".join(json.dumps(row) for row in ({"text": " a  b ", "contact": 7}, "plain", {"other": 1}))
    assert [one.text for one in read_past(lines, "jsonl")] == ["a b", "plain"]
    one, two = read_past("where is it\n\nwhere is it\n", "txt")
    assert one.contact != two.contact, "a line without a name is somebody's of its own"


@pytest.mark.parametrize(
    ("content", "kind"), [("a,b\n1,2\n", "csv"), ("", "csv"), ("{", "jsonl"), ("\n\n", "txt"), ("x", "xlsx")]
)
def test_what_cannot_be_read_says_so(content: str, kind: str) -> None:
    with pytest.raises(UnreadablePast):
        read_past(content, kind)


def past(*texts: str) -> tuple[PastMessage, ...]:
    """Messages, each of somebody else."""
    return read_past("\n".join(texts), "txt")


async def test_what_is_asked_often_becomes_a_scenario(product: Product, company: Company, principal: Principal) -> None:
    drafted = await product.learning.makers.drafting.draft(principal, past(*LOANS, *HOURS, *RARE), name="First")
    assert drafted.template.name == "First"
    assert drafted.read == 13
    assert drafted.covered == 11
    assert [one.proposal.issue for one in drafted.suggestions] == [Issue.ADD_NEW_SCENARIO] * 2
    assert {one.status for one in drafted.suggestions} == {Status.COLLECTING}
    assert {one.evidence.contacts for one in drafted.suggestions} == {5, 6}
    assert "mortgage" in drafted.suggestions[0].proposal.scenario
    whole = await product.templates.drafts.whole(principal, drafted.template.id)
    assert list(whole.scenarios()) == [], "nothing stands in the draft before a person approves"


async def test_drafting_again_makes_nothing_twice(product: Product, company: Company, principal: Principal) -> None:
    first = await product.learning.makers.drafting.draft(principal, past(*LOANS))
    again = await product.learning.makers.drafting.draft(principal, past(*LOANS))
    assert again.template.id == first.template.id
    async with product.database.transaction(company.id) as tx:
        assert len(await store.list_suggestions(tx, SuggestionQuery())) == 1


async def test_personal_data_and_one_person_alone_bring_nothing(
    product: Product, company: Company, principal: Principal
) -> None:
    alone = tuple(PastMessage(text, past(LOANS[0])[0].contact) for text in LOANS)
    assert (await product.learning.makers.drafting.draft(principal, alone)).suggestions == ()
    mails = past(*(f"my mortgage letter goes to ann{n}@example.org please" for n in range(6)))
    for one in (await product.learning.makers.drafting.draft(principal, mails)).suggestions:
        assert not any("@" in text for text in one.proposal.edit.texts)


async def test_a_company_with_a_template_gets_a_draft_beside_it(desk: Desk, product: Product) -> None:
    drafted = await product.learning.makers.drafting.draft(desk.seeded.principal, past(*LOANS), name="Loans")
    (content,) = await product.learning.makers.contents.all(desk.company_id)
    assert drafted.template.id != content.template_id
    assert len(drafted.suggestions) == 1

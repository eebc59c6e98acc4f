"""A company's list of templates, and the overlays it lays over them."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from tests.templates.conftest import BANK, CARD, PIN, Desk, scenario
from understudy.kit.errors import Invalid
from understudy.templates.domain import Overlay, OverlayChange, OverlayKind, Scenario
from understudy.templates.following import MAX_FOLLOWED, NotFollowed, NotPublished, TooManyFollowed
from understudy.templates.records import DraftMoved, TemplateNotFound, VersionNotFound
from understudy.templates.validation import InvalidTemplate

FEES = scenario("fees", "what does it cost", examples=("how much do you charge", "tell me the price"))
OWN_CARD = replace(CARD, triggers=("lost plastic",), examples=("my plastic is missing",), replies=PIN.replies)


def adding(one: Scenario) -> Overlay:
    return Overlay((OverlayChange(OverlayKind.ADD, one.name, one, "Money"),))


async def test_a_list_keeps_its_order(desk: Desk) -> None:
    following = desk.product.templates.following
    first, second, third = [await desk.followed(replace(BANK, name=name), fitted=False) for name in "ABC"]
    assert [one.template.name for one in await following.list(desk.principal.company)] == ["A", "B", "C"]
    moved = await following.follow(desk.principal, third.id, position=0)
    assert [one.template.name for one in moved] == ["C", "A", "B"]
    left = await following.leave(desk.principal, first.id)
    assert [(one.template.name, one.position) for one in left] == [("C", 0), ("B", 1)]
    with pytest.raises(Invalid, match="each followed template once"):
        await following.reorder(desk.principal, [second.id])
    with pytest.raises(NotFollowed):
        await following.pin(desk.principal, first.id, 1)


async def test_only_what_can_be_seen_and_answers_is_followed(desk: Desk, other_desk: Desk) -> None:
    following = desk.product.templates.following
    with pytest.raises(TemplateNotFound):
        await following.follow(desk.principal, uuid4())
    theirs = await other_desk.published(fitted=False)
    with pytest.raises(TemplateNotFound):
        await following.follow(desk.principal, theirs.id)
    draft = await desk.product.templates.library.create(desk.principal, BANK)
    with pytest.raises(NotPublished):
        await following.follow(desk.principal, draft.id)
    await desk.product.templates.versions.publish(desk.principal, draft.id)
    with pytest.raises(VersionNotFound):
        await following.follow(desk.principal, draft.id, version=2)
    assert await following.list(desk.principal.company) == []


async def test_a_list_is_bounded(desk: Desk) -> None:
    for number in range(MAX_FOLLOWED):
        await desk.followed(replace(BANK, name=f"Bank {number}"), fitted=False)
    with pytest.raises(TooManyFollowed):
        await desk.followed(replace(BANK, name="One more"), fitted=False)


async def test_the_list_says_what_answers_and_whether_it_is_fitted(desk: Desk) -> None:
    shelved = await desk.followed(fitted=False)
    (line,) = await desk.product.templates.following.list(desk.principal.company)
    assert (line.version, line.is_fitted, line.overlay_version) == (1, False, None)
    await desk.product.templates.heads.fit(shelved.id, 1)
    (line,) = await desk.product.templates.following.list(desk.principal.company)
    assert line.is_fitted


async def test_an_overlay_adds_changes_and_hides_for_its_company_only(desk: Desk, other_desk: Desk) -> None:
    services = desk.product.templates
    shelved = await desk.followed()
    await services.library.share(desk.principal, shelved.id, is_shared=True)
    await services.following.follow(other_desk.principal, shelved.id)
    changes = (
        OverlayChange(OverlayKind.ADD, "fees", FEES, "Money"),
        OverlayChange(OverlayKind.CHANGE, "card_arrival", OWN_CARD),
        OverlayChange(OverlayKind.HIDE, "change_pin"),
    )
    await services.overlays.save(other_desk.principal, shelved.id, Overlay(changes), expected_version=0)

    mine, theirs = await desk.matcher(), await other_desk.matcher()
    fees, pin = await desk.message("what does it cost"), await desk.message("change my pin")
    price, plastic = await desk.message("tell me the price"), await desk.message("my plastic is missing")
    another_pin = await desk.message("how can I choose another pin")
    card = await desk.message("where is my card")

    added = theirs.rules(fees).best
    assert added is not None
    assert (added.title, added.category, added.confidence) == ("fees", "Money", 1.0)
    assert theirs.rules(fees).version == "retail-bank@1+overlay@1"
    assert theirs.rules(pin).best is None
    meant = theirs.semantic(price).best
    assert meant is not None
    assert (meant.title, meant.matched) == ("fees", "tell me the price")
    changed = theirs.semantic(plastic).best
    assert changed is not None
    assert changed.replies == PIN.replies
    hidden = theirs.semantic(another_pin)
    assert all(one is None or one.title != "change_pin" for one in (hidden.best, hidden.second))
    assert theirs.rules(card).best is None
    assert theirs.find("scenario:Retail bank/change_pin") is None

    assert mine.rules(fees).best is None
    assert mine.rules(pin).best is not None
    still = mine.semantic(another_pin).best
    assert still is not None
    assert still.title == "change_pin"


async def test_an_overlay_is_saved_under_its_version(desk: Desk) -> None:
    overlays = desk.product.templates.overlays
    shelved = await desk.followed(fitted=False)
    first = await overlays.save(desk.principal, shelved.id, adding(FEES), expected_version=0)
    assert first.version == 1
    with pytest.raises(DraftMoved, match="the overlay was changed by test at"):
        await overlays.save(desk.principal, shelved.id, Overlay(), expected_version=0)
    await overlays.save(desk.principal, shelved.id, Overlay(), expected_version=1)
    company = desk.principal.company
    assert [one.revision for one in await overlays.history(company, shelved.id)] == [2, 1]
    old = await overlays.show(company, shelved.id, 1)
    assert old is not None
    assert old.overlay == adding(FEES)
    with pytest.raises(VersionNotFound):
        await overlays.show(company, shelved.id, 7)
    with pytest.raises(NotFollowed):
        await overlays.save(desk.principal, uuid4(), Overlay(), expected_version=0)


async def test_an_overlay_with_faults_changes_nothing(desk: Desk) -> None:
    overlays = desk.product.templates.overlays
    shelved = await desk.followed(fitted=False)
    wrong = Overlay(
        (OverlayChange(OverlayKind.HIDE, "nowhere"), OverlayChange(OverlayKind.ADD, "fees", replace(FEES, replies=())))
    )
    with pytest.raises(InvalidTemplate) as refused:
        await overlays.save(desk.principal, shelved.id, wrong, expected_version=0)
    assert len(refused.value.problems) == 2
    assert await overlays.show(desk.principal.company, shelved.id) is None


async def test_a_hide_outlives_its_scenario_and_is_told(desk: Desk) -> None:
    services = desk.product.templates
    shelved = await desk.followed(fitted=False)
    hide = Overlay((OverlayChange(OverlayKind.HIDE, "change_pin"),))
    await services.overlays.save(desk.principal, shelved.id, hide, expected_version=0)
    await services.drafts.delete_scenario(desk.principal, shelved.id, "change_pin", expected_revision=1)
    await services.versions.publish(desk.principal, shelved.id)
    await services.heads.fit(shelved.id, 2)
    stale = await services.overlays.stale(desk.principal.company, shelved.id)
    assert [one.scenario_name for one in stale] == ["change_pin"]
    matcher = await desk.matcher()
    assert matcher.rules(await desk.message("where is my card")).best is not None


async def test_only_new_examples_of_an_overlay_are_embedded(desk: Desk) -> None:
    overlays = desk.product.templates.overlays
    shelved = await desk.followed(fitted=False)
    await overlays.save(desk.principal, shelved.id, adding(FEES), expected_version=0)
    more = replace(FEES, examples=(*FEES.examples, "is it expensive"))
    kept = await overlays.save(desk.principal, shelved.id, adding(more), expected_version=1)
    before = await overlays.show(desk.principal.company, shelved.id, 1)
    assert before is not None
    assert kept.vectors[: len(before.vectors)] == before.vectors
    assert len(kept.vectors) == len(before.vectors) * 3 // 2

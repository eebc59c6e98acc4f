"""What a company would answer from, tried out in memory."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from tests.templates.conftest import BANK, CARD, PIN, Desk, scenario
from understudy.templates.candidates import Candidates, Revision
from understudy.templates.domain import Category, Overlay, OverlayChange, OverlayKind, Template
from understudy.templates.matching.company_matcher import CompanyMatcher

FEES = scenario("fees", "what does it cost", examples=("how much do you charge", "tell me the price of it"))
WITH_FEES = replace(BANK, categories=(*BANK.categories, Category("Money", (FEES,))))


@pytest.fixture
def candidates(desk: Desk) -> Candidates:
    language = desk.product.language
    return Candidates(matchers=desk.product.templates.matchers, model=language.model, encode=language.encode_many)


async def both(desk: Desk, candidates: Candidates, revision: Revision | None) -> tuple[CompanyMatcher, CompanyMatcher]:
    await desk.matcher()
    return await candidates.of(desk.principal.company, revision)


async def test_a_changed_template_answers_in_the_candidate_only(desk: Desk, candidates: Candidates) -> None:
    shelved = await desk.followed()
    present, tried = await both(desk, candidates, Revision(shelved.id, WITH_FEES))
    for text in ("what does it cost", "tell me the price of it"):
        message = await desk.message(text)
        assert present.rules(message).best is None or text != "what does it cost"
    by_rules = tried.rules(await desk.message("what does it cost")).best
    by_meaning = tried.semantic(await desk.message("tell me the price of it")).best
    assert by_rules is not None
    assert by_meaning is not None
    assert by_rules.title == by_meaning.title == "fees"
    assert present.own is tried.own
    assert present.trade is tried.trade
    after, _ = await both(desk, candidates, None)
    assert after.followed[0].template.version == 1
    assert (await desk.matcher()).rules(await desk.message("what does it cost")).best is None


async def test_nothing_to_try_is_the_same_matcher(desk: Desk, candidates: Candidates) -> None:
    await desk.followed()
    present, tried = await both(desk, candidates, None)
    assert present is tried


async def test_an_overlay_is_tried_over_the_shared_template(desk: Desk, candidates: Candidates) -> None:
    shelved = await desk.followed()
    overlay = Overlay(
        (
            OverlayChange(OverlayKind.ADD, "fees", FEES, "Money"),
            OverlayChange(OverlayKind.HIDE, PIN.name),
        )
    )
    present, tried = await both(desk, candidates, Revision(shelved.id, overlay=overlay))
    found = tried.semantic(await desk.message("how much do you charge")).best
    assert found is not None
    assert found.title == "fees"
    assert tried.rules(await desk.message("change my pin")).best is None
    assert present.rules(await desk.message("change my pin")).best is not None
    assert tried.followed[0].template is present.followed[0].template


async def test_a_saved_overlay_stays_over_a_changed_template(desk: Desk, candidates: Candidates) -> None:
    shelved = await desk.followed()
    hidden = Overlay((OverlayChange(OverlayKind.HIDE, CARD.name),))
    await desk.product.templates.overlays.save(desk.principal, shelved.id, hidden, expected_version=0)
    _, tried = await both(desk, candidates, Revision(shelved.id, WITH_FEES))
    assert tried.rules(await desk.message("where is my card")).best is None
    assert tried.rules(await desk.message("what does it cost")).best is not None


async def test_a_template_that_is_not_followed_comes_last(desk: Desk, candidates: Candidates) -> None:
    await desk.followed()
    other = Template("Money", "banking", (Category("Money", (FEES,)),))
    present, tried = await both(desk, candidates, Revision(uuid4(), other))
    assert [one.template.name for one in tried.followed] == ["Retail bank", "Money"]
    assert len(present.followed) == 1
    found = tried.semantic(await desk.message("how much do you charge")).best
    assert found is not None
    assert found.title == "fees"


async def test_the_texts_that_are_known_are_not_embedded_again(desk: Desk) -> None:
    shelved = await desk.followed()
    await desk.matcher()
    asked: list[str] = []

    async def encode(texts: object) -> object:
        asked.extend(texts)  # type: ignore[arg-type]
        return await desk.product.language.encode_many(texts)  # type: ignore[arg-type]

    candidates = Candidates(
        matchers=desk.product.templates.matchers,
        model=desk.product.language.model,
        encode=encode,  # type: ignore[arg-type]
    )
    await candidates.of(desk.principal.company, Revision(shelved.id, WITH_FEES))
    assert not set(CARD.examples) & set(asked)
    assert set(FEES.examples) <= set(asked)
    asked.clear()
    await candidates.of(desk.principal.company, Revision(shelved.id, WITH_FEES))
    assert set(asked) == {*FEES.examples, "what does it cost", "fees"}

"""A company's questions, and those that its trade shares."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.templates.conftest import Desk
from understudy.templates.domain import Reply
from understudy.templates.questions.domain import NewQuestion
from understudy.templates.questions.work import MAX_TEXTS, TooManyQuestions
from understudy.templates.records import DraftMoved, QuestionExists, QuestionNotFound
from understudy.templates.validation import InvalidTemplate

HOURS = NewQuestion("What are your opening hours?", Reply("9 to 5", "We are open from 9 to 5."), ("when are you open",))
PARKING = NewQuestion("Is there parking?", Reply("", "Behind the house."))
TRADE = "banking"


async def test_a_question_answers_by_its_words_and_by_its_meaning(desk: Desk) -> None:
    await desk.product.templates.questions.add(desk.principal, [HOURS, PARKING])
    matcher = await desk.matcher()
    exact = matcher.company_qa(await desk.message("what are your opening hours"))
    assert exact.version == "company_qa@1"
    assert exact.best is not None
    assert (exact.best.title, exact.best.confidence, exact.best.replies) == (HOURS.question, 1.0, (HOURS.reply,))
    meant = matcher.company_qa(await desk.message("please tell me when are you open"))
    assert meant.best is not None
    assert (meant.best.title, meant.best.matched) == (HOURS.question, "when are you open")


async def test_a_change_is_made_under_its_revision_and_counted(desk: Desk) -> None:
    questions = desk.product.templates.questions
    (kept,) = await questions.add(desk.principal, [HOURS])
    changed = NewQuestion("When do you open?", HOURS.reply, HOURS.variants)
    after = await questions.change(desk.principal, kept.entry.id, changed, expected_revision=1)
    assert after.edited.revision == 2
    with pytest.raises(DraftMoved, match="changed by test at"):
        await questions.change(desk.principal, kept.entry.id, HOURS, expected_revision=1)
    with pytest.raises(DraftMoved):
        await questions.delete(desk.principal, kept.entry.id, expected_revision=1)
    matcher = await desk.matcher()
    assert matcher.own.version == "company_qa@2"
    assert matcher.company_qa(await desk.message("when do you open")).best is not None
    await questions.delete(desk.principal, kept.entry.id, expected_revision=2)
    assert (await desk.matcher()).company_qa(await desk.message("when do you open")).best is None
    with pytest.raises(QuestionNotFound):
        await questions.show(desk.principal.company, kept.entry.id)


async def test_the_same_question_is_kept_once(desk: Desk) -> None:
    questions = desk.product.templates.questions
    await questions.add(desk.principal, [HOURS])
    again = NewQuestion("what are YOUR opening hours", PARKING.reply)
    with pytest.raises(QuestionExists, match="What are your opening hours"):
        await questions.add(desk.principal, [PARKING, again])
    assert len(await questions.list(desk.principal.company)) == 1
    (parking,) = await questions.add(desk.principal, [PARKING])
    with pytest.raises(QuestionExists):
        await questions.change(desk.principal, parking.entry.id, again, expected_revision=1)


async def test_questions_with_faults_are_refused_all_together(desk: Desk) -> None:
    questions = desk.product.templates.questions
    with pytest.raises(InvalidTemplate):
        await questions.add(desk.principal, [HOURS, NewQuestion(" ", Reply("", ""))])
    assert await questions.list(desk.principal.company) == []


async def test_a_shelf_of_questions_is_bounded(desk: Desk) -> None:
    many = NewQuestion("q", Reply("", "a"), tuple(f"v{i}" for i in range(MAX_TEXTS)))
    with pytest.raises(TooManyQuestions):
        await desk.product.templates.questions.add(desk.principal, [many])


async def test_a_trade_shares_what_a_company_may_answer_otherwise_or_hide(
    desk: Desk, other_desk: Desk, platform_desk: Desk
) -> None:
    shared = desk.product.templates.trade_questions
    hours, parking = await shared.add(platform_desk.principal, TRADE, [HOURS, PARKING])
    asked, parked = await desk.message("what are your opening hours"), await desk.message("is there parking")
    best = (await desk.matcher()).trade_qa(asked).best
    assert best is not None
    assert (best.key, best.replies) == (f"trade_qa:{hours.entry.id}", (HOURS.reply,))
    assert (await other_desk.matcher()).trade_qa(asked).best is None, "another trade"

    own = Reply("8 to 6", "With us from 8 to 6.")
    await shared.override(desk.principal, hours.entry.id, own)
    await shared.hide(desk.principal, parking.entry.id)
    matcher = await desk.matcher()
    best = matcher.trade_qa(asked).best
    assert best is not None
    assert best.replies == (own,)
    hidden = matcher.trade_qa(parked)
    assert all(one is None or one.title != PARKING.question for one in (hidden.best, hidden.second))
    assert matcher.find(f"trade_qa:{parking.entry.id}") is None
    listed = {one.entry.question: one for one in await shared.list(desk.principal)}
    assert listed[HOURS.question].override == own
    assert listed[PARKING.question].is_hidden

    await shared.reset(desk.principal, parking.entry.id)
    assert (await desk.matcher()).trade_qa(parked).best is not None


async def test_a_question_of_another_trade_does_not_exist(desk: Desk, other_desk: Desk, platform_desk: Desk) -> None:
    shared = desk.product.templates.trade_questions
    (hours,) = await shared.add(platform_desk.principal, TRADE, [HOURS])
    with pytest.raises(QuestionNotFound):
        await shared.override(other_desk.principal, hours.entry.id, HOURS.reply)
    with pytest.raises(QuestionNotFound):
        await shared.show(other_desk.principal, hours.entry.id)
    with pytest.raises(QuestionNotFound):
        await shared.hide(desk.principal, uuid4())
    assert await shared.list(other_desk.principal, trade=TRADE) == []


async def test_the_platform_rewrites_a_shared_question_for_all(desk: Desk, platform_desk: Desk) -> None:
    shared = desk.product.templates.trade_questions
    (hours,) = await shared.add(platform_desk.principal, TRADE, [HOURS])
    changed = NewQuestion("When do you open?", HOURS.reply)
    await shared.change(platform_desk.principal, hours.entry.id, changed, expected_revision=1)
    matcher = await desk.matcher()
    assert matcher.trade.version == "trade_qa@2"
    assert matcher.trade_qa(await desk.message("when do you open")).best is not None
    await shared.delete(platform_desk.principal, hours.entry.id, expected_revision=2)
    assert (await desk.matcher()).trade_qa(await desk.message("when do you open")).best is None


async def test_a_new_encoder_embeds_again_and_until_then_words_match(desk: Desk, platform_desk: Desk) -> None:
    services = desk.product.templates
    await services.questions.add(desk.principal, [HOURS])
    await services.trade_questions.add(platform_desk.principal, TRADE, [PARKING])
    async with desk.product.database.platform() as tx:
        await tx.raw.execute("UPDATE qa_entry SET encoder = 'an older one'")
        await tx.raw.execute("UPDATE trade_qa_entry SET encoder = 'an older one'")
    exact, meant = await desk.message("when are you open"), await desk.message("please tell me when are you open")
    matcher = await desk.matcher()
    assert matcher.company_qa(exact).best is not None
    assert matcher.company_qa(meant).best is None

    assert await services.renewal.renew_outdated() == 2
    assert await services.renewal.renew_outdated() == 0
    assert (await desk.matcher()).company_qa(meant).best is not None

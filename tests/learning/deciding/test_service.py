"""Suggestions decided about: applied once, never over what somebody else did, and taken back whole."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from tests.conftest import PLATFORM
from tests.learning.suggesting import Loop, examples, harmful, suggest
from tests.seeding import BANK, Seeded, scenario
from understudy.answering.settings import LadderSettings
from understudy.companies.domain import Principal
from understudy.kit.errors import Conflict, Invalid
from understudy.learning.deciding import upkeep
from understudy.learning.deciding.agreeing import answering
from understudy.learning.deciding.domain import (
    Approval,
    Choice,
    SecondApproverNeeded,
    SuggestionDecided,
    SuggestionHeld,
    SuggestionQuery,
)
from understudy.learning.domain import Issue, Status, Suggestion, SuggestionMoved, SuggestionNotFound
from understudy.learning.editing import Edit, NewScenario
from understudy.templates.domain import Template
from understudy.wiring.product import Product

OTHER = "somebody else"


async def newest(product: Product, principal: Principal, template_id: UUID) -> Template:
    return await product.templates.versions.document(principal, template_id)


async def version_of(product: Product, principal: Principal, template_id: UUID) -> int:
    found = await product.templates.library.show(principal, template_id)
    assert found.newest_version
    return found.newest_version


def texts(template: Template, name: str = "card_arrival") -> Sequence[str]:
    found = template.scenario(name)
    assert found
    return found.examples


async def approve(loop: Loop, seeded: Seeded, suggestion_id: UUID, **more: object) -> Suggestion:
    approval = Approval(Choice(suggestion_id), **more)  # type: ignore[arg-type]
    return await loop.services.deciding.approve(seeded.principal, approval)


async def test_an_approved_suggestion_becomes_a_version(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "is my card on its way"))
    applied = await approve(loop, seeded, one, reason="yes")
    assert (applied.status, applied.applied_version) == (Status.APPLIED, 2)
    assert applied.decided
    assert (applied.decided.by, applied.decided.reason) == ("test", "yes")
    assert "is my card on its way" in texts(await newest(product, seeded.principal, template_id))
    async with product.database.transaction(seeded.company.id) as tx:
        actions = [entry.change.action for entry in await product.audit.entries(tx)]
    assert actions[:3] == ["suggestion.applied", "template.published", "suggestion.approved"]


async def test_what_waits_in_the_draft_is_not_published_with_it(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    drafts = product.templates.drafts
    half_done = scenario("half_done", "half done")
    await drafts.put_scenario(seeded.principal, template_id, half_done, category="Cards", expected=None)
    one = await suggest(product, seeded.company.id, examples(template_id, "is my card on its way"))
    await approve(loop, seeded, one)
    published = await newest(product, seeded.principal, template_id)
    assert published.scenario("half_done") is None
    draft = await drafts.whole(seeded.principal, template_id)
    assert draft.scenario("half_done") is not None
    assert "is my card on its way" in texts(draft)
    assert (await drafts.head(seeded.principal, template_id)).is_pending


async def test_a_draft_without_other_work_counts_as_published(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "is my card on its way"))
    await approve(loop, seeded, one)
    assert not (await product.templates.drafts.head(seeded.principal, template_id)).is_pending


async def test_a_shared_template_is_left_alone_the_overlay_takes_the_change(product: Product, loop: Loop) -> None:
    shared = await product.templates.library.import_draft(PLATFORM, replace(BANK, name="Shared bank"))
    await product.templates.library.share(PLATFORM, shared.template.id, is_shared=True)
    await product.templates.versions.publish(PLATFORM, shared.template.id)
    company = await product.companies.create(PLATFORM, slug="follower", name="Follower", trade="banking")
    principal = Principal("ann", company.id, frozenset())
    await product.templates.following.follow(principal, shared.template.id)
    edit = examples(shared.template.id, "is my card on its way", in_overlay=True)
    one = await suggest(product, company.id, edit)
    applied = await loop.services.deciding.approve(principal, Approval(Choice(one)))
    assert applied.applied_version == 1
    kept = await product.templates.overlays.show(company.id, shared.template.id)
    assert kept
    assert "is my card on its way" in texts(kept.overlay.apply(BANK))
    assert await version_of(product, PLATFORM, shared.template.id) == 1
    await loop.services.deciding.revert(principal, Choice(one), "no")
    after = await product.templates.overlays.show(company.id, shared.template.id)
    assert after
    assert after.overlay.changes == ()


async def test_thresholds_are_set_and_set_back(product: Product, seeded: Seeded, loop: Loop, template_id: UUID) -> None:
    edit = Edit(template_id, thresholds={"semantic": 0.55})
    one = await suggest(product, seeded.company.id, edit, issue=Issue.ADJUST_THRESHOLD.value)
    await approve(loop, seeded, one)
    company = await product.companies.show(seeded.company.id)
    assert company.settings.get(LadderSettings).thresholds.semantic == 0.55
    await loop.services.deciding.revert(seeded.principal, Choice(one))
    company = await product.companies.show(seeded.company.id)
    assert company.settings.get(LadderSettings).thresholds.semantic == 0.60
    assert await version_of(product, seeded.principal, template_id) == 1


async def test_approving_again_changes_nothing(product: Product, seeded: Seeded, loop: Loop, template_id: UUID) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "is my card on its way"))
    first = await approve(loop, seeded, one)
    assert await approve(loop, seeded, one) == first
    assert await version_of(product, seeded.principal, template_id) == 2


async def test_of_two_approvers_at_once_one_is_told_so(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "is my card on its way"))
    people = [Principal(name, seeded.company.id, frozenset()) for name in ("ann", "bob")]
    came = await asyncio.gather(
        *(loop.services.deciding.approve(who, Approval(Choice(one, 1))) for who in people), return_exceptions=True
    )
    assert sorted(isinstance(one, Conflict) for one in came) == [False, True]
    assert await version_of(product, seeded.principal, template_id) == 2
    (shown,) = await loop.services.deciding.list(seeded.company.id, SuggestionQuery((Status.APPLIED,)))
    assert shown.decided
    assert shown.decided.second_by is None


async def test_whoever_saw_an_older_one_is_told_so(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "x"), revision=3)
    with pytest.raises(SuggestionMoved, match="revision 3"):
        await loop.services.deciding.approve(seeded.principal, Approval(Choice(one, 2)))


async def test_when_the_template_moved_it_is_replayed_on_what_is_there_now(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await suggest(
        product, seeded.company.id, examples(template_id, "is my card on its way"), status=Status.COLLECTING
    )
    gated = await loop.services.gating.examine(seeded.company.id, one)
    assert (gated.status, len(loop.replays.tried)) == (Status.PENDING, 1)
    await publish_more(product, seeded, template_id)
    applied = await approve(loop, seeded, one)
    assert len(loop.replays.tried) == 2
    tried = loop.replays.tried[1].template
    assert tried
    assert tried.scenario("opening_hours") is not None
    assert applied.applied_version == 3
    assert (await newest(product, seeded.principal, template_id)).scenario("opening_hours") is not None


async def test_when_nothing_moved_the_replay_that_was_shown_is_good_enough(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await suggest(
        product, seeded.company.id, examples(template_id, "is my card on its way"), status=Status.COLLECTING
    )
    await loop.services.gating.examine(seeded.company.id, one)
    await approve(loop, seeded, one)
    assert len(loop.replays.tried) == 1


async def test_the_template_may_change_while_it_is_being_approved(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    """Between the replay and the publishing somebody else publishes: it is done over, on what they made."""
    one = await suggest(product, seeded.company.id, examples(template_id, "is my card on its way"))
    done: list[int] = []

    async def publish_once() -> None:
        if not done:
            done.append(1)
            await publish_more(product, seeded, template_id)

    loop.replays.meanwhile = publish_once
    applied = await approve(loop, seeded, one)
    assert applied.applied_version == 3
    published = await newest(product, seeded.principal, template_id)
    assert published.scenario("opening_hours") is not None
    assert "is my card on its way" in texts(published)


async def test_what_the_moved_template_makes_harmful_is_held_back(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "is my card on its way"))
    loop.replays.finds = harmful()
    with pytest.raises(SuggestionHeld, match="1 message wrongly"):
        await approve(loop, seeded, one)
    shown = await loop.services.deciding.show(seeded.company.id, one)
    assert (shown.suggestion.status, shown.suggestion.decided) == (Status.HELD, None)
    assert shown.suggestion.backtest
    assert "exchange_rate is right" in shown.suggestion.backtest.wrong[0]
    assert await version_of(product, seeded.principal, template_id) == 1


async def test_what_is_held_back_can_be_forced_by_somebody_who_answers_for_it(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "x y z"), status=Status.HELD)
    with pytest.raises(SuggestionHeld):
        await approve(loop, seeded, one)
    assert (await approve(loop, seeded, one, is_forced=True)).status is Status.APPLIED
    async with product.database.transaction(seeded.company.id) as tx:
        assert await product.audit.entries(tx, action="suggestion.forced")


async def test_an_edited_one_is_applied_as_edited_after_a_replay(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "first", "second"))
    applied = await approve(loop, seeded, one, edit=examples(template_id, "second"))
    assert applied.proposal.edit.texts == {"second"}
    assert len(loop.replays.tried) == 1
    found = texts(await newest(product, seeded.principal, template_id))
    assert "second" in found
    assert "first" not in found


@pytest.mark.parametrize("text", ["see http://evil.example"])
async def test_a_person_may_not_smuggle_in_what_customers_may_not(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID, text: str
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "first"))
    with pytest.raises(Invalid, match="holds a link"):
        await approve(loop, seeded, one, edit=examples(template_id, text))
    with pytest.raises(Invalid, match="the same template"):
        await approve(loop, seeded, one, edit=examples(UUID(int=1), "x"))


async def test_two_people_must_approve_where_the_company_wants_it(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    await product.companies.change_settings(
        seeded.principal, seeded.company.id, {"learning": {"second_approver": True}}
    )
    one = await suggest(product, seeded.company.id, examples(template_id, "is my card on its way"))
    waiting = await approve(loop, seeded, one)
    assert waiting.status is Status.APPROVED
    assert await version_of(product, seeded.principal, template_id) == 1
    with pytest.raises(SecondApproverNeeded):
        await approve(loop, seeded, one)
    second = Principal(OTHER, seeded.company.id, frozenset())
    applied = await loop.services.deciding.approve(second, Approval(Choice(one)))
    assert applied.status is Status.APPLIED
    assert applied.decided
    assert (applied.decided.by, applied.decided.second_by) == ("test", OTHER)


async def test_one_that_waits_for_the_second_is_not_finished_by_itself(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    await product.companies.change_settings(
        seeded.principal, seeded.company.id, {"learning": {"second_approver": True}}
    )
    one = await suggest(product, seeded.company.id, examples(template_id, "x"))
    await approve(loop, seeded, one)
    monkeypatch.setattr(upkeep, "LEFT_FOR", timedelta(0))
    assert await loop.services.upkeep.finish_left() == 0


async def test_a_rejection_needs_a_reason_and_is_final(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "x"))
    deciding = loop.services.deciding
    with pytest.raises(Invalid):
        await deciding.reject(seeded.principal, [Choice(one)], " ")
    (came,) = await deciding.reject(seeded.principal, [Choice(one)], "customers mean something else")
    assert came.suggestion
    assert came.suggestion.status is Status.REJECTED
    with pytest.raises(SuggestionDecided):
        await approve(loop, seeded, one)


async def test_one_put_aside_can_still_be_approved(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "x y"))
    await loop.services.deciding.save(seeded.principal, [Choice(one)])
    assert (await approve(loop, seeded, one)).status is Status.APPLIED


async def test_one_that_was_taken_back_can_be_proposed_again(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "is my card on its way"))
    await approve(loop, seeded, one)
    before = (await newest(product, seeded.principal, template_id)).scenario("card_arrival")
    deciding = loop.services.deciding
    reverted = await deciding.revert(seeded.principal, Choice(one), "too broad")
    assert reverted.status is Status.REVERTED
    after = (await newest(product, seeded.principal, template_id)).scenario("card_arrival")
    assert before
    assert after
    assert after.examples == before.examples[:-1]
    again = await deciding.propose_again(seeded.principal, Choice(one))
    assert (again.status, again.backtest, again.decided) == (Status.COLLECTING, None, None)
    assert (await loop.services.gating.examine(seeded.company.id, one)).status is Status.PENDING
    assert (await approve(loop, seeded, one)).status is Status.APPLIED
    assert len((await deciding.show(seeded.company.id, one)).applications) == 2


async def test_of_two_who_take_it_back_at_once_one_is_told_so(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "is my card on its way"))
    await approve(loop, seeded, one)
    came = await asyncio.gather(
        *(loop.services.deciding.revert(seeded.principal, Choice(one)) for _ in range(2)), return_exceptions=True
    )
    assert sorted(isinstance(one, Conflict) for one in came) == [False, True]
    assert "is my card on its way" not in texts(await newest(product, seeded.principal, template_id))


async def test_several_about_one_template_become_one_version(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    edits = [
        examples(template_id, "is my card on its way"),
        examples(template_id, "thief took it", scenario="lost_card"),
        examples(template_id, "is my card on its way", scenario="exchange_rate"),
    ]
    ids = [await suggest(product, seeded.company.id, edit) for edit in edits]
    came = await loop.services.deciding.approve_many(seeded.principal, [Choice(one) for one in ids])
    assert [one.suggestion.status if one.suggestion else None for one in came] == [
        Status.APPLIED,
        Status.APPLIED,
        Status.PENDING,
    ]
    assert came[2].error
    assert "at odds" in came[2].error.message
    assert await version_of(product, seeded.principal, template_id) == 2
    assert len(loop.replays.tried) == 1
    await loop.services.deciding.revert(seeded.principal, Choice(ids[0]))
    after = await newest(product, seeded.principal, template_id)
    assert "is my card on its way" not in texts(after)
    assert "thief took it" in texts(after, "lost_card")


async def test_several_that_do_harm_together_are_left_to_be_decided_one_by_one(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    loop.replays.finds = harmful()
    ids = [
        await suggest(product, seeded.company.id, examples(template_id, text, scenario=name))
        for text, name in (("one thing", "card_arrival"), ("another", "lost_card"))
    ]
    came = await loop.services.deciding.approve_many(seeded.principal, [Choice(one) for one in ids])
    assert all(one.error and "one by one" in str(one.error) for one in came)
    assert await version_of(product, seeded.principal, template_id) == 1


async def test_a_process_that_died_is_finished_by_another(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the version was published, before the suggestion said so: nothing is done twice or lost."""
    one = await suggest(product, seeded.company.id, examples(template_id, "is my card on its way"))

    class Killed(BaseException):
        pass

    async def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr("understudy.learning.deciding.execution.Execution._applied", die)
        with pytest.raises(Killed):
            await approve(loop, seeded, one)
    assert await version_of(product, seeded.principal, template_id) == 2
    monkeypatch.setattr(upkeep, "LEFT_FOR", timedelta(0))
    assert await loop.services.upkeep.finish_left() == 1
    assert await version_of(product, seeded.principal, template_id) == 2
    detail = await loop.services.deciding.show(seeded.company.id, one)
    assert detail.suggestion.status is Status.APPLIED
    await loop.services.deciding.revert(seeded.principal, Choice(one))
    assert "is my card on its way" not in texts(await newest(product, seeded.principal, template_id))


async def test_a_template_that_is_gone_holds_it_back(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "x", scenario="gone"))
    with pytest.raises(Conflict, match="no scenario gone"):
        await approve(loop, seeded, one)
    shown = await loop.services.deciding.show(seeded.company.id, one)
    assert shown.suggestion.status is Status.HELD


async def test_other_companies_see_nothing_of_it(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID, other_company: object
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "x"))
    stranger = (await product.companies.by_slug("northwind")).id
    with pytest.raises(SuggestionNotFound):
        await loop.services.deciding.show(stranger, one)
    with pytest.raises(SuggestionNotFound):
        await loop.services.deciding.approve(Principal("x", stranger, frozenset()), Approval(Choice(one)))
    assert await loop.services.deciding.list(stranger, SuggestionQuery()) == []


async def test_lists_are_filtered_and_go_on_where_they_ended(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    company_id = seeded.company.id
    ids = [
        await suggest(
            product,
            company_id,
            examples(template_id, f"text {rank}"),
            priority=float(rank % 3),
            confidence=0.8 + rank / 100,
        )
        for rank in range(6)
    ]
    await suggest(product, company_id, examples(template_id, "y"), status=Status.HELD, channels=["sms"], language="de")
    deciding, seen = loop.services.deciding, []
    wanted = SuggestionQuery((Status.PENDING,), limit=2)
    while page := await deciding.list(company_id, wanted):
        seen += [one.id for one in page]
        wanted = replace(wanted, before=page[-1].id)
    assert sorted(seen) == sorted(ids)
    assert [one.priority for one in await deciding.list(company_id, SuggestionQuery((Status.PENDING,)))] == [
        2,
        2,
        1,
        1,
        0,
        0,
    ]
    for query, count in (
        (SuggestionQuery(channel="sms"), 1),
        (SuggestionQuery(language="de"), 1),
        (SuggestionQuery(scenario="card_arrival"), 7),
        (SuggestionQuery(issue=Issue.MERGE_SCENARIOS), 0),
        (SuggestionQuery((Status.PENDING,), min_confidence=0.84), 2),
    ):
        assert len(await deciding.list(company_id, query)) == count


async def publish_more(product: Product, seeded: Seeded, template_id: UUID) -> None:
    """Somebody else publishes a version with one scenario more."""
    hours = scenario("opening_hours", "when are you open")
    await product.templates.drafts.put_scenario(seeded.principal, template_id, hours, category="Cards", expected=None)
    await product.templates.versions.publish(seeded.principal, template_id)


async def test_a_first_template_is_published_by_what_is_approved_for_it(
    product: Product, seeded: Seeded, loop: Loop
) -> None:
    """From past messages: each scenario gets its reply when it is approved, and the draft becomes the first version."""
    fresh = await product.templates.library.create(seeded.principal, Template("First", "banking"))
    asked = replace(scenario("opening_hours", "when are you open", "are you open on sunday"), replies=())
    edit = Edit(fresh.id, added=(NewScenario(asked),))
    one = await suggest(product, seeded.company.id, edit, issue=Issue.ADD_NEW_SCENARIO.value)
    with pytest.raises(Invalid, match="has no reply yet"):
        await approve(loop, seeded, one)
    applied = await approve(loop, seeded, one, edit=answering(edit, "From nine to five."))
    assert applied.applied_version == 1
    published = (await newest(product, seeded.principal, fresh.id)).scenario("opening_hours")
    assert published
    assert published.replies[0].full == "From nine to five."
    assert not (await product.templates.drafts.head(seeded.principal, fresh.id)).is_pending

"""From a message to its answer: what is recorded, what is sent, and what happens when something fails."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import pairwise
from typing import Any, cast
from uuid import UUID

import pytest

from tests.answering.conftest import Say
from tests.answering.examples import ScriptedRung, evidence
from understudy.answering import store
from understudy.answering.decision.case import Wish
from understudy.answering.decision.recording import Recording
from understudy.answering.decision.thinking import Heard, Ladder, Thinking, Thought
from understudy.answering.domain import (
    Decision,
    DecisionQuery,
    FallbackKind,
    Outcome,
    RungName,
    Verdict,
)
from understudy.answering.ladder import Question, Rung
from understudy.answering.service import Answering
from understudy.answering.wording.languages.english import PHRASES
from understudy.channels.jobs import answer_what_is_left
from understudy.channels.service import Channels
from understudy.channels.settings import SweeperSettings
from understudy.companies.domain import Company, Principal
from understudy.conversations.domain import (
    ContactRef,
    ConversationState,
    EscalationKind,
    IdentityKind,
    Inbound,
    LeaseLost,
)
from understudy.conversations.handover import OperatorReply
from understudy.conversations.settings import ConversationSettings
from understudy.infra.database import DatabaseUnavailable
from understudy.infra.system import new_id, utc_now
from understudy.language.adapters.scripted import scripted_language
from understudy.language.service import Language
from understudy.templates.matching.company_matcher import Evidence
from understudy.wiring.parts import elapsed_us
from understudy.wiring.product import Product


def inbound(text: str = "where is my card", external_id: str = "m1", who: str = "ann") -> Inbound:
    return Inbound("api", external_id, ContactRef(IdentityKind.EXTERNAL, who), text)


def desk(product: Product, *rungs: Rung, recording: Recording | None = None, thinking: type = Thinking) -> Channels:
    """Channels over a ladder of these rungs; the sweeper takes everything unanswered as left."""
    ladder = Ladder(rungs=rungs, basic=(), timer=elapsed_us)
    recording = recording or Recording(
        database=product.database,
        conversations=product.conversations,
        clock=utc_now,
        new_id=new_id,
        timer=elapsed_us,
    )
    answering = Answering(
        database=product.database,
        conversations=product.conversations,
        thinking=thinking(language=product.language, matchers=product.templates.matchers, ladder=ladder),
        recording=recording,
        clock=utc_now,
    )
    return Channels(
        companies=product.companies,
        conversations=product.conversations,
        answering=answering,
        inviting=product.channels.inviting,
        sweeper=SweeperSettings(left_after_seconds=0),
    )


async def rows(product: Product, company: Company, statement: str) -> list[tuple[Any, ...]]:
    async with product.database.transaction(company.id) as tx:
        return await (await tx.raw.execute(statement)).fetchall()


def made(taken: Any) -> Decision:
    decision = taken.answer.decision
    assert isinstance(decision, Decision)
    return decision


async def test_an_answer_is_recorded_with_everything(product: Product, bank: Company, say: Say) -> None:
    taken = await say("Where is my card, please?", min_confidence=0.5)
    decision = made(taken)
    assert taken.answer.reply is not None
    assert taken.answer.reply.text == "Cards from Harbour Bank take five working days.\n\nIs there anything else?"
    assert decision == await product.answering.decision(bank.id, decision.id)
    assert decision.about.message_id == taken.message.id
    assert decision.about.reply_id == taken.answer.reply.id
    assert decision.choice.outcome is Outcome.ANSWERED
    assert decision.choice.rung is RungName.RULES
    assert decision.choice.answered_by == "scenario:Bank/card_arrival"
    assert decision.choice.path.startswith("rules ")
    rules = decision.rungs[-1]
    assert (rules.threshold, rules.version) == (0.70, "bank@1")
    assert rules.best is not None
    assert rules.best.matched == "where is my card"
    assert rules.latency_us > 0
    assert decision.spending.cost_micros == 0
    assert decision.spending.saved_micros > 100
    assert decision.hearing.language == "en"
    assert decision.circumstances.min_confidence == 0.5
    assert decision.circumstances.settings_version == 1
    assert decision.latency_us > 0
    assert await rows(product, bank, "SELECT encoder, vector_dims(vector) FROM message_embedding") == [
        ("scripted@000000000000", 384)
    ]
    assert await rows(product, bank, "SELECT lease_owner, state FROM conversation") == [(None, "open")]


async def test_how_likely_it_is_in_scope_is_stored_and_decisions_from_before_read(
    product: Product, bank: Company
) -> None:
    said = replace(evidence(0.1), in_scope=0.125)
    taken = await desk(product, ScriptedRung(RungName.SEMANTIC, said)).take(bank.id, inbound("who won"))
    decision = made(taken)
    assert decision.choice.fallback_kind is FallbackKind.OUT_OF_SCOPE
    assert (await product.answering.decision(bank.id, decision.id)).rungs[0].in_scope == 0.125
    await rows(
        product,
        bank,
        "UPDATE decision SET rungs = (SELECT jsonb_agg(one - 'in_scope') FROM jsonb_array_elements(rungs) one) "
        "RETURNING id",
    )
    assert (await product.answering.decision(bank.id, decision.id)).rungs[0].in_scope is None


async def test_voice_gets_the_short_form(bank: Company, say: Say) -> None:
    taken = await say("where is my card", modality="voice")
    assert taken.answer.reply is not None
    assert taken.answer.reply.text == "It takes 5 days."


async def test_the_same_contact_never_hears_the_same_twice_in_a_row(
    product: Product, bank: Company, principal: Principal, say: Say
) -> None:
    await product.companies.change_settings(principal, bank.id, {"escalation": {"failed_attempts": 20}})
    for text in ("where is my card", "colourless green ideas"):
        heard = [(await say(text)).answer.reply for _ in range(4)]
        said = [reply.text for reply in heard if reply]
        assert len(said) == 4
        assert all(first != second for first, second in pairwise(said)), said


async def test_turns_are_counted_one_transaction_after_the_other(product: Product, bank: Company, say: Say) -> None:
    contact_id = (await say("hello")).message.contact_id

    async def turn() -> int:
        async with product.database.transaction(bank.id) as tx:
            return await store.next_turn(tx, contact_id, "fallback:no_match", utc_now())

    assert sorted(await asyncio.gather(*(turn() for _ in range(12)))) == list(range(12))


async def test_small_talk_is_answered_free_by_the_rules(bank: Company, say: Say) -> None:
    decision = made(await say("Hello!"))
    assert decision.choice.rung is RungName.RULES
    assert decision.choice.answered_by is not None
    assert "Bank" not in decision.choice.answered_by


async def test_who_asks_for_a_person_gets_one_whatever_the_template(bank: Company, say: Say) -> None:
    taken = await say("I would like to talk to a real person please")
    assert made(taken).choice.outcome is Outcome.HANDED_OVER
    assert taken.answer.state is ConversationState.WAITING_FOR_PERSON


async def test_no_match_falls_back_and_saves_nothing(bank: Company, say: Say) -> None:
    taken = await say("colourless green ideas")
    decision = made(taken)
    assert decision.choice.path == "fallback"
    assert decision.choice.fallback_kind is FallbackKind.NO_MATCH
    assert decision.choice.answered_by == "fallback:no_match"
    assert decision.spending.saved_micros == 0
    assert [(t.rung, t.verdict) for t in decision.rungs][-2:] == [
        (RungName.LLM, Verdict.SKIPPED),
        (RungName.FALLBACK, Verdict.ANSWERED),
    ]
    assert decision.rungs[-2].reason == "not configured"


async def test_a_rung_that_raises_is_recorded_and_the_climb_goes_on(product: Product, bank: Company) -> None:
    class LeakyError(Exception):
        pass

    broken = ScriptedRung(RungName.RULES, LeakyError("4111 1111 1111 1111"))
    sure = ScriptedRung(RungName.SEMANTIC, evidence(0.9))
    taken = await desk(product, broken, sure).take(bank.id, inbound())
    assert made(taken).choice.path == "rules failed < semantic 0.90"
    assert made(taken).rungs[0].error == "LeakyError"
    ((stored,),) = await rows(product, bank, "SELECT rungs::text FROM decision")
    assert "4111" not in stored


async def test_when_nothing_answers_and_a_rung_failed_it_is_a_technical_issue(product: Product, bank: Company) -> None:
    taken = await desk(product, ScriptedRung(RungName.RULES, RuntimeError())).take(bank.id, inbound())
    assert made(taken).choice.fallback_kind is FallbackKind.TECHNICAL_ISSUE


async def test_when_encoding_fails_the_rungs_that_need_none_answer(product: Product, bank: Company) -> None:
    class MuteLanguage:
        def __init__(self) -> None:
            self._language = scripted_language()
            self.model = self._language.model
            self.read = self._language.read

        async def encode(self, text: str) -> None:
            raise OSError("no memory")

    thinking = Thinking(
        language=cast("Language", MuteLanguage()),
        matchers=product.templates.matchers,
        ladder=product.answering._thinking._ladder,
    )
    channels = desk(product)
    channels._answering._thinking = thinking
    assert made(await channels.take(bank.id, inbound())).choice.rung is RungName.RULES
    failed = made(await channels.take(bank.id, inbound("colourless green ideas", "m2")))
    assert "semantic failed" in failed.choice.path
    assert failed.choice.fallback_kind is FallbackKind.TECHNICAL_ISSUE
    assert await rows(product, bank, "SELECT count(*) FROM message_embedding") == [(0,)]


class BrokenThinking(Thinking):
    """Fails where nothing is expected to."""

    async def think(self, heard: Heard, **_: Any) -> Thought:
        raise ZeroDivisionError("where is my card")


async def test_when_even_the_fallback_fails_there_is_a_line_and_a_person(product: Product, bank: Company) -> None:
    taken = await desk(product, thinking=BrokenThinking).take(bank.id, inbound())
    assert taken.answer.reply is not None
    assert taken.answer.reply.text == PHRASES.emergency
    assert taken.answer.state is ConversationState.WAITING_FOR_PERSON
    assert made(taken).choice.path == "fallback failed"
    assert made(taken).rungs[0].error == "ZeroDivisionError"
    (escalation,) = await product.handover.escalations(bank.id)
    assert escalation.kind is EscalationKind.EMERGENCY
    assert escalation.fields == {"error": "ZeroDivisionError"}


class AbsentRecording(Recording):
    """The database goes away just before the commit, so often."""

    failures = 1

    async def record(self, *arguments: Any) -> Any:
        if self.failures:
            self.failures -= 1
            raise DatabaseUnavailable("gone")
        return await super().record(*arguments)


async def test_with_the_database_away_in_the_middle_the_sweeper_answers_once(product: Product, bank: Company) -> None:
    recording = AbsentRecording(
        database=product.database,
        conversations=product.conversations,
        clock=utc_now,
        new_id=new_id,
        timer=elapsed_us,
    )
    channels = desk(product, ScriptedRung(RungName.RULES, evidence(0.9)), recording=recording)
    with pytest.raises(DatabaseUnavailable):
        await channels.take(bank.id, inbound())
    assert await rows(product, bank, "SELECT count(*) FROM decision") == [(0,)]
    assert sum(await asyncio.gather(*(answer_what_is_left(channels) for _ in range(4)))) == 1
    assert await answer_what_is_left(channels) == 0
    assert await rows(product, bank, "SELECT count(*) FROM message WHERE direction = 'out'") == [(1,)]
    again = await channels.take(bank.id, inbound())
    assert again.is_replay
    assert again.answer.reply is not None
    assert made(again).about.reply_id == again.answer.reply.id


class SlowRung:
    """Thinks longer than its turn lasts."""

    name = RungName.RULES

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def look(self, question: Question) -> Evidence:
        await asyncio.sleep(self._seconds)
        return evidence(0.9)


async def test_who_lost_the_turn_gives_back_what_the_other_said(
    product: Product, bank: Company, principal: Principal
) -> None:
    settings = {"conversations": {"lease_seconds": 0.2}}
    await product.companies.change_settings(principal, bank.id, settings)
    slow = desk(product, SlowRung(0.6))
    quick = desk(product, ScriptedRung(RungName.SEMANTIC, evidence(0.9)))
    taking = asyncio.create_task(slow.take(bank.id, inbound()))
    await asyncio.sleep(0.35)
    assert await answer_what_is_left(quick) == 1
    taken = await taking
    assert made(taken).choice.rung is RungName.SEMANTIC
    assert await rows(product, bank, "SELECT count(*) FROM message WHERE direction = 'out'") == [(1,)]
    assert await rows(product, bank, "SELECT count(*) FROM decision") == [(1,)]


async def test_ten_parallel_replays_make_one_decision(product: Product, bank: Company) -> None:
    taken = await asyncio.gather(*(product.channels.take(bank.id, inbound()) for _ in range(10)))
    assert len({made(one).id for one in taken}) == 1
    assert len({one.answer.reply.id for one in taken if one.answer.reply}) == 1
    assert sum(not one.is_replay for one in taken) == 1


async def test_a_message_that_cannot_be_answered_keeps_no_other_waiting(product: Product, bank: Company) -> None:
    class Refusing(Channels):
        async def answer_left(self, company_id: UUID, message_id: UUID) -> bool:
            if message_id == stored[0]:
                raise ZeroDivisionError
            return await super().answer_left(company_id, message_id)

    stored: list[UUID] = []
    settings = bank.settings.get(ConversationSettings)
    for number in (1, 2):
        message = inbound(external_id=f"m{number}", who=f"c{number}")
        received = await product.conversations.receive(company_id=bank.id, inbound=message, settings=settings)
        assert received.lease is not None
        await product.conversations.release(company_id=bank.id, lease=received.lease)
        stored.append(received.message.id)
    channels = Refusing(
        companies=product.companies,
        conversations=product.conversations,
        answering=product.answering,
        inviting=product.channels.inviting,
        sweeper=SweeperSettings(left_after_seconds=0),
    )
    assert await answer_what_is_left(channels) == 1


async def test_the_paid_rung_says_why_it_is_not_asked(
    product: Product, bank: Company, principal: Principal, say: Say
) -> None:
    assert made(await say("colourless green ideas")).rungs[-2].reason == "not configured"
    await product.companies.change_settings(principal, bank.id, {"ladder": {"llm_enabled": False}})
    assert made(await say("colourless green ideas")).rungs[-2].reason == "disabled"


async def test_doubt_is_asked_about_and_the_answer_read(bank: Company, say: Say) -> None:
    asked = made(await say("block it"))
    assert asked.choice.outcome is Outcome.CLARIFIED
    assert asked.choice.offer is not None
    assert [option.title for option in asked.choice.offer.options] == ["freeze card", "cancel card"]
    assert asked.spending.saved_micros == 0
    taken = await say("the second")
    assert taken.answer.reply is not None
    assert taken.answer.reply.text == "Your card is cancelled."
    assert made(taken).choice.rung is RungName.RULES
    assert made(taken).rungs[0].reason == "chosen: number 2"


async def test_an_offer_holds_for_the_next_message_only(bank: Company, say: Say) -> None:
    await say("block it")
    assert made(await say("hello")).choice.outcome is Outcome.ANSWERED
    assert made(await say("the second")).choice.outcome is Outcome.FELL_BACK


async def test_a_question_is_not_asked_twice_in_a_row(bank: Company, say: Say) -> None:
    assert made(await say("block it")).choice.outcome is Outcome.CLARIFIED
    second = made(await say("block it"))
    assert second.choice.fallback_kind is FallbackKind.CLARIFICATION_NEEDED


async def test_who_means_neither_is_asked_for_other_words(bank: Company, say: Say) -> None:
    await say("block it")
    declined = made(await say("neither"))
    assert declined.choice.fallback_kind is FallbackKind.CLARIFICATION_NEEDED


async def test_without_clarifying_doubt_falls_back(
    product: Product, bank: Company, principal: Principal, say: Say
) -> None:
    await product.companies.change_settings(principal, bank.id, {"ladder": {"clarify": False}})
    assert made(await say("block it")).choice.fallback_kind is FallbackKind.CLARIFICATION_NEEDED


async def test_with_the_gatekeeper_off_only_basic_rules_run(
    product: Product, bank: Company, principal: Principal, say: Say
) -> None:
    await product.companies.change_settings(principal, bank.id, {"ladder": {"gatekeeper": False}})
    decision = made(await say("colourless green ideas"))
    assert [trace.rung for trace in decision.rungs] == [RungName.RULES, RungName.FALLBACK]
    assert made(await say("where is my card")).choice.rung is RungName.RULES


async def test_a_scenario_hands_over_and_the_ladder_is_silent_until_handed_back(
    product: Product, bank: Company, principal: Principal, say: Say
) -> None:
    handed = await say("call me back on +1 555 010 0199", display_name="Ann")
    assert handed.answer.reply is not None
    assert handed.answer.reply.text.startswith("Of course, Ann.")
    assert handed.answer.state is ConversationState.WAITING_FOR_PERSON
    assert made(handed).choice.outcome is Outcome.HANDED_OVER
    (escalation,) = await product.handover.escalations(bank.id)
    assert escalation.kind is EscalationKind.CALLBACK
    assert escalation.fields["phone"] == "+1 555 010 0199"

    left = await say("where is my card")
    assert left.answer.reply is None
    assert made(left).choice.outcome is Outcome.WAITING
    assert made(left).choice.path == "waiting_for_person"
    assert made(left) == await product.answering.decision_of(bank.id, left.message.id)

    reply = OperatorReply("It is on its way.", hand_back=True)
    await product.handover.reply(principal, left.message.conversation_id, reply)
    assert made(await say("where is my card")).choice.outcome is Outcome.ANSWERED


async def test_a_way_to_a_person_offered_by_the_fallback_is_taken(product: Product, bank: Company, say: Say) -> None:
    await say("colourless green ideas")
    handed = await say("talk to a person please")
    assert made(handed).choice.outcome is Outcome.HANDED_OVER
    assert made(handed).choice.answered_by == "contact"
    (escalation,) = await product.handover.escalations(bank.id)
    assert escalation.kind is EscalationKind.TRANSFER


async def test_too_much_at_once_is_said_once_and_then_not_answered(
    product: Product, bank: Company, principal: Principal, say: Say
) -> None:
    await product.companies.change_settings(principal, bank.id, {"limits": {"messages_per_minute": 2}})
    replies = [(await say("hello")).answer for _ in range(5)]
    outcomes = [answer.decision.choice.outcome for answer in replies if answer.decision]
    assert outcomes == [Outcome.ANSWERED] * 2 + [Outcome.RATE_LIMITED] * 3
    assert [answer.reply is not None for answer in replies] == [True, True, True, False, False]
    assert replies[2].decision is not None
    assert replies[2].decision.choice.notices == ("rate_limited",)
    assert await rows(product, bank, "SELECT count(*) FROM message WHERE awaits_reply") == [(0,)]
    assert await rows(product, bank, "SELECT count(*) FROM message_embedding") == [(2,)]


async def test_vips_are_marked_and_not_limited(product: Product, bank: Company, principal: Principal, say: Say) -> None:
    await product.companies.change_settings(principal, bank.id, {"limits": {"messages_per_minute": 1}})
    for _ in range(3):
        taken = await say("hello", who="bo", attributes={"lifetime_value": 9_000})
        assert made(taken).choice.outcome is Outcome.ANSWERED
        assert made(taken).circumstances.is_vip


async def test_outside_hours_a_hand_over_says_so(
    product: Product, bank: Company, principal: Principal, say: Say
) -> None:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    today = utc_now().date()
    closed: dict[str, list[str]] = {day: [] for day in days}
    hours = {**closed, "holidays": [{"day": str(today), "name": "Founding Day"}], "announce_closed": True}
    await product.companies.change_settings(principal, bank.id, {"hours": hours})
    answered = await say("where is my card")
    assert answered.answer.reply is not None
    assert answered.answer.reply.text.endswith("We are closed today (Founding Day).")
    assert made(answered).choice.notices == ("closed", "holiday")
    assert made(await say("where is my card")).choice.notices == (), "said once in a conversation"
    handed = await say("call me back")
    assert made(handed).choice.notices == ("closed", "holiday")


async def test_decisions_are_exported_and_erased_with_their_contact(
    product: Product, bank: Company, principal: Principal, say: Say
) -> None:
    taken = await say("where is my card")
    await say("where is my card", who="bo")
    exported = await product.contacts.export(principal, taken.message.contact_id)
    assert [row["answered_by"] for row in exported["decision"]] == ["scenario:Bank/card_arrival"]
    assert exported["answer_turn"][0]["turns"] == 1
    await product.contacts.erase(principal, taken.message.contact_id)
    assert len(await product.answering.decisions(bank.id, DecisionQuery())) == 1
    assert await rows(product, bank, "SELECT count(*) FROM answer_turn") == [(1,)]


async def test_a_lost_turn_records_nothing(product: Product, bank: Company) -> None:
    channels = desk(product, ScriptedRung(RungName.RULES, evidence(0.9)))
    settings = bank.settings.get(ConversationSettings)
    received = await product.conversations.receive(company_id=bank.id, inbound=inbound(), settings=settings)
    assert received.lease is not None
    stolen = replace(received, lease=replace(received.lease, owner=UUID(int=7)))
    with pytest.raises(LeaseLost):
        await channels._answering.answer(stolen, company=bank, wish=Wish())
    assert await rows(product, bank, "SELECT count(*) FROM decision") == [(0,)]
    assert await rows(product, bank, "SELECT count(*) FROM answer_turn") == [(0,)]

"""The paid rung from message to record: what a model may lead to, what it costs, and what keeps it from being asked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.answering.paid_side import COST, MedianCost, ScriptedModel, all_failed, answer, call, picks, writes
from tests.answering.test_service import inbound, made, rows
from understudy.answering.decision.case import Wish
from understudy.answering.decision.money import ASSUMED, MEDIAN, PAID, tokens
from understudy.answering.decision.recall import DecisionRecall
from understudy.answering.decision.recording import Recording
from understudy.answering.decision.thinking import Ladder, Thinking
from understudy.answering.domain import FallbackKind, Outcome, RungName, RungTrace, Verdict
from understudy.answering.paid import AnswerKind, PaidTrace
from understudy.answering.prompting.assembling import Count
from understudy.answering.rungs.free import BASIC_RUNGS, FREE_RUNGS
from understudy.answering.rungs.llm import Desk, LlmRung
from understudy.answering.service import Answering
from understudy.answering.triggers.meaning import Meaning
from understudy.channels.service import Channels, Taken
from understudy.channels.settings import SweeperSettings
from understudy.companies.domain import Company, Principal
from understudy.conversations.domain import ContactRef, ConversationState, IdentityKind, Inbound
from understudy.infra.system import new_id, utc_now
from understudy.llm.bills import NoPrice, NotConfigured, OverBudget
from understudy.llm.domain import Fault, Tier
from understudy.templates.domain import Reply
from understudy.templates.questions.domain import NewQuestion
from understudy.wiring.parts import elapsed_us
from understudy.wiring.product import Product

ODD = "when will it be in my mailbox"
"""What no free rung of the small template answers."""
Paying = Callable[..., Channels]


@pytest.fixture
def paying(product: Product) -> Paying:
    """Channels over the free rungs and the paid one, which asks this model."""

    def channels(
        model: ScriptedModel, median: int | None = None, count: Count = tokens, meaning: Meaning | None = None
    ) -> Channels:
        recall = DecisionRecall(database=product.database)
        rung = LlmRung(Desk(model, product.prompts, recall, count, meaning=meaning))
        ladder = Ladder(rungs=(*FREE_RUNGS, rung), basic=BASIC_RUNGS, timer=elapsed_us)
        conversations, database = product.conversations, product.database
        recording = Recording(
            database=database, conversations=conversations, clock=utc_now, new_id=new_id, timer=elapsed_us
        )
        thinking = Thinking(
            language=product.language,
            matchers=product.templates.matchers,
            ladder=ladder,
            paid_costs=MedianCost(median),
        )
        answering = Answering(
            database=database, conversations=conversations, thinking=thinking, recording=recording, clock=utc_now
        )
        return Channels(
            companies=product.companies,
            conversations=conversations,
            answering=answering,
            inviting=product.channels.inviting,
            sweeper=SweeperSettings(left_after_seconds=0),
        )

    return channels


def paid_trace(taken: Taken) -> RungTrace:
    return next(trace for trace in made(taken).rungs if trace.rung is RungName.LLM)


def paid(taken: Taken) -> PaidTrace:
    trace = paid_trace(taken)
    assert trace.paid is not None
    return trace.paid


def said(taken: Taken) -> str:
    assert taken.answer.reply is not None
    return taken.answer.reply.text


async def test_a_picked_scenario_sends_its_approved_reply(product: Product, bank: Company, paying: Paying) -> None:
    model = ScriptedModel(picks("card_arrival", rationale="asks when the card comes"))
    taken = await paying(model).take(bank.id, inbound(ODD))
    decision = made(taken)
    assert said(taken) == "Cards from Harbour Bank take five working days.\n\nIs there anything else?"
    assert (decision.choice.outcome, decision.choice.rung) == (Outcome.ANSWERED, RungName.LLM)
    assert decision.choice.answered_by == "scenario:Bank/card_arrival"
    assert decision.choice.path.endswith("llm 0.90")
    assert (decision.spending.cost_micros, decision.spending.saved_micros) == (COST, 0)
    assert decision.spending.method == PAID
    told = paid(taken)
    assert (told.kind, told.rationale, told.cost_micros) == (AnswerKind.SCENARIO, "asks when the card comes", COST)
    assert told.prompt_version
    assert "uncalibrated" in told.confidence_method
    assert await product.answering.decision(bank.id, decision.id) == decision
    (asked,) = model.asked
    assert asked.bill.message_id == taken.message.id
    assert asked.bill.cap_micros == 200_000_000
    assert asked.within_seconds is not None
    assert asked.within_seconds <= 20
    assert asked.hint == max(trace.score or 0.0 for trace in decision.rungs if trace.rung is not RungName.LLM)


@pytest.mark.parametrize("spoken", ["de"])
async def test_a_question_is_routed_by_the_words_of_its_own_language(
    bank: Company, paying: Paying, spoken: str
) -> None:
    model = ScriptedModel(picks("card_arrival"))
    await paying(model).take(bank.id, inbound("Falls der Brief verloren geht, wohin soll ich mich wenden?"))
    assert [ask.language for ask in model.asked] == [spoken]


async def test_a_written_answer_rests_on_its_sources(bank: Company, paying: Paying) -> None:
    model = ScriptedModel(writes("It takes five working days.", "card_arrival"))
    taken = await paying(model).take(bank.id, inbound(ODD))
    assert said(taken) == "It takes five working days."
    assert made(taken).choice.answered_by == "llm:written"
    assert paid(taken).sources == ("scenario:Bank/card_arrival",)


async def test_what_was_made_up_is_repaired_once_and_both_calls_are_paid(bank: Company, paying: Paying) -> None:
    model = ScriptedModel(
        writes("See https://evil.example/cards", "card_arrival"), writes("Five working days.", "card_arrival")
    )
    taken = await paying(model).take(bank.id, inbound(ODD))
    assert said(taken) == "Five working days."
    assert "evil.example" in model.refused[0]
    assert made(taken).spending.cost_micros == 2 * COST
    assert [one.fault for one in paid(taken).calls] == [Fault.MALFORMED, None]


async def test_no_provider_sees_personal_data_and_the_customer_gets_it_back(
    product: Product, bank: Company, principal: Principal, paying: Paying
) -> None:
    model = ScriptedModel(writes("We have you as [EMAIL_1], [NAME_1].", "card_arrival"))
    who = ContactRef(IdentityKind.EXTERNAL, "ann", display_name="Annabel Quist", attributes={"plan": "gold"})
    text = "when will it be in my mailbox, I am Annabel Quist, annabel@home.example"
    taken = await paying(model).take(bank.id, Inbound("api", "m1", who, text))
    told = "\n".join(model.asked[0].prompt.texts)
    assert "annabel@home.example" not in told
    assert "Quist" not in told
    assert "plan: gold" in told
    assert said(taken) == "We have you as annabel@home.example, Annabel Quist."
    ((prompt, completion),) = await rows(product, bank, "SELECT prompt::text, completion FROM exchange")
    assert "annabel@home.example" not in prompt + completion
    assert "[EMAIL_1]" in prompt
    (exchange,) = await product.answering.exchanges(bank.id, made(taken).id)
    assert exchange.call_ids == tuple(one.id for one in paid(taken).calls)
    await product.contacts.erase(principal, taken.message.contact_id)
    assert await rows(product, bank, "SELECT count(*) FROM exchange") == [(0,)]


async def test_a_long_message_is_prepared_beside_the_event_loop(bank: Company, paying: Paying) -> None:
    where = []

    def counted(text: str) -> int:
        where.append(threading.current_thread() is threading.main_thread())
        return tokens(text)

    channels = paying(ScriptedModel(answer("unclear"), answer("unclear")), count=counted)
    await channels.take(bank.id, inbound(f"{ODD} {'or in the box ' * 200}"))
    assert where
    assert not any(where)
    where.clear()
    await channels.take(bank.id, inbound(ODD, "m2", "ben"))
    assert all(where)


async def test_what_is_meant_calls_a_person_before_anything_is_paid(
    product: Product, bank: Company, paying: Paying
) -> None:
    nothing = np.zeros((2, product.language.model.dimension), np.float32)
    alarmed = Meaning("made up", ("none", "security"), nothing, np.array([-9, 9], np.float32), above=0.9)
    model = ScriptedModel(answer("unclear"))
    taken = await paying(model, meaning=alarmed).take(bank.id, inbound(ODD))
    assert made(taken).choice.answered_by == "trigger:security"
    assert model.asked == []


async def test_masking_can_be_switched_off(
    product: Product, bank: Company, principal: Principal, paying: Paying
) -> None:
    await product.companies.change_settings(principal, bank.id, {"llm": {"mask_personal_data": False}})
    model = ScriptedModel(answer("unclear"))
    await paying(model).take(bank.id, inbound("when will it be at ann@home.example"))
    assert "ann@home.example" in "\n".join(model.asked[0].prompt.texts)


async def test_out_of_scope_is_the_companys_own_fallback(bank: Company, paying: Paying) -> None:
    taken = await paying(ScriptedModel(answer("out_of_scope"))).take(bank.id, inbound(ODD))
    assert made(taken).choice.fallback_kind is FallbackKind.OUT_OF_SCOPE
    assert made(taken).spending.cost_micros == COST
    assert made(taken).spending.saved_micros == 0


async def test_what_is_unclear_is_asked_about_in_the_companys_own_words(bank: Company, paying: Paying) -> None:
    taken = await paying(ScriptedModel(answer("unclear"))).take(bank.id, inbound(ODD))
    assert made(taken).choice.fallback_kind is FallbackKind.CLARIFICATION_NEEDED
    assert made(taken).choice.path.endswith("llm unclear < fallback")


async def test_a_pick_below_the_threshold_does_not_go_out(bank: Company, paying: Paying) -> None:
    taken = await paying(ScriptedModel(picks("card_arrival", confidence=0.55))).take(bank.id, inbound(ODD))
    assert made(taken).choice.outcome in {Outcome.CLARIFIED, Outcome.FELL_BACK}
    assert paid_trace(taken).verdict is Verdict.BELOW
    assert made(taken).spending.cost_micros == COST


async def test_an_unsure_pick_is_offered_beside_what_a_free_rung_found(bank: Company, paying: Paying) -> None:
    text = "I think I lost my card or so, anyhow when will the other one be there, I wonder about that a lot"
    model = ScriptedModel(picks("card_arrival", confidence=0.5))
    taken = await paying(model).take(bank.id, inbound(text), wish=Wish(0.8))
    offer = made(taken).choice.offer
    assert made(taken).choice.outcome is Outcome.CLARIFIED
    assert offer is not None
    assert [one.key for one in offer.options] == ["scenario:Bank/card_arrival", "scenario:Bank/card_lost"]


async def test_an_unsure_written_answer_falls_back_or_gets_a_disclaimer(
    product: Product, bank: Company, principal: Principal, paying: Paying
) -> None:
    unsure = ScriptedModel(writes("Five working days.", "card_arrival", confidence=0.7))
    fell = await paying(unsure).take(bank.id, inbound(ODD))
    assert made(fell).choice.outcome is Outcome.FELL_BACK
    assert paid_trace(fell).reason == "not sure enough at the top tier"
    llm = {"at_top": "disclaimer", "disclaimer": "Please check with us."}
    await product.companies.change_settings(principal, bank.id, {"llm": llm})
    sent = await paying(unsure).take(bank.id, inbound(ODD, "m2", "bo"))
    assert said(sent) == "Five working days.\n\nPlease check with us."


async def test_a_caller_may_tighten_what_the_model_must_reach(bank: Company, paying: Paying) -> None:
    channels = paying(ScriptedModel(picks("card_arrival", confidence=0.9)))
    held = await channels.take(bank.id, inbound(ODD), wish=Wish(0.92))
    assert paid_trace(held).threshold == 0.92
    assert made(held).choice.outcome is not Outcome.ANSWERED
    loose = await channels.take(bank.id, inbound(ODD, "m2", "bo"), wish=Wish(0.1))
    assert paid_trace(loose).threshold == 0.60


async def test_the_lower_of_rating_and_likelihood_counts(bank: Company, paying: Paying) -> None:
    taken = await paying(ScriptedModel(picks("card_arrival"), likelihood=0.7)).take(bank.id, inbound(ODD))
    assert made(taken).choice.confidence == pytest.approx(0.7)
    assert "token likelihood" in paid(taken).confidence_method


@pytest.mark.parametrize(
    ("error", "verdict", "reason"),
    [
        (NotConfigured("none"), Verdict.SKIPPED, "not configured"),
        (OverBudget("spent"), Verdict.SKIPPED, "over budget"),
        (NoPrice("unknown"), Verdict.SKIPPED, "no price"),
        (all_failed(), Verdict.SKIPPED, "circuit open"),
        (all_failed(call(Fault.TIMED_OUT), call(Fault.OVERLOADED, 0)), Verdict.FAILED, "all providers failed"),
    ],
)
async def test_why_no_model_answered_stands_in_the_decision_and_the_customer_gets_the_fallback(
    bank: Company, paying: Paying, error: Exception, verdict: Verdict, reason: str
) -> None:
    taken = await paying(ScriptedModel(error)).take(bank.id, inbound(ODD))
    trace = paid_trace(taken)
    assert (trace.verdict, trace.reason) == (verdict, reason)
    assert made(taken).choice.outcome is Outcome.FELL_BACK
    has_failed = verdict is Verdict.FAILED
    assert (made(taken).choice.fallback_kind is FallbackKind.TECHNICAL_ISSUE) is has_failed
    assert made(taken).spending.cost_micros == (COST if has_failed else 0)
    assert said(taken)


async def test_the_company_can_switch_it_off(
    product: Product, bank: Company, principal: Principal, paying: Paying
) -> None:
    await product.companies.change_settings(principal, bank.id, {"ladder": {"llm_enabled": False}})
    model = ScriptedModel(answer("unclear"))
    taken = await paying(model).take(bank.id, inbound(ODD))
    assert paid_trace(taken).reason == "disabled"
    assert model.asked == []


async def test_a_slow_model_never_costs_the_turn(
    product: Product, bank: Company, principal: Principal, paying: Paying
) -> None:
    await product.companies.change_settings(principal, bank.id, {"conversations": {"lease_seconds": 2}})
    model = ScriptedModel(picks("card_arrival"), delay_seconds=30)
    taken = await asyncio.wait_for(paying(model).take(bank.id, inbound(ODD)), 2)
    assert paid_trace(taken).reason == "out of time"
    assert made(taken).choice.fallback_kind is FallbackKind.TECHNICAL_ISSUE
    assert await rows(product, bank, "SELECT lease_owner FROM conversation") == [(None,)]


async def test_a_turn_that_is_nearly_over_asks_nobody(
    product: Product, bank: Company, principal: Principal, paying: Paying
) -> None:
    await product.companies.change_settings(principal, bank.id, {"conversations": {"lease_seconds": 0.5}})
    model = ScriptedModel(picks("card_arrival"))
    assert paid_trace(await paying(model).take(bank.id, inbound(ODD))).reason == "no time left"
    assert model.asked == []


async def test_triggers_hand_over_before_anything_is_paid(product: Product, bank: Company, paying: Paying) -> None:
    model = ScriptedModel(answer("unclear"))
    taken = await paying(model).take(bank.id, inbound("someone logged into my account last night"))
    assert model.asked == []
    assert made(taken).choice.answered_by == "trigger:security"
    assert made(taken).spending.cost_micros == 0
    assert [(t.rung, t.verdict) for t in made(taken).rungs][-2:] == [
        (RungName.LLM, Verdict.SKIPPED),
        (RungName.FALLBACK, Verdict.ANSWERED),
    ]
    ((reason, why),) = await rows(product, bank, "SELECT reason, fields->>'escalation_reason' FROM escalation")
    assert (reason, why) == ("the security or privacy of an account", "security")


async def test_what_a_free_rung_answers_is_not_taken_from_it_but_by_a_wish_for_a_person(
    bank: Company, paying: Paying
) -> None:
    model = ScriptedModel(answer("unclear"))
    channels = paying(model)
    lost = await channels.take(bank.id, inbound("lost my card", "m1"))
    assert made(lost).choice.rung is RungName.RULES
    wished = await channels.take(bank.id, inbound("lost my card, get me a human", "m2"))
    assert made(wished).choice.answered_by == "trigger:wants_person"
    assert wished.answer.state is ConversationState.WAITING_FOR_PERSON
    assert model.asked == []


async def test_after_two_failed_attempts_a_person_sees_to_it(bank: Company, paying: Paying) -> None:
    model = ScriptedModel(answer("unclear"))
    channels = paying(model)
    for number in (1, 2):
        taken = await channels.take(bank.id, inbound(ODD, f"m{number}"))
        assert made(taken).choice.outcome is Outcome.FELL_BACK
    third = await channels.take(bank.id, inbound(ODD, "m3"))
    assert made(third).choice.answered_by == "trigger:failed_attempts"
    assert len(model.asked) == 2


async def test_a_question_that_comes_back_unsolved_starts_a_tier_higher(bank: Company, paying: Paying) -> None:
    model = ScriptedModel(picks("card_arrival"), picks("card_arrival"), answer("unclear"))
    channels = paying(model)
    await channels.take(bank.id, inbound(ODD, "m1"))
    await channels.take(bank.id, inbound("and by which mail", "m2"))
    await channels.take(bank.id, inbound("that does not help me", "m3"))
    assert [ask.start for ask in model.asked] == [None, None, Tier.MEDIUM]
    assert model.asked[2].turns == 4
    assert [turn.role for turn in model.asked[2].prompt.turns] == ["user", "assistant"] * 2 + ["user"]


async def test_savings_are_counted_against_the_companys_own_median_once_it_has_one(
    bank: Company, paying: Paying
) -> None:
    free = await paying(ScriptedModel(answer("unclear")), 900).take(bank.id, inbound("lost my card"))
    assert (made(free).spending.saved_micros, made(free).spending.method) == (900, MEDIAN)
    without = await paying(ScriptedModel(answer("unclear"))).take(bank.id, inbound("lost my card", "m2"))
    assert made(without).spending.method == ASSUMED


async def test_what_memory_answers_is_saved(bank: Company, paying: Paying) -> None:
    model = ScriptedModel(picks("card_arrival"), from_cache=True)
    taken = await paying(model, 900).take(bank.id, inbound(ODD))
    assert paid(taken).from_cache
    assert (made(taken).spending.cost_micros, made(taken).spending.saved_micros) == (0, 900)


async def test_a_question_of_the_company_is_offered_as_a_source_and_can_be_picked(
    product: Product, bank: Company, principal: Principal, paying: Paying
) -> None:
    reply = Reply("To the one you gave us.", "To the one you gave us.")
    await product.templates.questions.add(principal, [NewQuestion("Which mailbox does post come to?", reply)])
    model = ScriptedModel(picks("Which mailbox does post come to?"))
    taken = await paying(model).take(bank.id, inbound("post which mailbox come does it to I ask"))
    assert said(taken) == "To the one you gave us."


async def test_the_api_tells_what_was_paid_and_what_was_said(
    client: Any, key: dict[str, str], bank: Company, paying: Paying
) -> None:
    taken = await paying(ScriptedModel(picks("card_arrival"))).take(bank.id, inbound(ODD))
    address = f"/v1/decisions/{made(taken).id}"
    shown = (await client.get(address, headers=key)).json()
    told = shown["rungs"][-1]["paid"]
    assert (told["kind"], told["cost_micros"], told["calls"][0]["model"]) == ("scenario", COST, "twin/small")
    prompt = (await client.get(f"{address}/prompt", headers=key)).json()
    assert prompt["exchanges"][0]["turns"][-1] == {"role": "user", "text": ODD}
    assert prompt["exchanges"][0]["completion"].startswith("{")


async def test_the_console_shows_what_the_model_was_told(product: Product, bank: Company, paying: Paying) -> None:
    taken = await paying(ScriptedModel(picks("card_arrival"))).take(bank.id, inbound(ODD))
    view = await product.reading.prompt(made(taken).id)
    (exchange,) = view.exchanges
    assert exchange.turns[-1] == ("user", ODD)
    assert any("card_arrival" in section for section in exchange.sections)
    assert (await product.reading.climb(made(taken).id)).has_prompt

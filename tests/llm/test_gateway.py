"""A question to the gateway: tiers, failover, repair, breaker, budget, cache, and what the ledger says of it."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from tests.llm.conftest import ANSWER, Rig, target
from understudy.infra.system import elapsed
from understudy.llm.adapters.scripted import Cue, Rule
from understudy.llm.asking import AllFailed
from understudy.llm.bills import NotConfigured, OverBudget
from understudy.llm.domain import Fault, Tier, Usage
from understudy.llm.settings import AtTop, LlmSettings, RouteSettings

SURE = Cue(ANSWER, usage=Usage(100, 10))
UNSURE = Cue({**ANSWER, "confidence": 0.5}, usage=Usage(100, 10))
WRONG = Cue({"wrong": True}, usage=Usage(100, 10))


def models(rig: Rig) -> list[str]:
    """The models that were asked, in order."""
    return [asked.target.provider.name for asked in rig.dialer.asked]


async def test_a_sure_answer_of_the_small_tier_goes_out(rig: Rig) -> None:
    rig.dialer.otherwise = SURE
    message = uuid4()
    told = await rig.gateway.ask(rig.ask(bill=rig.bill(message_id=message)))
    assert (told.value, told.confidence, told.tier, told.cost_micros) == ("yes", 0.9, Tier.SMALL, 110)
    assert not told.from_cache
    assert await rig.rows("message_id, provider, model, tier, route_reason, cost_micros, fault, prompt_version") == [
        (message, "first", "first-model", "small", "complexity 0.00", 110, None, "base@1")
    ]
    window = await rig.window()
    assert (window.spent_micros, window.held_micros) == (110, 0)


async def test_without_a_provider_it_says_so(rig: Rig) -> None:
    rig.shelf.tiers = {}
    with pytest.raises(NotConfigured):
        await rig.gateway.ask(rig.ask())
    assert await rig.rows("id") == []


async def test_an_unsure_answer_is_asked_of_the_next_tier_up(rig: Rig) -> None:
    rig.shelf.tiers[Tier.MEDIUM] = (target("second"),)
    rig.dialer.script = (Rule("", UNSURE, "first-model"), Rule("", SURE, "second-model"))
    told = await rig.gateway.ask(rig.ask())
    assert (told.tier, told.confidence, told.reason) == (Tier.MEDIUM, 0.9, "complexity 0.00, then medium")
    assert [call.confidence for call in told.calls] == [0.5, 0.9]
    assert told.cost_micros == 220


async def test_at_the_top_an_unsure_answer_gets_its_disclaimer_only_where_the_company_wants_it(rig: Rig) -> None:
    rig.dialer.otherwise = UNSURE
    assert not (await rig.gateway.ask(rig.ask())).needs_disclaimer
    with_disclaimer = LlmSettings(at_top=AtTop.DISCLAIMER)
    assert (await rig.gateway.ask(rig.ask("again", settings=with_disclaimer))).needs_disclaimer


async def test_no_more_tiers_are_tried_than_the_company_allows(rig: Rig) -> None:
    rig.shelf.tiers = {tier: (target(tier.value),) for tier in Tier}
    rig.dialer.otherwise = UNSURE
    await rig.gateway.ask(rig.ask(settings=LlmSettings(routes=RouteSettings(max_attempts=2))))
    assert models(rig) == ["small", "medium"]


async def test_one_model_for_all_tiers_is_asked_once(rig: Rig) -> None:
    rig.shelf.tiers = dict.fromkeys(Tier, rig.shelf.tiers[Tier.SMALL])
    rig.dialer.otherwise = UNSURE
    await rig.gateway.ask(rig.ask())
    assert models(rig) == ["first"]


async def test_a_hard_question_uses_what_there_is_below(rig: Rig) -> None:
    rig.dialer.otherwise = SURE
    told = await rig.gateway.ask(rig.ask("```\nx = 1\n```"))
    assert (told.tier, told.reason) == (Tier.SMALL, "code, then small")


@pytest.mark.parametrize("fault", [Fault.TIMED_OUT, Fault.UNREACHABLE, Fault.CUT, Fault.BLOCKED, Fault.KEY_REFUSED])
async def test_a_failure_goes_on_to_the_next_model(rig: Rig, fault: Fault) -> None:
    rig.shelf.tiers[Tier.SMALL] = (target("first"), target("second"))
    rig.dialer.script = (Rule("", Cue(fault=fault, usage=Usage(7, 0)), "first-model"), Rule("", SURE))
    told = await rig.gateway.ask(rig.ask())
    assert models(rig) == ["first", "second"]
    assert [(call.fault, call.cost_micros) for call in told.calls] == [(fault, 7), (None, 110)]
    assert await rig.rows("attempt, failover_from, fault") == [
        (1, None, fault.value),
        (2, "first/first-model", None),
    ]


async def test_what_may_pass_is_tried_again_first(rig: Rig) -> None:
    rig.dialer.script = (Rule("", Cue(fault=Fault.RATE_LIMITED, retry_after=0.05), times=1), Rule("", SURE))
    told = await rig.gateway.ask(rig.ask())
    assert [call.fault for call in told.calls] == [Fault.RATE_LIMITED, None]
    assert told.cost_micros == 110


async def test_nobody_waits_for_a_try_that_will_not_be_made(rig: Rig) -> None:
    rig.shelf.tiers[Tier.SMALL] = (target("first"), target("second"))
    rig.dialer.script = (Rule("", Cue(fault=Fault.RATE_LIMITED, retry_after=0.4), "first-model"), Rule("", SURE))
    began = elapsed()
    await rig.gateway.ask(rig.ask())
    assert models(rig) == ["first", "first", "second"]
    assert elapsed() - began < 0.8, "one wait between the two tries, none after them"


async def test_a_breaker_that_opens_meanwhile_ends_the_tries(rig: Rig) -> None:
    rig.shelf.tiers[Tier.SMALL] = (target("first"), target("second"))
    rig.dialer.script = (Rule("", Cue(fault=Fault.OVERLOADED, usage=Usage(0, 0)), "first-model"), Rule("", SURE))
    for number in range(3):
        await rig.gateway.ask(rig.ask(f"question {number}"))
    assert models(rig) == ["first", "first", "second", "first", "second", "second"]


async def test_a_provider_that_asks_for_more_patience_than_a_customer_has_is_passed_over(rig: Rig) -> None:
    rig.shelf.tiers[Tier.SMALL] = (target("first"), target("second"))
    rig.dialer.script = (Rule("", Cue(fault=Fault.RATE_LIMITED, retry_after=60), "first-model"), Rule("", SURE))
    await rig.gateway.ask(rig.ask())
    assert models(rig) == ["first", "second"]


async def test_an_unreadable_answer_is_repaired_once_then_the_next_model_is_asked(rig: Rig) -> None:
    rig.shelf.tiers[Tier.SMALL] = (target("first"), target("second"))
    rig.dialer.script = (Rule("", WRONG, "first-model"), Rule("", SURE))
    told = await rig.gateway.ask(rig.ask())
    assert models(rig) == ["first", "first", "second"]
    assert "`answer` must be a text" in rig.dialer.asked[1].prompt.turns[-1].text
    assert await rig.rows("purpose") == [("answer",), ("repair",), ("answer",)]
    assert told.cost_micros == 330


async def test_a_repaired_answer_goes_out(rig: Rig) -> None:
    rig.dialer.script = (Rule("", WRONG, times=1), Rule("", SURE))
    assert (await rig.gateway.ask(rig.ask())).value == "yes"


async def test_a_provider_that_fails_is_left_alone(rig: Rig) -> None:
    rig.shelf.tiers[Tier.SMALL] = (target("first"), target("second"))
    rig.dialer.script = (Rule("", Cue(fault=Fault.TIMED_OUT), "first-model"), Rule("", SURE))
    for number in range(6):
        await rig.gateway.ask(rig.ask(f"question {number}"))
    assert models(rig).count("first") == 3
    assert models(rig).count("second") == 6


async def test_being_late_is_not_held_against_a_provider_that_had_no_time(rig: Rig) -> None:
    rig.dialer.otherwise = Cue(fault=Fault.TIMED_OUT)
    for number in range(4):
        with pytest.raises(AllFailed):
            await rig.gateway.ask(rig.ask(f"question {number}", within_seconds=0.5))
    rig.dialer.otherwise = SURE
    assert (await rig.gateway.ask(rig.ask())).value == "yes"


async def test_a_single_provider_is_left_alone_too_and_probed(rig: Rig) -> None:
    rig.dialer.otherwise = Cue(fault=Fault.OVERLOADED, usage=Usage(0, 0))
    for number in range(5):
        with pytest.raises(AllFailed):
            await rig.gateway.ask(rig.ask(f"question {number}"))
    before = len(rig.dialer.asked)
    with pytest.raises(AllFailed, match="left alone: first"):
        await rig.gateway.ask(rig.ask())
    assert len(rig.dialer.asked) == before
    await asyncio.sleep(0.35)
    rig.dialer.otherwise = SURE
    assert (await rig.gateway.ask(rig.ask())).value == "yes"


async def test_a_call_that_may_cost_too_much_is_not_made(rig: Rig) -> None:
    rig.dialer.otherwise = SURE
    with pytest.raises(OverBudget):
        await rig.gateway.ask(rig.ask(bill=rig.bill(cap_micros=100)))
    assert rig.dialer.asked == []


async def test_an_answer_that_was_paid_for_goes_out_when_the_next_tier_is_over_budget(rig: Rig) -> None:
    rig.shelf.tiers[Tier.MEDIUM] = (target("second", price=target("x").price),)
    rig.dialer.otherwise = UNSURE
    told = await rig.gateway.ask(rig.ask(bill=rig.bill(cap_micros=1_300)))
    assert models(rig) == ["first"]
    assert told.value == "yes"


async def test_what_failed_is_told_with_what_it_cost(rig: Rig) -> None:
    rig.dialer.otherwise = Cue(fault=Fault.CUT, usage=Usage(50, 5))
    with pytest.raises(AllFailed) as failed:
        await rig.gateway.ask(rig.ask())
    assert [(call.fault, call.cost_micros) for call in failed.value.calls] == [(Fault.CUT, 55)]


async def test_unknown_usage_is_charged_at_the_worst_case(rig: Rig) -> None:
    rig.dialer.otherwise = Cue(fault=Fault.TIMED_OUT)
    with pytest.raises(AllFailed):
        await rig.gateway.ask(rig.ask())
    window = await rig.window()
    assert window.spent_micros > 512
    assert window.held_micros == 0


async def test_the_same_question_again_costs_nothing(rig: Rig) -> None:
    rig.dialer.otherwise = SURE
    await rig.gateway.ask(rig.ask())
    again = await rig.gateway.ask(rig.ask("hello  "))
    assert (again.from_cache, again.cost_micros, again.calls) == (True, 0, ())
    assert len(rig.dialer.asked) == 1
    for other in (rig.ask(context_version="2"), rig.ask(prompt_version="base@2"), rig.ask("Hello?")):
        assert not (await rig.gateway.ask(other)).from_cache


async def test_the_company_is_a_hard_part_of_the_key(rig: Rig, other_company: object) -> None:
    rig.dialer.otherwise = SURE
    await rig.gateway.ask(rig.ask())
    rig.company = other_company  # type: ignore[assignment]
    assert not (await rig.gateway.ask(rig.ask())).from_cache


async def test_questions_at_the_same_time_share_one_call(rig: Rig) -> None:
    rig.dialer.otherwise = Cue(ANSWER, latency_seconds=0.1, usage=Usage(100, 10))
    told = await asyncio.gather(*(rig.gateway.ask(rig.ask()) for _ in range(10)))
    assert len(rig.dialer.asked) == 1
    assert sum(one.cost_micros for one in told) == 110


async def test_a_failure_that_is_shared_is_told_with_its_cost_once(rig: Rig) -> None:
    rig.dialer.otherwise = Cue(fault=Fault.CUT, usage=Usage(50, 5), latency_seconds=0.1)
    failed = await asyncio.gather(*(rig.gateway.ask(rig.ask()) for _ in range(5)), return_exceptions=True)
    errors = [one for one in failed if isinstance(one, AllFailed)]
    assert len(errors) == 5
    assert len(rig.dialer.asked) == 1
    assert sum(call.cost_micros for one in errors for call in one.calls) == 55
    assert sorted(one.is_shared for one in errors) == [False, True, True, True, True]


async def test_a_failure_is_not_kept(rig: Rig) -> None:
    rig.dialer.script = (Rule("", Cue(fault=Fault.CUT), times=1), Rule("", SURE))
    with pytest.raises(AllFailed):
        await rig.gateway.ask(rig.ask())
    assert (await rig.gateway.ask(rig.ask())).value == "yes"


async def test_when_the_last_who_asked_goes_away_the_call_ends_and_is_charged(rig: Rig) -> None:
    rig.dialer.otherwise = Cue(ANSWER, latency_seconds=3)
    asking = [asyncio.create_task(rig.gateway.ask(rig.ask())) for _ in range(2)]
    while not rig.dialer.asked:
        await asyncio.sleep(0.01)
    asking[0].cancel()
    await asyncio.sleep(0.05)
    assert rig.dialer.cancelled == 0
    asking[1].cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    while not await rig.rows("id"):
        await asyncio.sleep(0.01)
    assert rig.dialer.cancelled == 1
    assert await rig.rows("fault") == [("cancelled",)]
    assert (await rig.window()).spent_micros > 0


async def test_what_a_router_can_learn_from_is_kept(rig: Rig) -> None:
    rig.shelf.tiers[Tier.MEDIUM] = (target("second"),)
    rig.dialer.script = (Rule("", UNSURE, "first-model"), Rule("", SURE))
    await rig.gateway.ask(rig.ask())
    async with rig.product.database.transaction(rig.company.id) as tx:
        rows = await (await tx.raw.execute("SELECT began, ended, confidence, is_sure FROM llm_route")).fetchall()
    assert rows == [("small", "medium", 0.9, True)]

"""A provider that is down, slow, cut, garbled or wrong, as a real process: the customer gets one whole answer anyway.

What was charged is compared with the provider's own journal of what it gave.
"""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.external_postgres import free_port
from tests.faults.paid_desk import APPROVED, TOKENS_IN, PaidDesk, billed, odd, said
from tests.peers.upstream import Peer, upstream
from understudy.answering.domain import Outcome, RungName

pytestmark = pytest.mark.fault

FREE = {
    "status@429": "rate_limited",
    "status@500": "overloaded",
    "status@503": "overloaded",
    "status@404": "no_model",
    "status@401": "key_refused",
    "status@400": "refused",
}
"""Refused before anything was worked out: nothing is charged."""
UNKNOWN = {
    "drop": "unreachable",
    "never": "slow_start",
    "slow@9": "slow_start",
    "cut@0": "unreachable",
    "stall@0": "slow_start",
}
PARTIAL = {"cut@3": "cut", "stall@3": "timed_out", "garbled@3": "malformed", "error@3": "overloaded", "open@3": "cut"}
OTHER = {"html": "malformed", "empty": "malformed", "badtool": None, "tools": None}
TAIL_SECONDS = 4.0
"""No message waits longer: one time limit, a short retry, and the answer of the other provider."""


@pytest.mark.parametrize("model", [*FREE, *UNKNOWN, *PARTIAL, *OTHER])
async def test_the_next_provider_answers_and_nothing_is_charged_twice(paid: PaidDesk, peer: Peer, model: str) -> None:
    await paid.first_and_spare(peer, model)
    began = time.monotonic()
    taken = await paid.say(odd())
    assert time.monotonic() - began < TAIL_SECONDS
    assert said(taken).startswith(APPROVED)
    assert taken.answer.decision is not None
    assert taken.answer.decision.choice.rung is RungName.LLM
    calls, journal = await paid.calls(), peer.journal()
    assert [entry["model"] for entry in journal] == [name for name, _, _ in calls], "a row for each request"
    answered = billed([entry for entry in journal if entry["model"] == "echo"])
    assert calls[-1] == ("echo", None, answered)
    failed = [(fault, cost) for name, fault, cost in calls if name == model]
    expected = FREE | UNKNOWN | PARTIAL | OTHER
    assert {fault for fault, _ in failed} == {expected[model]}
    if model in FREE:
        assert {cost for _, cost in failed} == {0}
    else:
        assert all(cost > 0 for _, cost in failed), "what may have been worked out is charged"
    spent, held = await paid.budget()
    assert (spent, held) == (sum(cost for _, _, cost in calls), 0)
    assert taken.answer.decision.spending.cost_micros == spent
    assert await paid.messages() == (1, 1, 1)


@pytest.mark.parametrize("model", ["status@500", "never", "cut@3", "html", "empty"])
async def test_without_another_provider_the_fallback_goes_out(paid: PaidDesk, peer: Peer, model: str) -> None:
    await paid.provider("only", peer.url, model)
    began = time.monotonic()
    taken = await paid.say(odd())
    assert time.monotonic() - began < TAIL_SECONDS
    assert said(taken)
    assert taken.answer.decision is not None
    assert taken.answer.decision.choice.outcome is Outcome.FELL_BACK
    trace = next(trace for trace in taken.answer.decision.rungs if trace.rung is RungName.LLM)
    assert trace.reason == "all providers failed"
    assert len(await paid.calls()) == len(peer.journal())
    assert (await paid.budget())[1] == 0
    assert await paid.messages() == (1, 1, 1)


async def test_where_usage_is_not_told_it_is_counted_never_below_what_was_sent(paid: PaidDesk, peer: Peer) -> None:
    await paid.provider("only", peer.url, "untold")
    assert said(await paid.say(odd())).startswith(APPROVED)
    ((_, fault, cost),) = await paid.calls()
    (entry,) = peer.journal()
    assert fault is None
    assert cost >= TOKENS_IN + 2 * entry["tokens"]
    assert await paid.budget() == (cost, 0)


async def test_a_provider_that_refuses_connections_for_a_while_costs_nothing_and_is_asked_again(
    paid: PaidDesk,
) -> None:
    port = free_port()
    await paid.provider("only", f"http://127.0.0.1:{port}/v1")
    for number in range(4):
        assert said(await paid.say(odd(number), who=f"contact-{number}"))
    assert {(fault, cost) for _, fault, cost in await paid.calls()} == {("unreachable", 0)}
    assert len(await paid.calls()) == 3, "after three failures it is left alone"
    with upstream(port=port) as peer:
        await asyncio.sleep(0.6)
        assert said(await paid.say(odd("later"))).startswith(APPROVED)
        assert (await paid.calls())[-1] == ("echo", None, billed(peer.journal()))
    assert (await paid.budget())[1] == 0


async def test_a_prompt_that_is_longer_than_any_model_takes_is_cut_to_what_the_company_allows(
    paid: PaidDesk, peer: Peer
) -> None:
    await paid.set(llm={"max_input_tokens": 1_500})
    await paid.provider("only", peer.url)
    long = odd() + " because" * 900
    taken = await paid.say(long)
    assert said(taken)
    for entry in peer.journal():
        assert len(str(entry["body"]["messages"])) < 60_000
    assert (await paid.budget())[1] == 0

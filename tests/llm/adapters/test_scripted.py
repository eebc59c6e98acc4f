"""The scripted twin keeps to its script, and says what it is."""

from __future__ import annotations

import asyncio

import pytest

from tests.peers.spoken import SHAPE, options, outcome, prompt
from understudy.llm.adapters.scripted import Asked, Cue, Rule, ScriptedDialer, scripted_target
from understudy.llm.domain import Fault, Usage

TARGET = scripted_target()


async def test_it_says_that_it_is_scripted() -> None:
    found = await outcome(ScriptedDialer(), TARGET, "hello")
    assert found.answer is not None
    assert found.answer.text.startswith("[scripted]")
    assert TARGET.name == "scripted/scripted-small"


async def test_the_first_rule_that_fits_and_is_not_used_up_answers() -> None:
    twin = ScriptedDialer(
        [
            Rule("card", Cue(fault=Fault.RATE_LIMITED, retry_after=2, usage=Usage(0, 0)), times=1),
            Rule("card", Cue({"intent": "card"}, usage=Usage(7, 3), likelihood=0.8)),
        ]
    )
    first = await outcome(twin, TARGET, "my card", options(SHAPE))
    second = await outcome(twin, TARGET, "my card", options(SHAPE))
    assert first.failure is not None
    assert (first.fault, first.failure.retry_after) == ("rate_limited", 2)
    assert second.answer is not None
    assert (second.answer.value, second.answer.usage, second.answer.likelihood) == (
        {"intent": "card"},
        Usage(7, 3),
        0.8,
    )
    assert len(twin.asked) == 2


async def test_a_function_may_answer_and_text_is_no_structured_answer() -> None:
    def answering(asked: Asked) -> Cue:
        return Cue(asked.prompt.turns[-1].text.upper())

    twin = ScriptedDialer(answering)
    assert (await outcome(twin, TARGET, "hello")).answer is not None
    assert (await outcome(twin, TARGET, "hello", options(SHAPE))).fault == "malformed"


async def test_it_is_slow_when_told_and_notices_who_goes_away() -> None:
    twin = ScriptedDialer(otherwise=Cue(latency_seconds=5))
    assert (await outcome(twin, TARGET, "hello", options(seconds=0.05))).fault == "timed_out"
    call = asyncio.create_task(twin.complete(TARGET, prompt("hello"), options()))
    await asyncio.sleep(0.01)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert twin.cancelled == 1

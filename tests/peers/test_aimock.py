"""Every dialect against aimock: answers whole, failures named, nothing retried in secret."""

from __future__ import annotations

import asyncio

import pytest

from tests.peers.spoken import MODELS, SHAPE, SPOKEN, Peer, options, outcome
from understudy.llm.adapters.by_dialect import ByDialect
from understudy.llm.domain import Dialect, Usage

each_dialect = pytest.mark.parametrize("dialect", SPOKEN)


@each_dialect
async def test_free_text(dialer: ByDialect, aimock: Peer, dialect: Dialect) -> None:
    found = await outcome(dialer, aimock.target(dialect), "hello")
    assert found.answer is not None
    assert found.answer.text == "Hi there, how can I help you with your order today?"
    assert found.answer.value is None
    assert found.answer.first_token_ms is not None
    assert found.answer.usage.output_tokens > 0


@each_dialect
@pytest.mark.parametrize("question", ["classify", "call the tool"])
async def test_a_structured_answer_as_text_and_as_a_tool_call(
    dialer: ByDialect, aimock: Peer, dialect: Dialect, question: str
) -> None:
    found = await outcome(dialer, aimock.target(dialect), question, options(SHAPE))
    assert found.answer is not None, found
    assert found.answer.value == {"intent": "billing", "confidence": 0.9}


@each_dialect
async def test_what_the_provider_counted_is_what_is_charged(dialer: ByDialect, aimock: Peer, dialect: Dialect) -> None:
    found = await outcome(dialer, aimock.target(dialect), "classify", options(SHAPE))
    assert found.answer is not None
    assert found.answer.usage == Usage(111, 22)


@each_dialect
@pytest.mark.parametrize(
    ("question", "fault"),
    [
        ("too many", "rate_limited"),
        ("kaput", "overloaded"),
        ("overloaded", "overloaded"),
        ("wrong key", "key_refused"),
        ("unknown model", "no_model"),
        ("too long", "refused"),
        ("malformed", "malformed"),
        ("not json", "malformed"),
        ("sluggish", "timed_out"),
        ("wait for it", "slow_start"),
    ],
)
async def test_a_failure_has_its_name(
    dialer: ByDialect, aimock: Peer, dialect: Dialect, question: str, fault: str
) -> None:
    first = {"slow_start": 0.8, "timed_out": 1.5}.get(fault)
    limits = options(SHAPE, seconds=1.5, first=first) if first else options(SHAPE)
    await outcome(dialer, aimock.target(dialect), "classify", options(SHAPE))  # the client library is loaded
    found = await outcome(dialer, aimock.target(dialect), question, limits)
    assert found.fault == fault, found
    assert found.seconds < 2.0


@each_dialect
async def test_a_failure_says_nothing_of_what_was_sent(dialer: ByDialect, aimock: Peer, dialect: Dialect) -> None:
    for question in ("too many", "kaput", "wrong key", "unknown model", "malformed"):
        found = await outcome(dialer, aimock.target(dialect), question)
        assert found.failure is not None
        for said in ("sk-of-the-tests", "Harbour", "Ann", question):
            assert said not in str(found.failure)


@each_dialect
async def test_how_long_to_wait_is_passed_on_and_a_refusal_costs_nothing(
    dialer: ByDialect, aimock: Peer, dialect: Dialect
) -> None:
    found = await outcome(dialer, aimock.target(dialect), "too many")
    assert found.failure is not None
    assert found.failure.retry_after == 1.0
    assert found.failure.usage == Usage(0, 0)


@each_dialect
async def test_a_stream_that_breaks_off_is_no_answer(dialer: ByDialect, aimock: Peer, dialect: Dialect) -> None:
    found = await outcome(dialer, aimock.target(dialect), "cut off")
    assert found.fault == "cut", found
    assert found.failure is not None
    assert found.failure.usage is None
    assert found.failure.was_sent


@each_dialect
async def test_nobody_there(dialer: ByDialect, dialect: Dialect) -> None:
    nowhere = Peer(dict.fromkeys(SPOKEN, "http://127.0.0.1:9/v1"))
    found = await outcome(dialer, nowhere.target(dialect), "hello")
    assert found.fault == "unreachable"
    assert found.failure is not None
    assert not found.failure.was_sent


@each_dialect
async def test_many_at_once_share_connections(dialer: ByDialect, aimock: Peer, dialect: Dialect) -> None:
    found = await asyncio.gather(*(outcome(dialer, aimock.target(dialect), "hello") for _ in range(20)))
    assert [one.fault for one in found] == [None] * 20
    assert MODELS[dialect]

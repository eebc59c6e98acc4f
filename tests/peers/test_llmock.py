"""Every dialect against llmock, which breaks connections on purpose and then judges our client."""

from __future__ import annotations

import asyncio
import time

import pytest
from llmock.pytest_plugin import LLMock

from tests.peers.spoken import SPOKEN, Peer, options, outcome
from understudy.llm.adapters.by_dialect import ByDialect
from understudy.llm.domain import Dialect

each_dialect = pytest.mark.parametrize("dialect", SPOKEN)


@pytest.fixture
def peer(llmock: LLMock) -> Peer:
    chat = llmock.base_url("openai")
    return Peer(
        {
            Dialect.OPENAI: chat,
            Dialect.COMPATIBLE: chat,
            Dialect.ANTHROPIC: llmock.base_url("anthropic"),
            Dialect.GEMINI: llmock.base_url("gemini"),
        }
    )


@each_dialect
async def test_one_call_is_one_request(dialer: ByDialect, llmock: LLMock, peer: Peer, dialect: Dialect) -> None:
    llmock.rate_limit(times=1, retry_after=7)
    first = await outcome(dialer, peer.target(dialect), "hello")
    second = await outcome(dialer, peer.target(dialect), "hello")
    assert first.fault == "rate_limited"
    assert first.failure is not None
    assert first.failure.retry_after == 7
    assert second.answer is not None
    assert len(llmock.requests) == 2


@each_dialect
@pytest.mark.parametrize(
    ("status", "fault"), [(500, "overloaded"), (503, "overloaded"), (401, "key_refused"), (404, "no_model")]
)
async def test_a_status_has_its_fault(
    dialer: ByDialect, llmock: LLMock, peer: Peer, dialect: Dialect, status: int, fault: str
) -> None:
    llmock.fail(status)
    assert (await outcome(dialer, peer.target(dialect), "hello")).fault == fault
    assert len(llmock.requests) == 1


@each_dialect
async def test_a_dropped_stream_is_cut(dialer: ByDialect, llmock: LLMock, peer: Peer, dialect: Dialect) -> None:
    llmock.reply("a long answer of many words that goes on and on and on until it breaks", times=None)
    for broken in (llmock.disconnect, llmock.truncate):
        broken(after_chunks=4)
        found = await outcome(dialer, peer.target(dialect), "hello")
        assert found.fault == "cut", found


@each_dialect
async def test_garbage_in_a_stream_is_no_answer(
    dialer: ByDialect, llmock: LLMock, peer: Peer, dialect: Dialect
) -> None:
    llmock.reply("a long answer of many words that goes on and on and on until it breaks")
    llmock.corrupt(after_chunks=3)
    found = await outcome(dialer, peer.target(dialect), "hello")
    assert found.fault in {"malformed", "cut"}, found


@each_dialect
async def test_a_stalled_stream_ends_with_the_time_limit(
    dialer: ByDialect, llmock: LLMock, peer: Peer, dialect: Dialect
) -> None:
    await outcome(dialer, peer.target(dialect), "hello")
    llmock.reply("a long answer of many words that goes on and on and on until it breaks", times=None)
    llmock.stall(after_chunks=4, seconds=5)
    found = await outcome(dialer, peer.target(dialect), "hello", options(seconds=1.0, first=0.9))
    assert found.fault == "timed_out", found
    assert found.seconds < 2


@each_dialect
async def test_a_slow_first_token_ends_with_its_own_limit(
    dialer: ByDialect, llmock: LLMock, peer: Peer, dialect: Dialect
) -> None:
    await outcome(dialer, peer.target(dialect), "hello")
    llmock.slow_first_token(3)
    found = await outcome(dialer, peer.target(dialect), "hello", options(seconds=5.0, first=0.5))
    assert found.fault == "slow_start", found
    assert found.seconds < 2


@each_dialect
async def test_whoever_goes_away_ends_the_call(dialer: ByDialect, llmock: LLMock, peer: Peer, dialect: Dialect) -> None:
    await outcome(dialer, peer.target(dialect), "hello")
    llmock.delay(5)
    call = asyncio.create_task(outcome(dialer, peer.target(dialect), "hello"))
    await asyncio.sleep(0.3)
    begun = time.monotonic()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert time.monotonic() - begun < 0.5


@each_dialect
async def test_the_judge_finds_nothing_wrong_with_a_client_that_gives_up_cleanly(
    dialer: ByDialect, llmock: LLMock, peer: Peer, dialect: Dialect
) -> None:
    """It never retries by itself, so nothing may be retried too early, or that cannot succeed."""
    for status in (400, 401, 404):
        llmock.fail(status)
        await outcome(dialer, peer.target(dialect), f"hello {status}")
    await outcome(dialer, peer.target(dialect), "hello again")
    llmock.assert_resilient()

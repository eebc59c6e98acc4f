"""Incident 10, the stream dies in mid-answer: cut, stalled or garbled at token n, and what was used is charged once.

Before its first event the next model answers, whole. After it, a live stream ends with an error in OpenAI's shape and
never looks complete; what the company checks before it is sent comes whole or not at all.
Taken out to see it fail: the demand for a finish reason in `ChatStream.end`, and the wait for the first event in
`Streaming.begin`.
"""

from __future__ import annotations

import openai
import pytest

from tests.channels.openai.conftest import ASKED, Door, door, peer
from tests.peers.upstream import WORDS

__all__ = ["door", "peer"]
SAID = "".join(WORDS)
COST = 20 + 2 * len(WORDS)


@pytest.mark.parametrize("act", ["cut", "stall", "garbled", "error"])
async def test_before_the_first_word_another_model_answers(door: Door, act: str) -> None:
    await door.set(front_door={"failover": ["spare/echo"]})
    async with door.sdk() as client:
        raw = await client.chat.completions.with_raw_response.create(model=f"peer/{act}@0", messages=ASKED, stream=True)
        pieces = [chunk.choices[0].delta.content or "" async for chunk in raw.parse()]
    assert "".join(pieces) == SAID
    calls = await door.calls()
    assert [(model, fault is None) for model, _, fault in calls] == [(f"{act}@0", False), ("echo", True)]
    assert calls[1][1] == COST
    assert await door.budget() == (sum(cost for _, cost, _ in calls), 0)
    assert await door.rows("SELECT outcome, cost_micros FROM decision") == [
        ("answered", sum(cost for _, cost, _ in calls))
    ]


@pytest.mark.parametrize("act", ["cut", "stall", "garbled", "error"])
async def test_after_it_the_caller_learns_that_the_answer_is_not_whole(door: Door, act: str) -> None:
    pieces, failure = [], None
    async with door.sdk() as client:
        stream = await client.chat.completions.create(model=f"peer/{act}@3", messages=ASKED, stream=True)
        try:
            async for chunk in stream:
                pieces.append(chunk.choices[0].delta.content or "")
        except openai.APIError as error:
            failure = error
    assert "".join(pieces) == "".join(WORDS[:3])
    assert failure is not None
    assert failure.code in {"cut", "timed_out", "malformed", "overloaded"}
    ((_, cost, fault),) = await door.calls()
    assert fault == failure.code
    assert cost >= 20 + 2 * 3
    assert await door.budget() == (cost, 0)
    assert await door.rows("SELECT outcome, cost_micros, reply_id FROM decision") == [("fell_back", cost, None)]


async def test_without_a_finish_reason_it_is_not_whole(door: Door) -> None:
    async with door.sdk() as client:
        stream = await client.chat.completions.create(model="peer/open@3", messages=ASKED, stream=True)
        with pytest.raises(openai.APIError):
            async for _ in stream:
                pass
    ((_, _, fault),) = await door.calls()
    assert fault == "cut"

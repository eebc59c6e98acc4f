"""Streams cut anywhere, endings of either kind, and what providers tell of tokens."""

from __future__ import annotations

import json
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.llm.adapters.plain.chat_stream import MAX_EVENT_BYTES, ChatStream, read_whole, usage_of
from understudy.llm.domain import CallFailed, Fault, Usage


def event(ending: str = "\n\n", **chunk: object) -> bytes:
    return f"data: {json.dumps(chunk)}{ending}".encode()


def word(text: str, reason: str | None = None, ending: str = "\n\n") -> bytes:
    return event(ending, choices=[{"index": 0, "delta": {"content": text}, "finish_reason": reason}])


TOLD = event(choices=[], usage={"prompt_tokens": 3, "completion_tokens": 2})
WHOLE = b": hello\n\n" + word("Hé") + word("llo", ending="\r\n\r\n") + word("", "stop") + TOLD + b"data: [DONE]\n\n"


@given(st.sets(st.integers(1, len(WHOLE) - 1)))
def test_wherever_a_stream_is_cut_into_parts_the_same_comes_out(cuts: set[int]) -> None:
    stream = ChatStream(shows_usage=True)
    places = [0, *sorted(cuts), len(WHOLE)]
    passed = b"".join(stream.feed(WHOLE[a:b]) for a, b in pairwise(places))
    stream.end()
    assert passed == WHOLE.removesuffix(b"data: [DONE]\n\n")
    assert (stream.text, stream.usage, stream.is_done) == ("Héllo", Usage(3, 2), True)


@given(st.binary(max_size=200))
def test_whatever_comes_is_read_or_refused(junk: bytes) -> None:
    stream = ChatStream(shows_usage=False)
    with suppress(CallFailed):
        stream.feed(word("a") + junk)
        stream.end()


def test_tokens_told_with_words_stay() -> None:
    stream = ChatStream(shows_usage=False)
    both = event(choices=[{"index": 0, "delta": {"content": "x"}, "finish_reason": "stop"}], usage={"prompt_tokens": 1})
    assert stream.feed(both + TOLD) == both
    assert stream.usage == Usage(3, 2)


def test_an_event_without_an_end_is_none() -> None:
    with pytest.raises(CallFailed):
        ChatStream(shows_usage=False).feed(b"data: " + b"x" * (MAX_EVENT_BYTES + 1))


@pytest.mark.parametrize(
    ("told", "usage"),
    [
        ({"prompt_tokens": 9, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": 5}}, Usage(9, 4, 5)),
        ({"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 30}, Usage(9, 21)),
        ({"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 50}}, Usage(9, 0, 9)),
        ({"prompt_tokens": None, "completion_tokens": "4", "prompt_tokens_details": None}, Usage(0, 0)),
    ],
)
def test_tokens_as_providers_tell_them(told: dict[str, object], usage: Usage) -> None:
    assert usage_of(told) == usage


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, Fault.MALFORMED),
        ([], Fault.MALFORMED),
        ({"choices": []}, Fault.MALFORMED),
        ({"choices": [7]}, Fault.MALFORMED),
        ({"choices": [{"message": {}, "finish_reason": None}]}, Fault.CUT),
    ],
)
def test_what_is_no_completion(body: object, fault: Fault) -> None:
    with pytest.raises(CallFailed) as caught:
        read_whole(json.dumps(body).encode())
    assert caught.value.fault is fault

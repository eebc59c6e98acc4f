"""How requests are read: what climbs, who asks, what is refused."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.channels.openai import asked
from understudy.channels.openai.asked import Asked, BadRequest

BLOCK_IT = {"role": "assistant", "content": "Shall I block it?"}
USER = {"role": "user", "content": "Where is my card?"}


def read(*messages: Any, **body: Any) -> Asked:
    return asked.read(json.dumps({"model": "understudy", "messages": messages or [USER], **body}).encode())


def test_a_plain_question_climbs() -> None:
    found = read({"role": "system", "content": "Be brief."}, USER, user=" ann ")
    assert (found.question, found.user, found.why_not, found.streams) == ("Where is my card?", "ann", None, False)
    assert [(turn.is_users, turn.text) for turn in found.turns] == [(False, "Be brief.")]


def test_parts_of_text_are_one_text() -> None:
    parts = [{"type": "text", "text": "Where is"}, {"type": "text", "text": "my card?"}]
    found = read({"role": "user", "content": parts})
    assert (found.question, found.why_not) == ("Where is\nmy card?", None)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"tools": [{}]}, "tools"),
        ({"functions": [{}]}, "functions"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
        ({"n": 2}, asked.SEVERAL),
        ({"logprobs": True}, "logprobs"),
        ({"audio": {"voice": "x"}}, "audio"),
        ({"tools": [], "n": 1, "logprobs": False, "response_format": None}, None),
    ],
)
def test_what_only_a_model_can_give_does_not_climb(body: dict[str, Any], why: str | None) -> None:
    assert read(**body).why_not == why


@pytest.mark.parametrize(
    ("messages", "why"),
    [
        ([USER, {"role": "assistant", "content": "On its way."}], asked.NOT_THE_USERS),
        ([USER, {"role": "tool", "content": "7", "tool_call_id": "x"}], asked.NOT_THE_USERS),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}], asked.NO_TEXT),
        ([{"role": "user", "content": ""}], asked.NO_TEXT),
        ([{"role": "user"}], asked.NO_TEXT),
        (
            [{"role": "assistant", "content": "Shall I block it?"}, {"role": "user", "content": "yes"}],
            asked.ANSWERS_BACK,
        ),
        ([{"role": "assistant", "content": "Anything else?"}, USER], None),
        ([{"role": "assistant", "content": "Done."}, {"role": "user", "content": "thanks"}], None),
    ],
)
def test_which_last_messages_climb(messages: list[dict[str, Any]], why: str | None) -> None:
    assert read(*messages).why_not == why


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", None),
        (b"[]", None),
        (b"\xff\xfe", None),
        (b'{"model": "x", "messages": [{"role": "user"}], "temperature": NaN}', None),
        (b"[" * 100_000, None),
        (b'{"messages": [{"role": "user"}]}', "model"),
        (b'{"model": "x", "messages": "hi"}', "messages"),
        (b'{"model": "x", "messages": [{"role": "user"}], "max_tokens": true}', "max_tokens"),
        (b'{"model": "x", "messages": [{"role": "user"}], "stream_options": 7}', "stream_options"),
    ],
)
def test_what_is_no_request_is_refused(content: bytes, field: str | None) -> None:
    with pytest.raises(BadRequest) as caught:
        asked.read(content)
    assert caught.value.field == field


JSON: st.SearchStrategy[object] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just([]) | st.just({}) | st.just(["x", {}])
)
NAMES = st.sampled_from(["model", "messages", "stream", "n", "user", "tools", "stream_options"])
ROLES = st.sampled_from(["user", "assistant", "tool"])


@given(st.dictionaries(NAMES, JSON))
def test_whatever_comes_is_read_or_refused(body: dict[str, Any]) -> None:
    with suppress(BadRequest):
        asked.read(json.dumps({"model": "x", "messages": [USER], **body}).encode())


@given(st.lists(st.fixed_dictionaries({"role": ROLES}, optional={"content": JSON}), min_size=1, max_size=4))
def test_whatever_messages_hold_they_are_read(messages: list[dict[str, Any]]) -> None:
    found = read(*messages)
    assert (found.question is None) == (messages[-1]["role"] != "user")

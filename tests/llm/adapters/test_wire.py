"""What goes over the wire, byte by byte, and answers that no scripted peer gives: HTML, no choices, no usage."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.peers.conftest import dialer
from tests.peers.spoken import CHANGING, SHAPE, SPOKEN, STABLE, Peer, options, outcome
from understudy.llm.adapters.by_dialect import ByDialect
from understudy.llm.domain import Dialect, Usage

__all__ = ["dialer"]

each_dialect = pytest.mark.parametrize("dialect", SPOKEN)
CHAT = (Dialect.OPENAI, Dialect.COMPATIBLE)
TEMPTING = {
    "OPENAI_API_KEY": "sk-env",
    "OPENAI_ORG_ID": "org-env",
    "OPENAI_PROJECT_ID": "proj-env",
    "OPENAI_BASE_URL": "http://127.0.0.1:9",
    "OPENAI_CUSTOM_HEADERS": "x-mine: custom-env",
    "ANTHROPIC_API_KEY": "sk-ant-env",
    "ANTHROPIC_AUTH_TOKEN": "auth-env",
    "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
    "ANTHROPIC_CUSTOM_HEADERS": "x-mine: custom-env",
    "GOOGLE_API_KEY": "goog-env",
    "GEMINI_API_KEY": "gem-env",
    "GOOGLE_GENAI_USE_VERTEXAI": "true",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "ALL_PROXY": "http://127.0.0.1:9",
}


@dataclass
class Wire:
    """A server that keeps what it was sent and answers with given bytes."""

    url: str = ""
    head: str = ""
    body: Any = None
    answer: bytes = b""
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(self.head.split("content-length: ")[1].split("\r\n")[0])
            self.body = json.loads(await reader.readexactly(length))
            writer.write(self.answer)
            await writer.drain()
            if not self.answer:
                await reader.read()
                self.closed.set()
        finally:
            writer.close()

    def says(self, body: str, kind: str = "text/event-stream", status: str = "200 OK") -> None:
        self.answer = f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n{body}".encode()

    @property
    def peer(self) -> Peer:
        return Peer(dict.fromkeys(SPOKEN, self.url) | dict.fromkeys(CHAT, self.url + "/v1"))


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire()
    server = await asyncio.start_server(wire.serve, "127.0.0.1", 0)
    wire.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield wire
    server.close()


def chunk(**fields: Any) -> str:
    return "data: " + json.dumps({"id": "1", "created": 1, "model": "m", "object": "chat.completion.chunk"} | fields)


def choice(text: str, finish: str | None = None, **more: Any) -> str:
    return chunk(choices=[{"index": 0, "delta": {"content": text}, "finish_reason": finish} | more])


@each_dialect
async def test_the_key_is_all_that_is_secret_on_the_wire(
    dialer: ByDialect, wire: Wire, dialect: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in TEMPTING.items():
        monkeypatch.setenv(name, value)
    wire.says("{}", "application/json", "503 Unavailable")
    for key in ("sk-of-the-provider", None):
        found = await outcome(dialer, wire.peer.target(dialect, key), "hello")
        assert found.fault == "overloaded", found
        assert wire.head.count("sk-of-the-provider") == (1 if key else 0)
        assert not [secret for secret in ("env", "stainless", "set-by-the-line") if secret in wire.head], wire.head


async def test_anthropics_cache_is_told_where_the_stable_part_ends(dialer: ByDialect, wire: Wire) -> None:
    wire.says("{}", "application/json", "503 Unavailable")
    await outcome(dialer, wire.peer.target(Dialect.ANTHROPIC), "hello", options(SHAPE))
    stable, changing = wire.body["system"]
    assert (stable["text"], changing["text"]) == (STABLE, CHANGING)
    assert stable["cache_control"]["type"] == "ephemeral"
    assert "cache_control" not in changing
    assert wire.body["tool_choice"]["type"] in {"tool", "any"}
    assert wire.body["max_tokens"] == 100


@each_dialect
async def test_what_is_stable_comes_first_and_the_question_last(
    dialer: ByDialect, wire: Wire, dialect: Dialect
) -> None:
    wire.says("{}", "application/json", "503 Unavailable")
    await outcome(dialer, wire.peer.target(dialect), "the question", options(SHAPE))
    sent = json.dumps(wire.body.get("system") or wire.body.get("systemInstruction") or wire.body["messages"])
    assert 0 <= sent.index(STABLE) < sent.index(CHANGING)
    turns = wire.body.get("contents") or wire.body["messages"]
    assert "the question" in json.dumps(turns[-1])
    assert "the question" not in json.dumps(turns[:-1])


async def test_openai_is_bound_by_its_own_limit_and_a_compatible_server_by_the_old_one(
    dialer: ByDialect, wire: Wire
) -> None:
    wire.says("{}", "application/json", "503 Unavailable")
    await outcome(dialer, wire.peer.target(Dialect.OPENAI), "hello", options(SHAPE))
    assert wire.body["max_completion_tokens"] == 100
    assert wire.body["response_format"]["type"] == "json_schema"
    await outcome(dialer, wire.peer.target(Dialect.COMPATIBLE), "hello", options(SHAPE))
    assert wire.body["max_tokens"] == 100
    assert "max_completion_tokens" not in wire.body
    assert wire.body["response_format"] == {"type": "json_object", "schema": dict(SHAPE.schema)}


async def test_gemini_gets_the_schema_and_does_not_think_first(dialer: ByDialect, wire: Wire) -> None:
    wire.says("{}", "application/json", "503 Unavailable")
    await outcome(dialer, wire.peer.target(Dialect.GEMINI), "hello", options(SHAPE))
    sent = wire.body["generationConfig"]
    assert sent["maxOutputTokens"] == 100
    assert sent["responseMimeType"] == "application/json"
    assert [*sent["thinkingConfig"].values()] == [0], sent


@each_dialect
@pytest.mark.parametrize("kind", ["text/html", "application/json", "text/event-stream"])
async def test_a_web_page_is_no_answer(dialer: ByDialect, wire: Wire, dialect: Dialect, kind: str) -> None:
    wire.says("<html><body>Welcome to the proxy</body></html>", kind)
    found = await outcome(dialer, wire.peer.target(dialect), "hello")
    assert found.fault == "malformed", found
    assert "proxy" not in str(found.failure)


@each_dialect
@pytest.mark.parametrize(
    "body", ["", "data: {}\n\n", "data: [DONE]\n\n", "data: null\n\n", "data: [1]\n\n", "data: 7\n\n"]
)
async def test_nothing_is_no_answer(dialer: ByDialect, wire: Wire, dialect: Dialect, body: str) -> None:
    wire.says(body)
    found = await outcome(dialer, wire.peer.target(dialect), "hello")
    assert found.fault == "malformed", found


@pytest.mark.parametrize("dialect", CHAT)
@pytest.mark.parametrize("choices", [[], None, [{}], [None], "x"])
async def test_no_choices_are_no_answer(dialer: ByDialect, wire: Wire, dialect: Dialect, choices: Any) -> None:
    wire.says(f"{chunk(choices=choices)}\n\ndata: [DONE]\n\n")
    assert (await outcome(dialer, wire.peer.target(dialect), "hello")).fault == "malformed"


@pytest.mark.parametrize("dialect", CHAT)
async def test_missing_usage_is_counted_here(dialer: ByDialect, wire: Wire, dialect: Dialect) -> None:
    wire.says(f"{choice('Nine to five.', 'stop')}\n\ndata: [DONE]\n\n")
    found = await outcome(dialer, wire.peer.target(dialect), "hello")
    assert found.answer is not None, found
    assert found.answer.usage == Usage(input_tokens=25, output_tokens=4)


@pytest.mark.parametrize("dialect", CHAT)
async def test_cached_input_is_told_apart(dialer: ByDialect, wire: Wire, dialect: Dialect) -> None:
    usage = {"prompt_tokens": 100, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 80}}
    wire.says(f"{choice('Yes.', 'stop')}\n\n{chunk(choices=[], usage=usage)}\n\ndata: [DONE]\n\n")
    found = await outcome(dialer, wire.peer.target(dialect), "hello")
    assert found.answer is not None, found
    assert found.answer.usage == Usage(100, 5, cached_tokens=80)


@pytest.mark.parametrize("dialect", CHAT)
async def test_a_safety_filter_is_no_ill_health_and_is_charged(dialer: ByDialect, wire: Wire, dialect: Dialect) -> None:
    usage = {"prompt_tokens": 100, "completion_tokens": 5}
    wire.says(f"{choice('I', 'content_filter')}\n\n{chunk(choices=[], usage=usage)}\n\ndata: [DONE]\n\n")
    found = await outcome(dialer, wire.peer.target(dialect), "hello")
    assert found.failure is not None
    assert (found.fault, found.failure.usage) == ("blocked", Usage(100, 5))
    assert not found.failure.fault.is_ill_health


async def test_geminis_safety_block_has_its_reason(dialer: ByDialect, wire: Wire) -> None:
    blocked = {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 9}}
    wire.says(f"data: {json.dumps(blocked)}\n\n")
    found = await outcome(dialer, wire.peer.target(Dialect.GEMINI), "hello")
    assert found.fault == "blocked", found


@pytest.mark.parametrize("dialect", CHAT)
async def test_a_structured_answer_longer_than_its_limit_is_cut(
    dialer: ByDialect, wire: Wire, dialect: Dialect
) -> None:
    escaped = json.dumps({"intent": "billing"})[:-4]
    wire.says(f"{choice(escaped, 'length')}\n\ndata: [DONE]\n\n")
    assert (await outcome(dialer, wire.peer.target(dialect), "hello", options(SHAPE))).fault == "cut"
    assert (await outcome(dialer, wire.peer.target(dialect), "hello")).answer is not None


@pytest.mark.parametrize("dialect", CHAT)
async def test_how_sure_the_model_was(dialer: ByDialect, wire: Wire, dialect: Dialect) -> None:
    tokens = [("{", 0.0), ('"intent"', -9.0), (":", 0.0), ('"', 0.0), ("bill", -0.2), ("ing", -0.4), ('"}', 0.0)]
    lines = [
        choice(text, logprobs={"content": [{"token": text, "logprob": p, "top_logprobs": []}]}) for text, p in tokens
    ]
    wire.says("\n\n".join([*lines, choice("", "stop"), "data: [DONE]"]) + "\n\n")
    found = await outcome(dialer, wire.peer.target(dialect), "hello", options(SHAPE))
    assert found.answer is not None, found
    assert found.answer.likelihood == pytest.approx(2.718281828**-0.3)


async def test_a_server_that_refuses_log_probabilities_is_not_asked_for_them_again(
    dialer: ByDialect, wire: Wire
) -> None:
    wire.says('{"error": {"message": "logprobs are not supported"}}', "application/json", "400 Bad Request")
    target = wire.peer.target(Dialect.COMPATIBLE)
    await outcome(dialer, target, "hello")
    assert wire.body["logprobs"] is True
    await outcome(dialer, target, "hello")
    assert "logprobs" not in wire.body


@each_dialect
async def test_a_call_that_is_cancelled_closes_its_socket(dialer: ByDialect, wire: Wire, dialect: Dialect) -> None:
    await dialer.warm(dialect)
    call = asyncio.create_task(outcome(dialer, wire.peer.target(dialect), "hello"))
    while not wire.body:
        await asyncio.sleep(0.01)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await asyncio.wait_for(wire.closed.wait(), 1)


@each_dialect
async def test_a_redirect_is_not_followed(dialer: ByDialect, wire: Wire, dialect: Dialect) -> None:
    wire.answer = b"HTTP/1.1 307 Away\r\nlocation: http://127.0.0.1:9/x\r\ncontent-length: 0\r\n\r\n"
    found = await outcome(dialer, wire.peer.target(dialect), "hello")
    assert found.fault in {"malformed", "refused"}, found

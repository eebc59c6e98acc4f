"""Requests handed on to a provider that is a real process, over real sockets."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.external_postgres import free_port
from tests.peers.upstream import WORDS, Peer, upstream
from understudy.llm.adapters.plain.forwarding import Forwarding
from understudy.llm.domain import CallFailed, Dialect, Fault, Price, Provider, Target, Usage
from understudy.llm.ports import DONE

ASKED = {"model": "whatever", "messages": [{"role": "user", "content": "Where is my card?"}], "temperature": 0.5}
WHOLE = Usage(20, len(WORDS))


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    with upstream() as peer:
        yield peer


@pytest.fixture
async def forwarding(peer: Peer) -> AsyncIterator[Forwarding]:
    peer.forget()
    async with httpx2.AsyncHTTPTransport(trust_env=False) as transport:
        yield Forwarding(transport_for=lambda _: transport)


def target(peer: Peer, model: str, **limits: Any) -> Target:
    given = {"base_url": peer.url, **limits}
    return Target(Provider(uuid4(), None, "peer", Dialect.COMPATIBLE, **given), model, Price.free(), "sk-secret")


async def said(forwarding: Forwarding, to: Target, **body: Any) -> tuple[list[bytes], Usage | None, str | None]:
    async with forwarding.forward(to, {**ASKED, **body}) as forwarded:
        chunks = [chunk async for chunk in forwarded.chunks()]
    return chunks, forwarded.usage, forwarded.text


async def failed(forwarding: Forwarding, to: Target, **body: Any) -> CallFailed:
    with pytest.raises(CallFailed) as caught:
        await said(forwarding, to, **body)
    return caught.value


async def test_a_whole_answer_comes_back_as_it_is(forwarding: Forwarding, peer: Peer) -> None:
    (body,), usage, text = await said(forwarding, target(peer, "echo"), seed=7)
    assert json.loads(body)["choices"][0]["message"]["content"] == text == "".join(WORDS)
    assert usage == WHOLE
    (entry,) = peer.journal()
    assert entry["body"] == {**ASKED, "model": "echo", "seed": 7}
    assert (entry["key"], entry["path"]) == ("Bearer sk-secret", "/v1/chat/completions")


async def test_a_stream_goes_on_event_by_event(forwarding: Forwarding, peer: Peer) -> None:
    chunks, usage, text = await said(forwarding, target(peer, "echo"), stream=True)
    whole = b"".join(chunks)
    assert text == "".join(WORDS)
    assert usage == WHOLE
    assert whole.endswith(DONE)
    assert whole.count(b"data:") == len(WORDS) + 2
    assert b"usage" not in whole
    assert peer.journal()[0]["body"]["stream_options"] == {"include_usage": True}


async def test_what_was_used_goes_on_where_it_is_asked_for(forwarding: Forwarding, peer: Peer) -> None:
    chunks, _, _ = await said(forwarding, target(peer, "echo"), stream=True, stream_options={"include_usage": True})
    assert b'"usage": {"prompt_tokens": 20' in b"".join(chunks)


async def test_a_stream_comes_live(forwarding: Forwarding, peer: Peer) -> None:
    async with forwarding.forward(target(peer, "endless"), {**ASKED, "stream": True}) as forwarded:
        chunks = forwarded.chunks()
        for _ in range(3):
            assert await anext(chunks)
    await asyncio.sleep(0.2)
    (entry,) = peer.journal()
    assert entry["left"]
    assert entry["tokens"] < 30


@pytest.mark.parametrize(
    ("model", "fault", "usage"),
    [
        ("status@429", Fault.RATE_LIMITED, Usage(0, 0)),
        ("status@500", Fault.OVERLOADED, Usage(0, 0)),
        ("status@529", Fault.OVERLOADED, Usage(0, 0)),
        ("status@401", Fault.KEY_REFUSED, Usage(0, 0)),
        ("status@404", Fault.NO_MODEL, Usage(0, 0)),
        ("html", Fault.MALFORMED, None),
        ("drop", Fault.UNREACHABLE, None),
        ("cut@0", Fault.CUT, None),
        ("stall@0", Fault.SLOW_START, None),
        ("slow@9", Fault.SLOW_START, None),
        ("garbled@0", Fault.MALFORMED, None),
        ("error@0", Fault.OVERLOADED, None),
    ],
)
async def test_what_fails_before_the_first_event_fails_on_entering(
    forwarding: Forwarding, peer: Peer, model: str, fault: Fault, usage: Usage | None
) -> None:
    to = target(peer, model, first_token_seconds=0.3)
    entered = False
    with pytest.raises(CallFailed) as caught:
        async with forwarding.forward(to, {**ASKED, "stream": True}):
            entered = True
    assert not entered
    assert (caught.value.fault, caught.value.usage, caught.value.was_sent) == (fault, usage, True)
    assert caught.value.retry_after == (7.0 if model == "status@429" else None)


@pytest.mark.parametrize(
    ("model", "fault"),
    [
        ("cut@3", Fault.CUT),
        ("stall@3", Fault.TIMED_OUT),
        ("garbled@3", Fault.MALFORMED),
        ("error@3", Fault.OVERLOADED),
        ("open@3", Fault.CUT),
    ],
)
async def test_a_stream_that_dies_later_fails_while_it_is_read(
    forwarding: Forwarding, peer: Peer, model: str, fault: Fault
) -> None:
    to, seen = target(peer, model, first_token_seconds=0.3), b""
    async with forwarding.forward(to, {**ASKED, "stream": True}) as got:
        chunks = got.chunks()
        while seen.count(b"data:") < 3:
            seen += await anext(chunks)
        with pytest.raises(CallFailed) as caught:
            await anext(chunks)
    assert caught.value.fault is fault
    assert got.text == "".join(WORDS[:3])


@pytest.mark.parametrize(
    ("model", "fault"),
    [
        ("html", Fault.MALFORMED),
        ("open", Fault.CUT),
        ("drop", Fault.UNREACHABLE),
        ("slow@9", Fault.SLOW_START),
    ],
)
async def test_a_whole_answer_that_is_none_fails(forwarding: Forwarding, peer: Peer, model: str, fault: Fault) -> None:
    found = (await failed(forwarding, target(peer, model, timeout_seconds=0.3))).fault
    assert found is (Fault.TIMED_OUT if model == "slow@9" else fault)


async def test_an_answer_that_drips_has_an_end(forwarding: Forwarding, peer: Peer) -> None:
    started = time.monotonic()
    error = await failed(forwarding, target(peer, "endless", timeout_seconds=0.4), stream=True)
    assert error.fault is Fault.TIMED_OUT
    assert time.monotonic() - started < 2


async def test_nobody_there_is_known_to_have_been_sent_nothing(forwarding: Forwarding) -> None:
    error = await failed(forwarding, target(Peer(free_port()), "echo"))
    assert (error.fault, error.was_sent) == (Fault.UNREACHABLE, False)


async def test_a_refusal_of_the_request_goes_back_in_openais_shape(forwarding: Forwarding, peer: Peer) -> None:
    async with forwarding.forward(target(peer, "status@400"), ASKED) as forwarded:
        (body,) = [chunk async for chunk in forwarded.chunks()]
    assert (forwarded.status, forwarded.usage) == (400, Usage(0, 0))
    assert json.loads(body)["error"]["message"] == "scripted 400"


async def test_tools_go_both_ways(forwarding: Forwarding, peer: Peer) -> None:
    tools = [{"type": "function", "function": {"name": "look_up", "parameters": {"type": "object"}}}]
    (body,), _, text = await said(forwarding, target(peer, "tools"), tools=tools)
    assert json.loads(body)["choices"][0]["message"]["tool_calls"][0]["function"]["name"] == "look_up"
    assert text is None
    assert peer.journal()[0]["body"]["tools"] == tools
    chunks, _, text = await said(forwarding, target(peer, "tools"), tools=tools, stream=True)
    assert b"look_up" in b"".join(chunks)
    assert text is None


@pytest.mark.parametrize(
    ("dialect", "path"),
    [
        (Dialect.OPENAI, "/chat/completions"),
        (Dialect.ANTHROPIC, "/v1/chat/completions"),
        (Dialect.GEMINI, "/v1beta/openai/chat/completions"),
    ],
)
async def test_each_dialect_is_asked_at_its_own_path(
    forwarding: Forwarding, peer: Peer, dialect: Dialect, path: str
) -> None:
    provider = Provider(uuid4(), None, "peer", dialect, base_url=f"http://127.0.0.1:{peer.port}/")
    await said(forwarding, Target(provider, "echo", Price.free()))
    (entry,) = peer.journal()
    assert (entry["path"], entry["key"]) == (path, "")


async def test_a_limit_holds_also_where_only_its_old_name_is_known(forwarding: Forwarding, peer: Peer) -> None:
    await said(forwarding, target(peer, "echo"), max_completion_tokens=50)
    await said(forwarding, target(peer, "echo"), max_completion_tokens=50, max_tokens=40)
    assert [entry["body"]["max_tokens"] for entry in peer.journal()] == [50, 40]


async def test_a_model_in_this_process_takes_no_forwarded_request(forwarding: Forwarding) -> None:
    provider = Provider(uuid4(), None, "local", Dialect.LOCAL)
    error = await failed(forwarding, Target(provider, "small", Price.free()))
    assert (error.fault, error.was_sent) == (Fault.REFUSED, False)

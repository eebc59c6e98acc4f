"""What goes wrong, as OpenAI's own client sees it, and what is charged for it."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx2
import openai
import pytest

from tests.channels.openai.conftest import ASKED, CARD, Door
from tests.peers.upstream import WORDS

SAID = "".join(WORDS)


async def failed(door: Door, kind: type[openai.APIStatusError], **asked: Any) -> openai.APIStatusError:
    async with door.sdk() as client:
        with pytest.raises(kind) as caught:
            await client.chat.completions.create(**{"model": "peer/echo", "messages": ASKED, **asked})
    assert type(caught.value) is kind
    return caught.value


async def test_a_wrong_key(door: Door) -> None:
    async with openai.AsyncOpenAI(base_url=f"{door.url}/v1", api_key="usk_wrong", max_retries=0) as client:
        with pytest.raises(openai.AuthenticationError) as caught:
            await client.chat.completions.create(model="peer/echo", messages=ASKED)
    assert caught.value.type == "authentication_error"


@pytest.mark.parametrize("model", ["nobody", "peer/unpriced", "nobody/echo"])
async def test_a_model_that_is_not_there(door: Door, model: str) -> None:
    error = await failed(door, openai.NotFoundError, model=model)
    assert (error.code, error.param) == ("model_not_found", "model")


async def test_a_model_that_may_not_be_asked_for(door: Door) -> None:
    await door.set(front_door={"allowed": ["spare/echo"]})
    assert (await failed(door, openai.NotFoundError)).code == "model_not_found"


@pytest.mark.parametrize(
    ("asked", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"content": "hi"}]}, "messages[0]"),
        ({"n": 0}, "n"),
        ({"max_tokens": -1}, "max_tokens"),
        ({"extra_body": {"user": 7}}, "user"),
        ({"extra_body": {"stream": "yes"}}, "stream"),
        ({"model": ""}, "model"),
    ],
)
async def test_a_request_that_is_none(door: Door, asked: dict[str, Any], param: str) -> None:
    error = await failed(door, openai.BadRequestError, **asked)
    assert (error.param, error.type) == (param, "invalid_request_error")
    assert door.peer.journal() == []


async def test_a_budget_that_is_used_up(door: Door) -> None:
    await door.set(budget={"monthly_budget_micros": 10})
    error = await failed(door, openai.RateLimitError)
    assert (error.code, error.type) == ("insufficient_quota", "insufficient_quota")
    assert error.response.headers["x-should-retry"] == "false"
    async with door.sdk() as client:
        answer = await client.chat.completions.create(model="peer/echo", messages=CARD)
    assert answer.model == "understudy/rules"
    assert door.peer.journal() == []


async def test_a_refusal_of_the_model_comes_back_as_it_is(door: Door) -> None:
    error = await failed(door, openai.BadRequestError, model="peer/status@400")
    assert error.code == "scripted"
    error = await failed(door, openai.UnprocessableEntityError, model="peer/status@422", stream=True)
    assert error.code == "scripted"
    assert [cost for _, cost, _ in await door.calls()] == [0, 0]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("model", ["peer/status@500", "peer/status@429", "peer/status@401", "peer/html"])
async def test_another_model_answers_where_one_is_named(door: Door, model: str, stream: bool) -> None:
    await failed(door, openai.InternalServerError, model=model, stream=stream)
    await door.set(front_door={"failover": ["spare/echo"]})
    async with door.sdk() as client:
        raw = await client.chat.completions.with_raw_response.create(model=model, messages=ASKED, stream=stream)
        said = await spoken(raw, stream)
    assert (said, raw.headers["x-understudy-model"]) == (SAID, "spare/echo")


async def spoken(raw: Any, stream: bool) -> str:
    if not stream:
        return str(raw.parse().choices[0].message.content)
    return "".join([chunk.choices[0].delta.content or "" async for chunk in raw.parse()])


async def test_a_model_that_does_not_begin_is_given_up_in_time(door: Door) -> None:
    started = time.monotonic()
    await failed(door, openai.InternalServerError, model="peer/slow@9", stream=True)
    assert time.monotonic() - started < 2


async def test_a_caller_that_leaves_before_the_answer_ends_the_call(door: Door) -> None:
    async with door.sdk(timeout=1.0) as client:
        with pytest.raises(openai.APITimeoutError):
            await client.chat.completions.create(model="peer/slow@9", messages=ASKED)
    await settled(door)
    assert [entry["left"] for entry in door.peer.journal()] == [True]
    ((_, cost, fault),) = await door.calls()
    assert (fault, cost > 0) == ("cancelled", True)
    assert await door.rows("SELECT outcome, cost_micros FROM decision") == [("fell_back", cost)]


async def settled(door: Door) -> None:
    for _ in range(300):
        if (await door.budget())[1] == 0 and await door.calls() and await door.rows("SELECT 1 FROM decision"):
            return
        await asyncio.sleep(0.01)
    raise AssertionError(await door.budget())


async def test_errors_elsewhere_keep_our_own_shape(door: Door) -> None:
    async with httpx2.AsyncClient() as client:
        ours = await client.get(f"{door.url}/v1/settings")
        theirs = await client.get(f"{door.url}/v1/models")
        method = await client.put(f"{door.url}/v1/models", headers=door.seeded.headers)
    assert ours.json()["code"] == "key_unknown"
    assert theirs.json()["error"]["type"] == "authentication_error"
    assert method.status_code == 405
    assert "error" in method.json()

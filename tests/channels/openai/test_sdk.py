"""OpenAI's own client, unchanged, against the front door over a real port: what it gets, and what is stored."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest

from tests.channels.openai.conftest import ASKED, CARD, Door
from tests.peers.upstream import WORDS
from understudy.answering.domain import Outcome, RungName, Verdict

SAID = "".join(WORDS)
COST = 20 + 2 * len(WORDS)
TOOLS: Any = [{"type": "function", "function": {"name": "look_up", "parameters": {"type": "object", "properties": {}}}}]


async def test_a_free_rung_answers_what_it_can(door: Door) -> None:
    async with door.sdk() as client:
        raw = await client.chat.completions.with_raw_response.create(model="peer/echo", messages=CARD, user="ann")
    answer = raw.parse()
    assert answer.choices[0].message.content == "This is the answer about card arrival."
    assert answer.choices[0].finish_reason == "stop"
    assert answer.model == "understudy/rules"
    assert answer.usage is not None
    assert answer.usage.total_tokens == 0
    assert raw.headers["x-understudy-rung"] == "rules"
    assert raw.headers["x-understudy-cost"] == "0"
    assert int(raw.headers["x-understudy-saved"]) > 0
    assert door.peer.journal() == []
    decision = await door.decision(raw.headers["x-understudy-decision"])
    assert (decision.choice.rung, decision.choice.outcome) == (RungName.RULES, Outcome.ANSWERED)


@pytest.mark.parametrize(("spoken", "model"), [("de", "spare/echo"), ("fr", "peer/echo")])
async def test_the_route_is_chosen_by_the_words_of_the_questions_language(door: Door, spoken: str, model: str) -> None:
    await door.set(llm={"routes": {"large": {"models": ["spare/echo"]}}})
    text = "Falls der Zeitplan scheitert, wie kann ich Konfiguration und Schnittstelle für das Protokoll exportieren?"
    async with door.sdk() as client:
        raw = await client.chat.completions.with_raw_response.create(
            model="understudy", messages=[{"role": "user", "content": text}]
        )
    assert raw.headers["x-understudy-model"] == model


async def test_the_rest_is_handed_on_and_recorded(door: Door) -> None:
    async with door.sdk() as client:
        raw = await client.chat.completions.with_raw_response.create(
            model="peer/echo", messages=ASKED, user="ann", temperature=0.3, extra_body={"made_up": 1}
        )
    answer = raw.parse()
    assert answer.choices[0].message.content == SAID
    assert (raw.headers["x-understudy-rung"], raw.headers["x-understudy-model"]) == ("passthrough", "peer/echo")
    assert (raw.headers["x-understudy-cost"], raw.headers["x-understudy-saved"]) == (str(COST), "0")
    (entry,) = door.peer.journal()
    assert (entry["key"], entry["body"]["made_up"], entry["body"]["temperature"]) == (
        "Bearer sk-of-the-platform",
        1,
        0.3,
    )
    decision = await door.decision(raw.headers["x-understudy-decision"])
    assert decision.choice.rung is RungName.PASSTHROUGH
    assert decision.choice.path.endswith("passthrough")
    assert decision.choice.answered_by == "passthrough:peer/echo"
    assert (decision.spending.cost_micros, decision.spending.saved_micros) == (COST, 0)
    assert [trace.rung for trace in decision.rungs][-1] is RungName.PASSTHROUGH
    assert len(decision.rungs) == 5
    thread = await door.product.conversations.read(
        company_id=door.company_id, conversation_id=decision.about.conversation_id
    )
    assert [(said.author, said.text) for said in thread.messages] == [
        ("contact", ASKED[0]["content"]),
        ("understudy", SAID),
    ]
    assert await door.calls() == [("echo", COST, None)]
    assert await door.rows("SELECT message_id FROM llm_call") == [(decision.about.message_id,)]
    assert await door.budget() == (COST, 0)


async def test_a_stream_comes_live_and_tells_its_cost_at_the_end(door: Door) -> None:
    async with door.sdk() as client:
        raw = await client.chat.completions.with_raw_response.create(model="peer/echo", messages=ASKED, stream=True)
        pieces = [chunk.choices[0].delta.content or "" async for chunk in raw.parse()]
        decision = await door.decision(raw.headers["x-understudy-decision"])
        whole = await client.post(
            "/chat/completions", cast_to=str, body={"model": "peer/echo", "messages": ASKED, "stream": True}
        )
    assert "".join(pieces) == SAID
    assert len(pieces) == len(WORDS) + 1
    assert raw.headers["x-understudy-rung"] == "passthrough"
    assert (decision.choice.outcome, decision.spending.cost_micros) == (Outcome.ANSWERED, COST)
    assert f": understudy cost={COST} saved=0 decision=" in whole
    assert whole.endswith("data: [DONE]\n\n")
    assert [cost for _, cost, _ in await door.calls()] == [COST, COST]


async def test_a_checked_answer_is_streamed_where_a_stream_is_asked_for(door: Door) -> None:
    async with door.sdk() as client:
        stream = await client.chat.completions.create(
            model="peer/echo", messages=CARD, stream=True, stream_options={"include_usage": True}
        )
        chunks = [chunk async for chunk in stream]
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert said == "This is the answer about card arrival."
    assert len(chunks) > 3
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage is not None


async def test_tools_are_passed_through(door: Door) -> None:
    async with door.sdk() as client:
        raw = await client.chat.completions.with_raw_response.create(model="peer/tools", messages=CARD, tools=TOOLS)
        calls: Any = raw.parse().choices[0].message.tool_calls
        call = calls[0]
        stream = await client.chat.completions.create(model="peer/tools", messages=CARD, tools=TOOLS, stream=True)
        chunks: Any = [chunk async for chunk in stream]
        result: Any = [
            *CARD,
            {"role": "assistant", "content": None, "tool_calls": [call.model_dump()]},
            {"role": "tool", "tool_call_id": call.id, "content": "on its way"},
        ]
        after = await client.chat.completions.with_raw_response.create(model="peer/echo", messages=result, tools=TOOLS)
    assert (call.function.name, call.function.arguments) == ("look_up", '{"order": 7}')
    assert chunks[0].choices[0].delta.tool_calls[0].function.name == "look_up"
    assert door.peer.journal()[0]["body"]["tools"] == TOOLS
    decision = await door.decision(raw.headers["x-understudy-decision"])
    assert (decision.rungs[0].rung, decision.rungs[0].reason) == (RungName.PASSTHROUGH, "did not climb: tools")
    assert decision.about.reply_id is None
    assert "x-understudy-decision" not in after.headers
    assert len(await door.calls()) == 3


@pytest.mark.parametrize(
    "asked",
    [
        {"response_format": {"type": "json_object"}},
        {"n": 2},
        {"logprobs": True},
        {"functions": [{"name": "f", "parameters": {}}]},
        {"extra_headers": {"x-understudy-climb": "off"}},
    ],
)
async def test_what_only_a_model_can_give_does_not_climb(door: Door, asked: dict[str, Any]) -> None:
    async with door.sdk() as client:
        raw = await client.chat.completions.with_raw_response.create(model="peer/echo", messages=CARD, **asked)
    assert raw.headers["x-understudy-rung"] == "passthrough"
    said = raw.parse().choices[0].message.content or ""
    if "response_format" in asked:
        assert json.loads(said)["rationale"] == "scripted"
    else:
        assert said == SAID


async def test_a_plain_gateway_where_the_company_wants_one(door: Door) -> None:
    await door.set(front_door={"climb": False})
    async with door.sdk() as client:
        raw = await client.chat.completions.with_raw_response.create(model="echo", messages=CARD)
    decision = await door.decision(raw.headers["x-understudy-decision"])
    assert [(trace.rung, trace.verdict, trace.reason) for trace in decision.rungs] == [
        (RungName.PASSTHROUGH, Verdict.ANSWERED, "did not climb: switched off")
    ]


async def test_the_models_are_listed(door: Door) -> None:
    async with door.sdk() as client:
        names = [model.id async for model in client.models.list()]
    assert names[:2] == ["understudy", "peer/echo"]
    assert "spare/echo" in names
    await door.set(front_door={"allowed": ["spare/echo"]})
    async with door.sdk() as client:
        assert [model.id async for model in client.models.list()] == ["understudy", "spare/echo"]


@pytest.mark.parametrize(
    ("model", "reached"), [("understudy", "peer/echo"), ("echo", "peer/echo"), ("spare/echo", "spare/echo")]
)
async def test_a_model_by_each_of_its_names(door: Door, model: str, reached: str) -> None:
    async with door.sdk() as client:
        raw = await client.chat.completions.with_raw_response.create(model=model, messages=ASKED)
    assert raw.headers["x-understudy-model"] == reached


async def test_what_understudy_stands_for_can_be_set(door: Door) -> None:
    await door.set(front_door={"forward_to": ["spare/echo"]})
    async with door.sdk() as client:
        raw = await client.chat.completions.with_raw_response.create(model="understudy", messages=ASKED)
    assert raw.headers["x-understudy-model"] == "spare/echo"


async def test_nobody_named_is_one_contact_that_counts_for_nothing(door: Door) -> None:
    async with door.sdk() as client:
        for user in (openai.omit, openai.omit, "ann", "bob"):
            await client.chat.completions.create(model="peer/echo", messages=ASKED, user=user)
    assert await door.rows("SELECT kind, value FROM contact_identity ORDER BY kind, value") == [
        ("anonymous", "front door"),
        ("external", "ann"),
        ("external", "bob"),
    ]
    assert await door.rows(
        "SELECT count(*), count(DISTINCT conversation_id), count(DISTINCT contact_id) FROM message"
    ) == [(8, 4, 3)]


async def test_the_same_key_gets_the_reply_of_the_first(door: Door) -> None:
    again: Any = {"extra_headers": {"Idempotency-Key": "order-7"}}
    async with door.sdk() as client:
        first = await client.chat.completions.with_raw_response.create(model="peer/echo", messages=ASKED, **again)
        second = await client.chat.completions.with_raw_response.create(model="peer/echo", messages=ASKED, **again)
        with pytest.raises(openai.ConflictError):
            await client.chat.completions.create(model="peer/echo", messages=CARD, **again)
    assert second.parse().choices[0].message.content == first.parse().choices[0].message.content
    assert second.headers["x-understudy-decision"] == first.headers["x-understudy-decision"]
    assert len(door.peer.journal()) == 1
    assert len(await door.calls()) == 1


async def test_a_failed_request_with_a_key_may_be_sent_again(door: Door) -> None:
    again: Any = {"extra_headers": {"Idempotency-Key": "order-8"}}
    async with door.sdk() as client:
        with pytest.raises(openai.APIStatusError):
            await client.chat.completions.create(model="peer/html", messages=ASKED, **again)
        raw = await client.chat.completions.with_raw_response.create(model="peer/echo", messages=ASKED, **again)
    assert raw.parse().choices[0].message.content == SAID
    assert await door.rows("SELECT outcome FROM decision") == [("answered",)]


async def test_a_scenario_that_asks_for_a_person_hands_over(door: Door) -> None:
    said: Any = [{"role": "user", "content": "I want to talk to a person"}]
    async with door.sdk() as client:
        answer = await client.chat.completions.create(model="peer/echo", messages=said, user="ann")
        again = await client.chat.completions.create(model="peer/echo", messages=CARD, user="ann")
    assert answer.choices[0].message.content
    assert again.choices[0].message.content == "This is the answer about card arrival."
    (escalation,) = await door.product.handover.escalations(door.company_id)
    assert escalation.summary


async def test_a_question_that_is_a_whole_book_goes_through(door: Door) -> None:
    book: Any = [{"role": "user", "content": "Sum this up: " + "word " * 20_000}]
    async with door.sdk() as client:
        raw = await client.chat.completions.with_raw_response.create(model="peer/echo", messages=book)
    assert raw.parse().choices[0].message.content == SAID
    assert "x-understudy-decision" not in raw.headers
    assert len(await door.calls()) == 1


async def test_the_whole_ladder_answers_where_the_company_wants_that(door: Door) -> None:
    await door.set(front_door={"answered_by": "ladder"})
    talk: Any = [{"role": "user", "content": "Hello there, robot"}, {"role": "assistant", "content": "Hi."}, *ASKED]
    async with door.sdk() as client:
        raw = await client.chat.completions.with_raw_response.create(model="understudy", messages=talk)
    assert raw.headers["x-understudy-rung"] == "llm"
    assert raw.parse().choices[0].message.content
    assert all(entry["body"]["messages"] != talk for entry in door.peer.journal()), "the request itself was handed on"

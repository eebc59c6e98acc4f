"""POST /v1/messages: a message in, its reply out."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from understudy.companies.domain import Company, Principal
from understudy.infra.system import utc_now

Headers = dict[str, str]


def body(text: str = "where is my card", **more: Any) -> dict[str, Any]:
    return {"text": text, "contact": {"value": "ann"}, **more}


async def test_the_reply_comes_with_how_it_came_about(client: httpx2.AsyncClient, key: Headers, bank: Company) -> None:
    answer = await client.post("/v1/messages", json=body(external_id="m1"), headers=key)
    assert answer.status_code == 200
    said = answer.json()
    assert said["reply"].startswith("Cards from Harbour Bank")
    assert (said["rung"], said["outcome"], said["external_id"]) == ("rules", "answered", "m1")
    assert said["conversation_state"] == "open"
    assert said["cost_micros"] == 0
    assert answer.headers["x-understudy-rung"] == "rules"
    assert answer.headers["x-understudy-cost"] == "0"
    assert answer.headers["x-understudy-saved"] == str(said["saved_micros"])
    assert said["saved_micros"] == said["counterfactual_micros"] > 0
    decision = (await client.get(f"/v1/decisions/{said['decision_id']}", headers=key)).json()
    assert decision["message_id"] == said["message_id"]
    assert decision["reply_id"] == said["reply_id"]


async def test_the_same_external_id_is_the_same_message(
    client: httpx2.AsyncClient, key: Headers, bank: Company
) -> None:
    answers = await asyncio.gather(
        *(client.post("/v1/messages", json=body(external_id="m1"), headers=key) for _ in range(10))
    )
    said = [answer.json() for answer in answers]
    assert {answer.status_code for answer in answers} == {200}
    assert len({one["reply_id"] for one in said}) == 1
    assert sum(not one["is_replay"] for one in said) == 1
    other = await client.post("/v1/messages", json=body("something else", external_id="m1"), headers=key)
    assert other.status_code == 409


async def test_an_external_id_is_made_and_given_back(client: httpx2.AsyncClient, key: Headers, bank: Company) -> None:
    first = (await client.post("/v1/messages", json=body(), headers=key)).json()
    again = (await client.post("/v1/messages", json=body(external_id=first["external_id"]), headers=key)).json()
    assert again["is_replay"]
    assert again["reply_id"] == first["reply_id"]


async def test_the_form_can_be_asked_for(client: httpx2.AsyncClient, key: Headers, bank: Company) -> None:
    short = (await client.post("/v1/messages", json=body(form="short"), headers=key)).json()
    assert short["reply"] == "It takes 5 days."


async def test_silence_is_said_plainly(client: httpx2.AsyncClient, key: Headers, bank: Company) -> None:
    await client.post("/v1/messages", json=body("call me back"), headers=key)
    answer = await client.post("/v1/messages", json=body(), headers=key)
    said = answer.json()
    assert (said["reply"], said["outcome"], said["path"]) == (None, "waiting_for_person", "waiting_for_person")
    assert said["conversation_state"] == "waiting_for_person"
    assert answer.headers["x-understudy-rung"] == "none"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "   "}, "text"),
        ({"text": "x" * 100_000}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"text": "\x1b[31m"}, "text"),
        ({"min_confidence": 1.5}, "min_confidence"),
        ({"min_confidence": -0.1}, "min_confidence"),
        ({"form": "long"}, "form"),
        ({"modality": "smell"}, "modality"),
        ({"external_id": ""}, "external_id"),
        ({"external_id": "x" * 1_000}, "external_id"),
        ({"conversation_id": "x"}, "conversation_id"),
        ({"sent_at": "2026-01-01T00:00:00"}, "sent_at"),
        ({"contact": {"kind": "fax", "value": "1"}}, "contact.kind"),
        ({"contact": {"kind": "email", "value": "nobody"}}, "contact.value"),
        ({"contact": {}}, "contact.value"),
        ({"contact": {"value": "ann", "attributes": {"x": [1]}}}, "contact.attributes.x"),
        ({"channel": "pigeon"}, "channel"),
    ],
)
async def test_bad_input_names_its_field_and_stores_nothing(
    client: httpx2.AsyncClient, key: Headers, bank: Company, change: dict[str, Any], field: str
) -> None:
    answer = await client.post("/v1/messages", json=body() | change, headers=key)
    assert answer.status_code == 422, answer.text
    fields = [problem["field"] for problem in answer.json()["problems"]]
    assert any(field in one for one in fields), fields
    assert (await client.get("/v1/decisions", headers=key)).json()["items"] == []


async def test_a_message_from_the_future_is_refused(client: httpx2.AsyncClient, key: Headers, bank: Company) -> None:
    later = (utc_now() + timedelta(hours=1)).isoformat()
    answer = await client.post("/v1/messages", json=body(sent_at=later), headers=key)
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == "sent_at"


async def test_an_unknown_conversation_is_not_found(client: httpx2.AsyncClient, key: Headers, bank: Company) -> None:
    answer = await client.post("/v1/messages", json=body(conversation_id=str(uuid4())), headers=key)
    assert answer.status_code == 404
    assert answer.json()["code"] == "conversation_not_found"


async def test_a_binary_body_is_refused(client: httpx2.AsyncClient, key: Headers, bank: Company) -> None:
    for content in (b"\xff\xfe\x00", b"[]", b"null", b"{", b'{"text": "\xff"}'):
        headers = {**key, "content-type": "application/json"}
        answer = await client.post("/v1/messages", content=content, headers=headers)
        assert answer.status_code in (400, 422), content


async def test_it_needs_the_permission(
    client: httpx2.AsyncClient, key: Headers, bank: Company, principal: Principal
) -> None:
    made = await client.post("/v1/keys", json={"name": "k", "permissions": ["decision:read"]}, headers=key)
    mine = {"Authorization": f"Bearer {made.json()['token']}"}
    assert (await client.post("/v1/messages", json=body(), headers=mine)).status_code == 403

"""A customer's messages climb: answered free, asked back, handed to a person, handed back; all of it can be read."""

from __future__ import annotations

from typing import Any

import httpx2

from tests.answering.conftest import bank
from tests.conftest import PLATFORM, empty
from understudy.companies.domain import Company
from understudy.conversations.domain import ContactRef, IdentityKind, Inbound
from understudy.infra.postgres.place import Place
from understudy.infra.system import new_id
from understudy.wiring.configuration import Configuration
from understudy.wiring.product import build, opened

__all__ = ["bank"]
Headers = dict[str, str]


async def test_a_message_climbs(client: httpx2.AsyncClient, key: Headers, bank: Company) -> None:
    async def say(text: str) -> dict[str, Any]:
        body = {"text": text, "contact": {"kind": "email", "value": "ann@example.com", "display_name": "Ann"}}
        answer = await client.post("/v1/messages", json=body, headers=key)
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said

    assert (await say("Hi!"))["rung"] == "rules"
    assert (await say("where is my card"))["reply"].startswith("Cards from Harbour Bank")

    asked = await say("block it")
    assert asked["outcome"] == "clarified"
    assert (await say("the first one"))["reply"] == "Your card is frozen."

    nothing = await say("colourless green ideas")
    assert nothing["rung"] == "fallback"
    assert "be called back" in nothing["reply"]
    handed = await say("please call me back")
    assert handed["conversation_state"] == "waiting_for_person"
    assert (await say("where is my card"))["reply"] is None

    conversation = handed["conversation_id"]
    reply = {"text": "I'll call you at noon.", "hand_back": True}
    answered = await client.post(f"/v1/conversations/{conversation}/reply", json=reply, headers=key)
    assert answered.status_code == 201, answered.text
    assert (await say("where is my card"))["rung"] == "rules"

    thread = (await client.get(f"/v1/conversations/{conversation}", headers=key)).json()
    texts = [message["text"] for message in thread["messages"]]
    assert "I'll call you at noon." in texts
    decisions = (await client.get("/v1/decisions", params={"conversation_id": conversation}, headers=key)).json()
    paths = [item["outcome"] for item in decisions["items"]]
    assert paths == [
        "answered",
        "waiting_for_person",
        "handed_over",
        "fell_back",
        "answered",
        "clarified",
        "answered",
        "answered",
    ]
    assert sum(item["cost_micros"] for item in decisions["items"]) == 0
    assert sum(item["saved_micros"] for item in decisions["items"]) > 300


async def test_who_writes_spanish_is_answered_in_spanish_by_what_is_built_in(
    place: Place, configuration: Configuration
) -> None:
    empty(place)
    async with opened(build(place, configuration)) as product:
        company = await product.companies.create(PLATFORM, slug="harbour-bank", name="Harbour Bank", trade="banking")

        async def say(text: str) -> str:
            message = Inbound("api", str(new_id()), ContactRef(IdentityKind.EXTERNAL, "ana"), text)
            reply = (await product.channels.take(company.id, message)).answer.reply
            return reply.text if reply else ""

        nothing = await say("Buenos días, ¿me puede decir dónde está mi paraguas azul?")
        assert nothing.endswith("También puede hablar con una persona, dejar un mensaje o pedir que le llamen.")
        assert "le responderá aquí" in await say("quiero hablar con una persona, por favor")

"""The routes of conversations, escalations and contacts."""

from __future__ import annotations

from uuid import uuid4

import httpx2
import pytest

from tests.conversations.conftest import Receive
from understudy.companies.domain import Company
from understudy.conversations.domain import ContactRef, EscalationKind, NewEscalation, Received
from understudy.wiring.product import Product

Headers = dict[str, str]
PERSON = NewEscalation(EscalationKind.TRANSFER, "asked for", "Ann wants a person", {"phone": "+15550100"})


@pytest.fixture
async def handed(receive: Receive, product: Product, company: Company) -> Received:
    received = await receive("a person please")
    assert received.lease is not None
    async with product.database.transaction(company.id) as tx:
        await product.conversations.hand_over(tx, lease=received.lease, text="One moment.", escalation=PERSON)
    return received


async def test_conversations_are_listed_and_filtered_by_pages(
    client: httpx2.AsyncClient, key: Headers, receive: Receive, handed: Received
) -> None:
    await receive("hello", contact=ContactRef("external", "2"), channel="webchat")
    page = (await client.get("/v1/conversations", params={"limit": 1}, headers=key)).json()
    assert [item["channel"] for item in page["items"]] == ["webchat"]
    rest = (await client.get("/v1/conversations", params={"before": page["next"]}, headers=key)).json()
    assert [item["id"] for item in rest["items"]] == [str(handed.conversation.id)]
    assert rest["next"] is None
    for query in ({"state": "waiting_for_person"}, {"channel": "api"}, {"contact_id": str(handed.contact.id)}):
        found = (await client.get("/v1/conversations", params=query, headers=key)).json()
        assert [item["id"] for item in found["items"]] == [str(handed.conversation.id)]
    assert (await client.get("/v1/conversations", params={"channel": "pigeon"}, headers=key)).status_code == 422


async def test_a_conversation_is_shown_whole(client: httpx2.AsyncClient, key: Headers, handed: Received) -> None:
    shown = (await client.get(f"/v1/conversations/{handed.conversation.id}", headers=key)).json()
    assert [m["text"] for m in shown["messages"]] == ["a person please", "One moment."]
    assert shown["contact"]["display_name"] == "Ann"
    assert shown["escalations"][0]["fields"] == {"phone": "+15550100"}
    assert shown["conversation"]["state"] == "waiting_for_person"


async def test_a_person_answers_once_however_often_the_call_is_repeated(
    client: httpx2.AsyncClient, key: Headers, handed: Received
) -> None:
    url = f"/v1/conversations/{handed.conversation.id}"
    for extra, body in (({"Idempotency-Key": "r1"}, {}), ({}, {"external_id": "r1"})):
        answer = await client.post(f"{url}/reply", json={"text": "Hello Ann"} | body, headers=key | extra)
        assert answer.status_code == 201
        assert answer.json()["author"] == "operator:key:test"
    differs = await client.post(f"{url}/reply", json={"text": "Bye", "external_id": "r1"}, headers=key)
    assert (differs.status_code, differs.json()["code"]) == (409, "message_differs")
    shown = (await client.get(url, headers=key)).json()
    assert len(shown["messages"]) == 3
    stale = await client.post(f"{url}/hand-back", json={"expected_version": 1}, headers=key)
    assert (stale.status_code, stale.json()["code"]) == (409, "conversation_moved")
    assert (await client.post(f"{url}/hand-back", headers=key)).json()["state"] == "open"
    assert (await client.post(f"{url}/take-over", headers=key)).json()["state"] == "waiting_for_person"
    assert (await client.post(f"{url}/close", headers=key)).json()["state"] == "closed"
    assert (await client.post(f"{url}/reply", json={"text": "Hello?"}, headers=key)).status_code == 409


async def test_bad_replies_name_the_field(client: httpx2.AsyncClient, key: Headers, handed: Received) -> None:
    url = f"/v1/conversations/{handed.conversation.id}/reply"
    for body in ('{"text": ""}', r'{"text": "a\u0000"}', r'{"text": "\ud800"}', '{"text": "' + "x" * 100_000 + '"}'):
        answer = await client.post(url, content=body, headers=key | {"content-type": "application/json"})
        assert answer.status_code == 422
        assert "text" in answer.json()["problems"][0]["field"]


async def test_escalations_are_listed_taken_and_closed(
    client: httpx2.AsyncClient, key: Headers, handed: Received
) -> None:
    page = (await client.get("/v1/escalations", params={"state": "open"}, headers=key)).json()
    url = f"/v1/escalations/{page['items'][0]['id']}"
    assert (await client.post(f"{url}/take", headers=key)).json()["taken_by"] == "key:test"
    assert (await client.post(f"{url}/close", json={"resolution": "Done."}, headers=key)).json()["state"] == "closed"
    assert (await client.get("/v1/escalations", params={"state": "open"}, headers=key)).json()["items"] == []


async def test_a_contact_is_exported_and_erased(client: httpx2.AsyncClient, key: Headers, handed: Received) -> None:
    url = f"/v1/contacts/{handed.contact.id}"
    assert (await client.get(url, headers=key)).json()["display_name"] == "Ann"
    exported = (await client.get(f"{url}/export", headers=key)).json()
    assert exported["tables"]["contact_identity"][0]["value"] == "ann@example.com"
    assert (await client.delete(url, headers=key)).status_code == 204
    assert (await client.get(url, headers=key)).status_code == 404
    assert (await client.delete(url, headers=key)).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/conversations/{id}"),
        ("POST", "/v1/conversations/{id}/reply"),
        ("POST", "/v1/conversations/{id}/hand-back"),
        ("POST", "/v1/conversations/{id}/take-over"),
        ("POST", "/v1/conversations/{id}/close"),
        ("POST", "/v1/escalations/{id}/take"),
        ("POST", "/v1/escalations/{id}/close"),
        ("GET", "/v1/contacts/{id}"),
        ("GET", "/v1/contacts/{id}/export"),
        ("DELETE", "/v1/contacts/{id}"),
    ],
)
async def test_what_is_not_the_company_s_is_404(
    client: httpx2.AsyncClient, key: Headers, receive: Receive, other_company: Company, method: str, path: str
) -> None:
    foreign = await receive("hello", company_id=other_company.id)
    bodies = {"reply": {"text": "Hello"}, "close": {"resolution": "x"} if "escalations" in path else None}
    body = bodies.get(path.rpartition("/")[2])
    for some_id in (uuid4(), foreign.conversation.id, foreign.contact.id):
        answer = await client.request(method, path.format(id=some_id), json=body, headers=key)
        assert answer.status_code == 404, answer.text

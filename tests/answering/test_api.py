"""The routes of decisions."""

from __future__ import annotations

from uuid import uuid4

import httpx2

from tests.answering.conftest import Say
from understudy.companies.domain import Company, Principal
from understudy.companies.permissions import Permission
from understudy.wiring.product import Product

Headers = dict[str, str]


async def test_decisions_are_listed_newest_first_in_pages(
    client: httpx2.AsyncClient, key: Headers, bank: Company, say: Say
) -> None:
    made = [str((await say("where is my card", who=f"c{i}")).answer.decision.id) for i in range(5)]  # type: ignore[union-attr]
    first = (await client.get("/v1/decisions", params={"limit": 2}, headers=key)).json()
    assert [item["id"] for item in first["items"]] == made[:2:-1]
    rest = (await client.get("/v1/decisions", params={"before": first["next"]}, headers=key)).json()
    assert [item["id"] for item in rest["items"]] == made[2::-1]
    assert rest["next"] is None


async def test_decisions_are_found_by_rung_outcome_conversation_and_contact(
    client: httpx2.AsyncClient, key: Headers, bank: Company, say: Say
) -> None:
    card = await say("where is my card", who="ann")
    await say("colourless green ideas", who="bo")

    async def found(**params: str) -> list[str]:
        answer = (await client.get("/v1/decisions", params=params, headers=key)).json()
        return [item["message_id"] for item in answer["items"]]

    mine = [str(card.message.id)]
    assert await found(rung="rules") == mine
    assert await found(outcome="answered") == mine
    assert await found(conversation_id=str(card.message.conversation_id)) == mine
    assert await found(contact_id=str(card.message.contact_id)) == mine
    assert await found(rung="llm") == []
    assert len(await found()) == 2


async def test_a_decision_shows_every_rung(client: httpx2.AsyncClient, key: Headers, bank: Company, say: Say) -> None:
    decision = (await say("block it")).answer.decision
    assert decision is not None
    shown = (await client.get(f"/v1/decisions/{decision.id}", headers=key)).json()
    assert shown["path"] == decision.choice.path
    assert [rung["rung"] for rung in shown["rungs"]] == ["company_qa", "trade_qa", "rules", "semantic", "llm"]
    rules = shown["rungs"][2]
    assert (rules["verdict"], rules["reason"], rules["threshold"]) == ("abstained", "ambiguous", 0.7)
    assert rules["best"]["matched"] == rules["second"]["matched"] == "block it"
    assert [option["title"] for option in shown["offered"]] == ["freeze card", "cancel card"]


async def test_another_companys_decision_is_not_found(
    client: httpx2.AsyncClient, product: Product, other_company: Company, bank: Company, say: Say
) -> None:
    decision = (await say("where is my card")).answer.decision
    assert decision is not None
    stranger = Principal("test", other_company.id, frozenset({Permission.DECISION_READ}))
    _, token = await product.access.create_key(
        stranger, name="x", permissions=stranger.permissions, company_id=other_company.id
    )
    theirs = {"Authorization": f"Bearer {token}"}
    assert (await client.get(f"/v1/decisions/{decision.id}", headers=theirs)).status_code == 404
    assert (await client.get("/v1/decisions", headers=theirs)).json()["items"] == []


async def test_bad_queries_are_refused_by_field(client: httpx2.AsyncClient, key: Headers, bank: Company) -> None:
    for params in ({"limit": 0}, {"limit": 201}, {"rung": "attic"}, {"before": "x"}, {"outcome": "luck"}):
        answer = await client.get("/v1/decisions", params=params, headers=key)
        assert answer.status_code == 422
        assert answer.json()["problems"][0]["field"] == f"query.{next(iter(params))}"
    answer = await client.get(f"/v1/decisions/{uuid4()}", headers=key)
    assert answer.json()["code"] == "decision_not_found"

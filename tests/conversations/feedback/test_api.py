"""The routes of feedback: open to whoever holds a token, and the company's own."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.seeding import Seeded, seed_company
from understudy.wiring.product import Product

SUBMIT = "/v1/public/feedback"


@pytest.fixture
async def seeded(product: Product) -> Seeded:
    return await seed_company(product)


@pytest.fixture
async def said(client: httpx2.AsyncClient, seeded: Seeded) -> dict[str, Any]:
    """What came of a message."""
    body = {"text": "where is my card", "contact": {"value": "ann"}}
    answer: dict[str, Any] = (await client.post("/v1/messages", json=body, headers=seeded.headers)).json()
    return answer


async def test_a_contact_says_what_it_thinks_without_a_key(
    client: httpx2.AsyncClient, seeded: Seeded, said: dict[str, Any]
) -> None:
    token = said["feedback_token"]
    kept = await client.post(SUBMIT, json={"token": token, "is_helpful": False, "comment": "Still nothing."})
    assert kept.status_code == 200
    assert kept.json() == {"is_kept": True, "is_helpful": False, "rating": None, "comment": "Still nothing."}
    page = (await client.get("/v1/feedback", headers=seeded.headers, params={"is_helpful": "false"})).json()
    assert [one["message_id"] for one in page["items"]] == [said["reply_id"]]
    assert page["next"] is None
    assert (await client.post(SUBMIT, json={"token": token})).json()["is_kept"] is False
    assert (await client.get("/v1/feedback", headers=seeded.headers)).json()["items"] == []


async def test_what_is_wrong_is_said(client: httpx2.AsyncClient, said: dict[str, Any]) -> None:
    refused = await client.post(SUBMIT, json={"token": "x" * 64, "is_helpful": True})
    assert (refused.status_code, refused.json()["code"]) == (403, "feedback_token_refused")
    bad = await client.post(SUBMIT, json={"token": said["feedback_token"], "rating": 9})
    assert bad.status_code == 422
    assert (await client.post(SUBMIT, json={"is_helpful": True})).status_code == 422


async def test_people_correct_and_list(client: httpx2.AsyncClient, seeded: Seeded, said: dict[str, Any]) -> None:
    body = {"is_right": False, "right_key": "scenario:Small bank/lost_card", "reason": "lost, not late"}
    made = await client.put(f"/v1/corrections/{said['reply_id']}", json=body, headers=seeded.headers)
    assert made.status_code == 200
    assert made.json()["message_id"] == said["message_id"]
    page = (await client.get("/v1/corrections", headers=seeded.headers)).json()
    assert [one["right_key"] for one in page["items"]] == [body["right_key"]]
    bad = await client.put(
        f"/v1/corrections/{said['message_id']}", json=body | {"right_key": "lost_card"}, headers=seeded.headers
    )
    assert (bad.status_code, bad.json()["problems"][0]["field"]) == (422, "right_key")


async def test_a_repeated_message_has_the_same_token(client: httpx2.AsyncClient, seeded: Seeded) -> None:
    body = {"text": "where is my card", "contact": {"value": "ann"}, "external_id": "m1"}
    answers = [(await client.post("/v1/messages", json=body, headers=seeded.headers)).json() for _ in range(2)]
    assert answers[0]["feedback_token"] == answers[1]["feedback_token"] is not None

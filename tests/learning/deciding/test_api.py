"""Suggestions and savings over HTTP."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import FastAPI

from tests.learning.suggesting import Loop, examples, suggest
from tests.seeding import Seeded
from understudy.learning.domain import Status
from understudy.learning.editing import from_document
from understudy.web import create_app
from understudy.wiring.product import Product


@pytest.fixture
async def app(product: Product, loop: Loop) -> FastAPI:
    """The application with twins for what judges suggestions."""
    learning = replace(product.learning, deciding=loop.services)
    return create_app(replace(product, learning=learning))


async def test_from_the_list_to_the_saving(
    client: httpx2.AsyncClient, product: Product, seeded: Seeded, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "is my card on its way"))
    listed = (await client.get("/v1/suggestions", params={"status": "pending"}, headers=seeded.headers)).json()
    assert [item["id"] for item in listed["items"]] == [str(one)]
    assert listed["next"] is None
    shown = (await client.get(f"/v1/suggestions/{one}", headers=seeded.headers)).json()
    assert shown["diff"] == [
        {"sign": "+", "scenario": "card_arrival", "kind": "example", "text": "is my card on its way"}
    ]
    body = {"revision": shown["revision"], "reason": "yes"}
    applied = await client.post(f"/v1/suggestions/{one}/approve", json=body, headers=seeded.headers)
    assert applied.status_code == 200, applied.text
    assert (applied.json()["status"], applied.json()["applied_version"]) == ("applied", 2)
    assert applied.json()["backtest"]["newly_caught"] == 20
    reverted = await client.post(f"/v1/suggestions/{one}/revert", json={"reason": "no"}, headers=seeded.headers)
    assert reverted.json()["status"] == "reverted"
    again = await client.post(f"/v1/suggestions/{one}/propose-again", json={}, headers=seeded.headers)
    assert again.json()["status"] == "collecting"
    savings = (await client.get("/v1/savings", params={"by": "suggestion"}, headers=seeded.headers)).json()
    assert len(savings["bill"]) == 6


async def test_an_edit_that_is_sent_back_changed_is_what_is_applied(
    client: httpx2.AsyncClient, product: Product, seeded: Seeded, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "first", "second"))
    shown = (await client.get(f"/v1/suggestions/{one}", headers=seeded.headers)).json()
    edit = shown["edit"]
    edit["scenarios"][0]["examples"] = ["second"]
    applied = await client.post(f"/v1/suggestions/{one}/approve", json={"edit": edit}, headers=seeded.headers)
    assert applied.status_code == 200, applied.text
    assert from_document(applied.json()["edit"]) == examples(template_id, "second")


@pytest.mark.parametrize(
    "edit", [{}, {"template_id": "x"}, {"scenarios": 3}, {"template_id": str(uuid4()), "added": [1]}]
)
async def test_what_is_no_edit_is_refused(
    client: httpx2.AsyncClient, product: Product, seeded: Seeded, template_id: UUID, edit: dict[str, object]
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "first"))
    answer = await client.post(f"/v1/suggestions/{one}/approve", json={"edit": edit}, headers=seeded.headers)
    assert (answer.status_code, answer.json()["problems"][0]["field"]) == (422, "edit")


async def test_several_at_once_each_with_what_came_of_it(
    client: httpx2.AsyncClient, product: Product, seeded: Seeded, template_id: UUID
) -> None:
    good = await suggest(product, seeded.company.id, examples(template_id, "is my card on its way"))
    done = await suggest(product, seeded.company.id, examples(template_id, "x"), status=Status.REJECTED)
    body = {"suggestions": [{"id": str(good), "revision": 1}, {"id": str(done)}, {"id": str(uuid4())}]}
    answer = (await client.post("/v1/suggestions/approve", json=body, headers=seeded.headers)).json()
    assert [item["error"] for item in answer["items"]] == [None, "suggestion_decided", "suggestion_not_found"]
    for verb, reason, expected in (("save", "", "suggestion_decided"), ("reject", "no", "suggestion_decided")):
        one = {"suggestions": [{"id": str(done)}], "reason": reason}
        answer = (await client.post(f"/v1/suggestions/{verb}", json=one, headers=seeded.headers)).json()
        assert answer["items"][0]["error"] == expected


async def test_conflicts_are_told_as_such(
    client: httpx2.AsyncClient, product: Product, seeded: Seeded, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "x"), revision=4, status=Status.HELD)
    moved = await client.post(f"/v1/suggestions/{one}/approve", json={"revision": 3}, headers=seeded.headers)
    assert (moved.status_code, moved.json()["code"]) == (409, "suggestion_moved")
    held = await client.post(f"/v1/suggestions/{one}/approve", json={}, headers=seeded.headers)
    assert (held.status_code, held.json()["code"]) == (409, "suggestion_held")
    applied = await client.post(f"/v1/suggestions/{one}/revert", json={}, headers=seeded.headers)
    assert (applied.status_code, applied.json()["code"]) == (409, "suggestion_decided")
    nothing = await client.post(f"/v1/suggestions/{one}/reject", json={}, headers=seeded.headers)
    assert nothing.status_code == 422

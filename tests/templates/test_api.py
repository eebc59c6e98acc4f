"""The routes of templates, lists, overlays and questions."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from tests.conftest import PLATFORM
from understudy.companies.domain import Company
from understudy.companies.permissions import COMPANY_PERMISSIONS
from understudy.wiring.product import Product

Headers = dict[str, str]
CARD = {
    "name": "card_arrival",
    "triggers": ["where is my card"],
    "examples": ["I am still waiting on my card"],
    "replies": [{"short": "3 to 5 days.", "full": "Cards take 3 to 5 working days."}],
}
BANK = {"name": "Retail bank", "trade": "banking", "categories": [{"name": "Cards", "scenarios": [CARD]}]}
HOURS = {"question": "When are you open?", "variants": ["opening hours"], "reply": {"full": "From 9 to 5."}}
YAML = b"""
format: understudy/template/1
name: Retail bank
trade: banking
categories:
  - name: Cards
    scenarios:
      - {name: card_arrival, triggers: [where is my card], replies: [{full: Soon.}]}
"""


@pytest.fixture
async def other_key(product: Product, other_company: Company) -> Headers:
    """The header of a key that may do everything in the other company."""
    _, token = await product.access.create_key(
        PLATFORM, name="other", permissions=COMPANY_PERMISSIONS, company_id=other_company.id
    )
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
async def published(client: httpx2.AsyncClient, key: Headers) -> str:
    """A published template of the company."""
    made = await client.post("/v1/templates", json=BANK, headers=key)
    assert made.status_code == 201, made.text
    address = f"/v1/templates/{made.json()['id']}"
    answer = await client.post(f"{address}/publish", json={"note": "first"}, headers=key)
    assert answer.status_code == 201, answer.text
    return address


async def test_a_template_from_draft_to_version(client: httpx2.AsyncClient, key: Headers, published: str) -> None:
    shown = (await client.get(published, headers=key)).json()
    assert (shown["owner"], shown["newest_version"], shown["serving_version"]) == ("you", 1, 1)
    document = (await client.get(f"{published}/versions/1/document", headers=key)).json()
    assert document["categories"][0]["scenarios"][0]["triggers"] == CARD["triggers"]
    again = await client.post(f"{published}/publish", json={}, headers=key)
    assert (again.status_code, again.json()["code"]) == (409, "nothing_changed")

    seen = (await client.get(f"{published}/draft/scenarios/card_arrival", headers=key)).json()
    change = {
        "scenario": CARD | {"priority": 2},
        "category": "Cards",
        "expected_revision": seen["edited"]["revision"],
    }
    answer = await client.put(f"{published}/draft/scenarios/card_arrival", json=change, headers=key)
    assert answer.status_code == 200, answer.text
    answer = await client.put(f"{published}/draft/scenarios/card_arrival", json=change, headers=key)
    assert (answer.status_code, answer.json()["code"]) == (409, "draft_moved")
    assert "key:test" in answer.json()["detail"]
    found = (await client.get(f"{published}/diff", params={"before": 1}, headers=key)).json()
    assert [change["subject"] for change in found["changes"]] == ["scenario card_arrival"]

    assert (await client.post(f"{published}/publish", json={}, headers=key)).status_code == 201
    back = await client.post(f"{published}/rollback", json={"version": 1}, headers=key)
    assert back.json()["version"] == 3
    page = (await client.get(f"{published}/versions", params={"limit": 2}, headers=key)).json()
    assert ([one["version"] for one in page["items"]], page["next"]) == ([3, 2], 2)


async def test_faults_name_their_places(client: httpx2.AsyncClient, key: Headers) -> None:
    wrong = CARD | {"triggers": ["/(a+)\\1/"], "replies": [{"full": ""}]}
    body = BANK | {"categories": [{"name": "Cards", "scenarios": [wrong, CARD]}]}
    answer = await client.post("/v1/templates", json=body, headers=key)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_template")
    assert {problem["field"] for problem in answer.json()["problems"]} == {
        "categories[0].scenarios[0].triggers[0]",
        "categories[0].scenarios[0].replies[0]",
        "categories[0].scenarios[1].name",
    }


async def test_a_file_is_imported_and_exported(client: httpx2.AsyncClient, key: Headers) -> None:
    files = {"files": ("bank.template.yaml", YAML)}
    answer = await client.post("/v1/templates/import", files=files, headers=key)
    assert answer.status_code == 200, answer.text
    address = f"/v1/templates/{answer.json()['template']['id']}"
    again = await client.post("/v1/templates/import", files=files, headers=key)
    assert (again.json()["is_new"], again.json()["revision"]) == (False, 2)
    await client.post(f"{address}/publish", json={}, headers=key)
    exported = await client.get(f"{address}/versions/1/export", params={"format": "json"}, headers=key)
    assert exported.headers["content-type"].startswith("application/json")
    assert exported.json()["name"] == "Retail bank"
    second = await client.post(
        "/v1/templates/import",
        files={"files": ("x.yaml", (await client.get(f"{address}/versions/1/export", headers=key)).content)},
        headers=key,
    )
    assert second.json()["is_new"] is False


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.yaml", "name: caf\xe9".encode("latin-1"), "unreadable_file"),
        ("x.bin", bytes(range(256)), "unreadable_file"),
        ("x.yaml", b"format: understudy/template/1\nname: A\ntrade: b\nsurprise: 1\n", "invalid_template"),
    ],
)
async def test_files_that_cannot_be_taken_say_why(
    client: httpx2.AsyncClient, key: Headers, name: str, content: bytes, code: str
) -> None:
    answer = await client.post("/v1/templates/import", files={"files": (name, content)}, headers=key)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["remedy"]
    assert (await client.get("/v1/templates", headers=key)).json()["items"] == []


async def test_another_companys_things_do_not_exist(
    client: httpx2.AsyncClient, key: Headers, other_key: Headers, published: str
) -> None:
    qa = (await client.post("/v1/qa", json={"questions": [HOURS]}, headers=key)).json()[0]["id"]
    template_id = published.rsplit("/", 1)[1]
    overlay = {"changes": [], "expected_version": 0}
    changed = HOURS | {"expected_revision": 1}
    for method, path, body in (
        ("GET", published, None),
        ("GET", f"{published}/draft", None),
        ("GET", f"{published}/versions", None),
        ("GET", f"{published}/versions/1/document", None),
        ("GET", f"{published}/diff?before=1", None),
        ("POST", f"{published}/publish", {}),
        ("POST", f"{published}/rollback", {"version": 1}),
        ("PUT", f"{published}/sharing", {"is_shared": True}),
        ("POST", f"{published}/archive", None),
        ("DELETE", published, None),
        ("PUT", f"/v1/following/{template_id}", {}),
        ("PUT", f"/v1/overlays/{template_id}", overlay),
        ("GET", f"/v1/qa/{qa}", None),
        ("PUT", f"/v1/qa/{qa}", changed),
        ("DELETE", f"/v1/qa/{qa}?expected_revision=1", None),
    ):
        answer = await client.request(method, path, json=body, headers=other_key)
        assert answer.status_code == 404, f"{method} {path}: {answer.status_code} {answer.text}"
    assert (await client.get("/v1/templates", headers=other_key)).json()["items"] == []
    assert (await client.get("/v1/qa", headers=other_key)).json()["items"] == []


async def test_what_the_platform_owns_needs_the_platforms_key(
    client: httpx2.AsyncClient, key: Headers, platform_key: Headers
) -> None:
    made = await client.post("/v1/content/templates", json=BANK, headers=platform_key)
    assert made.status_code == 201
    address = made.json()["id"]
    assert (await client.post(f"/v1/content/templates/{address}/publish", json={}, headers=key)).status_code == 403
    own = await client.post(f"/v1/templates/{address}/publish", json={}, headers=key)
    assert (own.status_code, own.json()["code"]) == (403, "not_owner")
    answer = await client.post(f"/v1/content/templates/{address}/publish", json={}, headers=platform_key)
    assert answer.status_code == 201
    followed = await client.put(f"/v1/following/{address}", json={}, headers=key)
    assert followed.json()[0]["template"]["owner"] == "platform"
    gone = await client.delete(f"/v1/content/templates/{address}", headers=platform_key)
    assert (gone.status_code, gone.json()["code"]) == (409, "template_in_use")
    assert "harbour-bank" in gone.json()["detail"]


async def test_lists_and_overlays(client: httpx2.AsyncClient, key: Headers, published: str) -> None:
    template_id = published.rsplit("/", 1)[1]
    followed = (await client.put(f"/v1/following/{template_id}", json={"version": 1}, headers=key)).json()
    assert (followed[0]["pinned_version"], followed[0]["is_fitted"]) == (1, False)
    empty = (await client.get(f"/v1/overlays/{template_id}", headers=key)).json()
    assert (empty["version"], empty["changes"]) == (0, [])
    hide = {"changes": [{"kind": "hide", "scenario_name": "card_arrival"}], "expected_version": 0}
    saved = await client.put(f"/v1/overlays/{template_id}", json=hide, headers=key)
    assert saved.json()["version"] == 1
    assert (await client.put(f"/v1/overlays/{template_id}", json=hide, headers=key)).status_code == 409
    assert len((await client.get(f"/v1/overlays/{template_id}/versions", headers=key)).json()) == 1
    unknown = {"changes": [{"kind": "hide", "scenario_name": "nothing"}], "expected_version": 1}
    answer = await client.put(f"/v1/overlays/{template_id}", json=unknown, headers=key)
    assert answer.json()["problems"][0]["field"] == "changes[0].scenario_name"
    assert (await client.put("/v1/following/order", json={"order": [template_id]}, headers=key)).status_code == 200
    assert (await client.put(f"/v1/following/{template_id}/pin", json={"version": None}, headers=key)).json()
    assert (await client.delete(f"/v1/following/{template_id}", headers=key)).json() == []


async def test_questions_of_the_company_and_of_the_trade(
    client: httpx2.AsyncClient, key: Headers, platform_key: Headers
) -> None:
    own = (await client.post("/v1/qa", json={"questions": [HOURS]}, headers=key)).json()[0]
    twice = await client.post("/v1/qa", json={"questions": [HOURS]}, headers=key)
    assert (twice.status_code, twice.json()["code"]) == (409, "question_exists")
    changed = HOURS | {"question": "Are you open now?", "expected_revision": 1}
    assert (await client.put(f"/v1/qa/{own['id']}", json=changed, headers=key)).json()["edited"]["revision"] == 2
    assert (await client.put(f"/v1/qa/{own['id']}", json=changed, headers=key)).status_code == 409
    gone = await client.delete(f"/v1/qa/{own['id']}", params={"expected_revision": 2}, headers=key)
    assert gone.status_code == 204

    body, trade = {"questions": [HOURS]}, {"trade": "banking"}
    assert (await client.post("/v1/content/trade-qa", params=trade, json=body, headers=key)).status_code == 403
    shared = (await client.post("/v1/content/trade-qa", params=trade, json=body, headers=platform_key)).json()[0]
    address = f"/v1/trade-qa/{shared['id']}"
    override = await client.put(f"{address}/answer", json={"full": "With us from 8."}, headers=key)
    assert override.json()["override"]["full"] == "With us from 8."
    assert (await client.post(f"{address}/hide", headers=key)).json()["is_hidden"] is True
    assert (await client.delete(f"{address}/answer", headers=key)).json()["is_hidden"] is False
    assert len((await client.get("/v1/trade-qa", headers=key)).json()["items"]) == 1
    listed = await client.get("/v1/content/trade-qa", params=trade, headers=platform_key)
    assert len(listed.json()["items"]) == 1


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "x" * 3_000, "\ud800"])
async def test_strange_texts_are_refused_not_stumbled_over(
    client: httpx2.AsyncClient, key: Headers, published: str, text: str
) -> None:
    bodies: list[tuple[str, str, Any]] = [
        ("POST", "/v1/templates", BANK | {"name": text}),
        ("POST", "/v1/templates", BANK | {"trade": text}),
        ("POST", "/v1/qa", {"questions": [HOURS | {"question": text}]}),
        ("POST", f"{published}/publish", {"note": text}),
        ("POST", f"{published}/draft/scenarios", {"scenario": CARD | {"name": text}, "category": "Cards"}),
        ("POST", f"{published}/draft/scenarios", {"scenario": CARD | {"name": "new"}, "category": text}),
    ]
    for method, path, body in bodies:
        content = json.dumps(body)
        answer = await client.request(method, path, content=content, headers=key | {"content-type": "application/json"})
        assert answer.status_code == 422, f"{method} {path}: {answer.status_code} {answer.text[:200]}"
    for path in (f"{published}/draft/scenarios", f"{published}/draft/scenarios/a%00b", "/v1/templates/import"):
        answer = await client.get(path, params={"after": "a\x00"}, headers=key)
        assert answer.status_code in {404, 422}

"""Notices and the webhook over HTTP."""

from __future__ import annotations

import httpx2
import pytest

from understudy.companies.domain import Company
from understudy.infra.system import new_id
from understudy.llm.events import BudgetReached, HoldTooSmall, ProviderDown
from understudy.monitoring.service import Notices
from understudy.monitoring.wording import put_into_words

Key = dict[str, str]


@pytest.fixture
async def three(notices: Notices, company: Company) -> None:
    """A notice of each severity but one, the platform's among them."""
    for event in (
        BudgetReached(company.id, "answering", "2026-11", 80),
        HoldTooSmall(company.id, "openai/m", 1, 2),
        ProviderDown(None, new_id(), "openai", "timed_out"),
    ):
        await notices.hear(new_id(), put_into_words(event))


@pytest.mark.usefixtures("three")
async def test_notices_are_listed_filtered_and_seen(client: httpx2.AsyncClient, key: Key) -> None:
    listed = (await client.get("/v1/notices", headers=key)).json()
    assert [(one["code"], one["is_platform"]) for one in listed["items"]] == [
        ("LLM_DOWN", True),
        ("HOLD_TOO_SMALL", False),
        ("BUDGET_80", False),
    ]
    first = (await client.get("/v1/notices", headers=key, params={"limit": 1})).json()
    rest = (await client.get("/v1/notices", headers=key, params={"before": first["next"]})).json()
    assert first["items"] + rest["items"] == listed["items"]
    critical = await client.get("/v1/notices", headers=key, params={"severity": "critical"})
    assert [one["code"] for one in critical.json()["items"]] == ["LLM_DOWN"]

    seen = await client.post(f"/v1/notices/{listed['items'][1]['id']}/seen", headers=key)
    assert (seen.status_code, seen.json()["seen_by"]) == (200, "key:test")
    platforms = await client.post(f"/v1/notices/{listed['items'][0]['id']}/seen", headers=key)
    assert (platforms.status_code, platforms.json()["code"]) == (404, "notice_not_found")
    left = await client.get("/v1/notices", headers=key, params={"seen": False})
    assert [one["code"] for one in left.json()["items"]] == ["LLM_DOWN", "BUDGET_80"]


async def test_a_webhook_inside_is_refused_and_one_outside_gets_a_secret_once(
    client: httpx2.AsyncClient, key: Key
) -> None:
    inside = await client.put("/v1/notices/webhook", headers=key, json={"url": "http://127.0.0.1:8080/"})
    assert (inside.status_code, inside.json()["code"]) == (422, "address_refused")
    wrong = await client.put("/v1/notices/webhook", headers=key, json={"url": "nonsense"})
    assert (wrong.status_code, wrong.json()["problems"][0]["field"]) == (422, "webhook_url")
    assert (await client.post("/v1/notices/webhook/test", headers=key)).json()["code"] == "no_webhook"

    outside = {"url": "https://192.0.2.1.invalid/hook"}
    made = (await client.put("/v1/notices/webhook", headers=key, json=outside)).json()
    assert made["secret"]
    assert (await client.put("/v1/notices/webhook", headers=key, json=outside)).json()["secret"] is None
    settings = (await client.get("/v1/settings", headers=key)).json()["settings"]["notices"]
    assert settings == {"webhook_url": outside["url"]}
    fresh = (await client.post("/v1/notices/webhook/secret", headers=key)).json()["secret"]
    assert fresh != made["secret"]
    tested = await client.post("/v1/notices/webhook/test", headers=key)
    assert (tested.status_code, tested.json()["code"]) == (503, "webhook_failed")

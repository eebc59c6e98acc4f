"""The routes of companies, settings, keys and the audit log."""

from __future__ import annotations

import httpx2

from understudy.companies.domain import Company
from understudy.wiring.product import Product

Headers = dict[str, str]


async def test_a_platform_key_makes_and_archives_companies(client: httpx2.AsyncClient, platform_key: Headers) -> None:
    body = {"slug": "northwind", "name": "Northwind", "trade": "hvac"}
    made = await client.post("/v1/companies", json=body, headers=platform_key)
    assert made.status_code == 201
    assert (await client.post("/v1/companies", json=body, headers=platform_key)).status_code == 409
    listed = (await client.get("/v1/companies", headers=platform_key)).json()
    assert [item["slug"] for item in listed["items"]] == ["northwind"]
    assert (await client.delete("/v1/companies/northwind", headers=platform_key)).status_code == 204
    assert (await client.get("/v1/companies/northwind", headers=platform_key)).status_code == 404


async def test_an_archived_company_is_brought_back_with_its_keys(
    client: httpx2.AsyncClient, platform_key: Headers, key: Headers, company: Company
) -> None:
    place = f"/v1/companies/{company.slug}"
    await client.delete(place, headers=platform_key)
    assert (await client.get("/v1/company", headers=key)).status_code == 401
    assert (await client.post(f"{place}/restore", headers=key)).status_code == 401
    restored = await client.post(f"{place}/restore", headers=platform_key)
    assert (restored.status_code, restored.json()["slug"], restored.json()["archived_at"]) == (200, company.slug, None)
    assert (await client.get("/v1/company", headers=key)).status_code == 200
    assert (await client.get(place, headers=platform_key)).status_code == 200


async def test_bringing_back_is_audited_once_and_needs_the_right(
    client: httpx2.AsyncClient, platform_key: Headers, key: Headers, company: Company
) -> None:
    place = f"/v1/companies/{company.slug}/restore"
    assert (await client.post(place, headers=key)).status_code == 403
    await client.delete(f"/v1/companies/{company.slug}", headers=platform_key)
    for _ in range(2):
        assert (await client.post(place, headers=platform_key)).status_code == 200
    entries = (await client.get("/v1/audit", headers=key, params={"action": "company.restored"})).json()
    assert [(one["actor"], one["subject"]) for one in entries] == [("key:test", company.slug)]
    unknown = await client.post("/v1/companies/nobody/restore", headers=platform_key)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "company_not_found")


async def test_without_a_key_the_answer_is_401_as_problem_json(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/settings")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "key_unknown"


async def test_a_company_key_cannot_manage_companies(client: httpx2.AsyncClient, key: Headers) -> None:
    assert (await client.get("/v1/companies", headers=key)).status_code == 403


async def test_settings_faults_name_the_fields(client: httpx2.AsyncClient, key: Headers) -> None:
    answer = await client.patch("/v1/settings", json={"settings": {"profile": {"timezone": "Mars"}}}, headers=key)
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == "profile.timezone"


async def test_a_key_is_shown_once_and_works_until_revoked(client: httpx2.AsyncClient, key: Headers) -> None:
    made = (await client.post("/v1/keys", json={"name": "site", "permissions": ["settings:read"]}, headers=key)).json()
    mine = {"Authorization": f"Bearer {made['token']}"}
    assert (await client.get("/v1/settings", headers=mine)).status_code == 200
    assert (await client.get("/v1/keys", headers=mine)).status_code == 403
    listed = (await client.get("/v1/keys", headers=key)).text
    assert made["token"] not in listed
    assert (await client.delete(f"/v1/keys/{made['id']}", headers=key)).status_code == 204
    assert (await client.get("/v1/settings", headers=mine)).status_code == 401


async def test_a_key_cannot_make_one_that_may_more(
    client: httpx2.AsyncClient, key: Headers, product: Product, company: Company
) -> None:
    small = await client.post("/v1/keys", json={"name": "k", "permissions": ["key:manage"]}, headers=key)
    mine = {"Authorization": f"Bearer {small.json()['token']}"}
    answer = await client.post("/v1/keys", json={"name": "x", "permissions": ["settings:edit"]}, headers=mine)
    assert answer.status_code == 403


async def test_the_audit_log_shows_who_did_what(client: httpx2.AsyncClient, key: Headers) -> None:
    await client.patch("/v1/settings", json={"settings": {"profile": {"language": "fr"}}}, headers=key)
    entries = (await client.get("/v1/audit", headers=key)).json()
    assert entries[0]["action"] == "settings.changed"
    assert entries[0]["actor"] == "key:test"


async def test_requests_are_measured_by_their_route(client: httpx2.AsyncClient, key: Headers) -> None:
    await client.get("/v1/settings", headers=key)
    metrics = (await client.get("/metrics")).text
    assert 'understudy_http_request_seconds_count{route="/v1/settings",status="200"}' in metrics
    assert 'understudy_cache_lookups_total{cache="company",outcome="hit"}' in metrics

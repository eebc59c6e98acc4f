"""Incident 20, role escalation and hashes in responses: nobody gives itself more, and no response holds a secret.

Taken out to see it fail: the check of permissions in `Access.create_key`, and `extra="forbid"` on the bodies.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tools.make_openapi import document
from understudy.companies.domain import Company, Principal
from understudy.companies.permissions import Permission
from understudy.wiring.product import Product

Headers = dict[str, str]
SECRETS = ("hash", "secret", "password", "token", "embedding")
SHOWN = {"KeyMade.token", "AuditView.hash"}
"""A new key is shown once; the hash of an audit entry is there to be checked."""


def fields(schema: Any, path: str) -> Iterator[str]:
    for name, value in schema.get("properties", {}).items():
        yield f"{path}.{name}"
        yield from fields(value, f"{path}.{name}")


def test_no_response_has_a_field_for_a_secret() -> None:
    schemas = json.loads(document())["components"]["schemas"]
    found = {path for name, schema in schemas.items() for path in fields(schema, name)}
    assert {path for path in found if any(word in path.rsplit(".", 1)[1] for word in SECRETS)} == SHOWN


async def test_the_hash_of_a_key_is_never_in_a_response(client: httpx2.AsyncClient, key: Headers) -> None:
    made = (await client.post("/v1/keys", json={"name": "k", "permissions": ["message:send"]}, headers=key)).json()
    for path in ("/v1/keys", "/v1/audit", "/v1/settings", "/v1/company"):
        assert made["token"] not in (await client.get(path, headers=key)).text


async def small_key(product: Product, company: Company, *permissions: Permission) -> Headers:
    principal = Principal("test", None, frozenset(Permission))
    _, token = await product.access.create_key(
        principal, name="small", permissions=frozenset(permissions), company_id=company.id
    )
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("wanted", sorted(set(Permission) - {Permission.KEY_MANAGE}))
async def test_a_key_cannot_make_one_that_may_more_than_itself(
    product: Product, company: Company, client: httpx2.AsyncClient, wanted: Permission
) -> None:
    mine = await small_key(product, company, Permission.KEY_MANAGE)
    answer = await client.post("/v1/keys", json={"name": "x", "permissions": [wanted]}, headers=mine)
    assert answer.status_code in (403, 422)


@pytest.mark.parametrize(
    "extra", [{"company_id": None}, {"is_admin": True}, {"token": "usk_mine"}, {"permissions": ["*"]}]
)
async def test_a_field_that_is_not_the_callers_to_set_is_refused(
    client: httpx2.AsyncClient, key: Headers, extra: dict[str, Any]
) -> None:
    body = {"name": "x", "permissions": ["message:send"]} | extra
    assert (await client.post("/v1/keys", json=body, headers=key)).status_code == 422


@pytest.mark.parametrize("extra", [{"archived_at": None}, {"settings_version": 1}, {"id": "x"}, {"slug": "other"}])
async def test_a_company_cannot_be_given_fields_that_the_product_keeps(
    client: httpx2.AsyncClient, platform_key: Headers, company: Company, extra: dict[str, Any]
) -> None:
    answer = await client.patch(f"/v1/companies/{company.slug}", json={"name": "New"} | extra, headers=platform_key)
    assert answer.status_code == 422
    assert (await client.get(f"/v1/companies/{company.slug}", headers=platform_key)).json()["name"] == company.name

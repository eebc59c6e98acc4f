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
SECRETS = ("hash", "secret", "password", "token", "embedding", "key", "sealed")
"""Words that the name of a secret ends in, or is; `first_token_seconds` and `input_tokens` are none."""
SHOWN = {"KeyMade.token", "AuditView.hash", "SecretMade.secret", "WebhookView.secret", "AnswerView.feedback_token"}
"""A new key, or a new secret of a webhook, is shown once; the hash of an audit entry is there to be checked; with the
token that goes out beside a reply its contact says what it thinks of that reply, and can do nothing else."""
GIVEN = {"NewProviderBody.key", "ProviderChangeBody.key", "FeedbackBody.token"}
"""What callers send, which no response holds."""
NO_SECRETS = {
    "ProviderView.has_key",
    *("CandidateView.key", "OptionView.key", "ScoredView.key", "ClimbedView.key", "TaskView.key"),
    *("CorrectionBody.right_key", "CorrectionView.right_key"),
    *("UsageLineView.key", "SavingLineView.key"),
}
"""Whether there is a key, and the names of scenarios, choices and groups."""


def fields(schema: Any, path: str) -> Iterator[str]:
    for name, value in schema.get("properties", {}).items():
        yield f"{path}.{name}"
        yield from fields(value, f"{path}.{name}")


def test_no_response_has_a_field_for_a_secret() -> None:
    schemas = json.loads(document())["components"]["schemas"]
    found = {path for name, schema in schemas.items() for path in fields(schema, name)}
    secret = {path for path in found if path.rsplit(".", 1)[1].split("_")[-1] in SECRETS or ".sealed" in path}
    assert secret - GIVEN - NO_SECRETS == SHOWN


def test_what_callers_send_is_in_no_response() -> None:
    described = json.loads(document())
    responses = [json.dumps(method["responses"]) for path in described["paths"].values() for method in path.values()]
    for body in ("NewProviderBody", "ProviderChangeBody"):
        assert body in described["components"]["schemas"]
        assert not [one for one in responses if f"/{body}" in one]


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

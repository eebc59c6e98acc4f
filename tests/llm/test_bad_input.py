"""Bad input to the paid side over HTTP: each is refused before anything is kept, naming the field and what to do."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from understudy.companies.domain import Company, Principal
from understudy.companies.permissions import COMPANY_PERMISSIONS
from understudy.wiring.product import Product

Headers = dict[str, str]
OPENAI = {"name": "openai", "dialect": "openai", "key": "sk-1"}
VLLM = {
    "name": "vllm",
    "dialect": "openai_compatible",
    "base_url": "http://8.8.8.8:8000/v1",
    "tiers": {"small": "qwen"},
    "prices": {"qwen": {"input": 0, "output": 0}},
}
HUGE = 10**30


def problem(answer: httpx2.Response, field: str) -> dict[str, Any]:
    """The problem about a field, of a refusal."""
    assert answer.status_code == 422, (answer.status_code, answer.text)
    told = answer.json()
    found = [one for one in told["problems"] if one["field"].removeprefix("body.").startswith(field)]
    assert found, told
    return {**found[0], "remedy": found[0]["remedy"] or told["remedy"]}


@pytest.mark.parametrize(
    ("changes", "field", "remedy"),
    [
        ({"tiers": {"small": "no-such-model"}}, "prices.no-such-model", "give the price"),
        ({"key": ""}, "key", "make one at the provider"),
        ({"key": "two words"}, "key", "paste it again"),
        ({"name": "Open AI"}, "name", "such as openai"),
        ({"position": -1}, "position", None),
        ({"timeout_seconds": 0}, "timeout_seconds", None),
        ({"timeout_seconds": 10_000}, "timeout_seconds", None),
        ({"first_token_seconds": 31}, "first_token_seconds", None),
        ({"tiers": {"huge": "gpt-4.1"}}, "tiers", None),
        ({"tiers": {"small": "a model"}}, "tiers.small", None),
        ({"prices": {"gpt-4.1": {"input": -1, "output": 0}}}, "prices.gpt-4.1", None),
        ({"prices": {"gpt-4.1": {"input": HUGE, "output": 0}}}, "prices.gpt-4.1", None),
        ({"dialect": "telepathy"}, "dialect", None),
        ({"sealed_key": "x"}, "sealed_key", None),
    ],
)
async def test_a_provider_that_cannot_be(
    client: httpx2.AsyncClient, key: Headers, changes: dict[str, Any], field: str, remedy: str | None
) -> None:
    found = problem(await client.post("/v1/providers", json=OPENAI | changes, headers=key), field)
    assert found["message"]
    assert remedy is None or remedy in found["remedy"]
    assert (await client.get("/v1/providers", headers=key)).json() == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/v1",
        "http://localhost/v1",
        "http://[::1]/v1",
        "http://10.0.0.5/v1",
        "http://0x7f000001/v1",
        "http://169.254.169.254/latest",
        "http://[::ffff:10.0.0.5]/v1",
    ],
)
async def test_an_address_inside(client: httpx2.AsyncClient, key: Headers, url: str) -> None:
    found = problem(await client.post("/v1/providers", json=VLLM | {"base_url": url}, headers=key), "base_url")
    assert "UNDERSTUDY_LLM_ALLOW_INSIDE" in found["remedy"]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://8.8.8.8/v1",
        "8.8.8.8/v1",
        "http://",
        "http://u:p@8.8.8.8/v1",
        "http://8.8.8.8/v1?x=1",
        "http://8.8.8.8:99999",
    ],
)
async def test_an_address_that_is_none(client: httpx2.AsyncClient, key: Headers, url: str) -> None:
    found = problem(await client.post("/v1/providers", json=VLLM | {"base_url": url}, headers=key), "base_url")
    assert found["remedy"]


async def test_a_new_address_needs_the_key_again(client: httpx2.AsyncClient, key: Headers) -> None:
    made = (await client.post("/v1/providers", json=OPENAI, headers=key)).json()
    moved = await client.patch(f"/v1/providers/{made['id']}", json={"base_url": "https://8.8.8.8/v1"}, headers=key)
    assert "give the key again" in problem(moved, "key")["remedy"]


async def test_the_key_of_another_company_opens_nothing(
    client: httpx2.AsyncClient, product: Product, key: Headers, other_company: Company
) -> None:
    made = (await client.post("/v1/providers", json=OPENAI, headers=key)).json()
    elsewhere = Principal("test", other_company.id, COMPANY_PERMISSIONS)
    _, token = await product.access.create_key(
        elsewhere, name="x", permissions=COMPANY_PERMISSIONS, company_id=other_company.id
    )
    stranger = {"Authorization": f"Bearer {token}"}
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/test"), ("POST", "/reset-health")):
        answer = await client.request(method, f"/v1/providers/{made['id']}{path}", json={}, headers=stranger)
        assert answer.status_code == 404, (method, path)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"budget": {"monthly_budget_micros": -1}}, "budget.monthly_budget_micros"),
        ({"budget": {"monthly_budget_micros": HUGE}}, "budget.monthly_budget_micros"),
        ({"budget": {"monthly_budget_micros": 1.5}}, "budget.monthly_budget_micros"),
        ({"budget": {"learning_budget_micros": "a lot"}}, "budget.learning_budget_micros"),
        ({"llm": {"routes": {"small": {"temperature": 2.1}}}}, "llm.routes.small.temperature"),
        ({"llm": {"routes": {"small": {"temperature": "NaN"}}}}, "llm.routes.small.temperature"),
        ({"llm": {"routes": {"large": {"max_output_tokens": 0}}}}, "llm.routes.large.max_output_tokens"),
        ({"llm": {"routes": {"small": {"models": ["just-a-model"]}}}}, "llm.routes.small.models"),
        ({"llm": {"routes": {"cascade_below": 1.1}}}, "llm.routes.cascade_below"),
        ({"llm": {"routes": {"max_attempts": 0}}}, "llm.routes.max_attempts"),
        ({"llm": {"prices": {"openai/gpt-4.1": {"input": -1, "output": 1}}}}, "llm.prices"),
        ({"llm": {"max_input_tokens": 10**9}}, "llm.max_input_tokens"),
    ],
)
async def test_settings_that_cannot_be(
    client: httpx2.AsyncClient, key: Headers, settings: dict[str, Any], field: str
) -> None:
    before = (await client.get("/v1/settings", headers=key)).json()
    assert problem(await client.patch("/v1/settings", json={"settings": settings}, headers=key), field)["message"]
    assert (await client.get("/v1/settings", headers=key)).json() == before


@pytest.mark.parametrize(
    ("asked", "code", "remedy"),
    [
        ({"model": "gpt-9"}, "no_price", "give its price"),
        ({"model": "x" * 121}, "invalid", None),
    ],
)
async def test_a_test_of_a_model_that_cannot_be_paid_for(
    client: httpx2.AsyncClient, key: Headers, asked: dict[str, str], code: str, remedy: str | None
) -> None:
    made = (await client.post("/v1/providers", json=OPENAI, headers=key)).json()
    told = (await client.post(f"/v1/providers/{made['id']}/test", json=asked, headers=key)).json()
    assert told["code"] == code, told
    assert remedy is None or remedy in told["remedy"]


async def test_a_test_beyond_the_budget(client: httpx2.AsyncClient, key: Headers) -> None:
    made = (await client.post("/v1/providers", json=OPENAI, headers=key)).json()
    nothing = {"settings": {"budget": {"monthly_budget_micros": 0}}}
    await client.patch("/v1/settings", json=nothing, headers=key)
    told = (await client.post(f"/v1/providers/{made['id']}/test", json={}, headers=key)).json()
    assert told["code"] == "over_budget"
    assert "raise the budget" in told["remedy"]

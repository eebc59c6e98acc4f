"""The test of a connection: metered like any call, and a failure is the finding, not an error."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx2
import pytest

from tests.conftest import PLATFORM
from understudy.companies.domain import Company, Principal
from understudy.llm.adapters.scripted import Cue, Rule, ScriptedDialer
from understudy.llm.bills import Bill, NotConfigured, Route
from understudy.llm.domain import Completion, Dialect, Fault, Options, Prompt, Purpose, Target, Tier
from understudy.llm.providers.domain import NewProvider, ProviderChange, ProviderNotFound
from understudy.llm.providers.probing import Probe
from understudy.wiring.product import Product

OPENAI = NewProvider("openai", Dialect.OPENAI, key="sk-1")


@dataclass
class Metered:
    """A caller that keeps the bills."""

    dialer: ScriptedDialer
    bills: list[Bill] = field(default_factory=list)

    async def call(self, bill: Bill, route: Route, target: Target, prompt: Prompt, options: Options) -> Completion:
        self.bills.append(bill)
        return await self.dialer.complete(target, prompt, options)


@pytest.fixture
def metered() -> Metered:
    script = [Rule("ready", Cue(fault=Fault.KEY_REFUSED), model="gpt-4.1")]
    return Metered(ScriptedDialer(script, otherwise=Cue("ready", likelihood=0.9)))


@pytest.fixture
def probe(product: Product, metered: Metered) -> Probe:
    return Probe(providers=product.paid.providers, companies=product.companies, caller=metered, timer=lambda: 0)


async def test_it_is_one_tiny_call_at_the_companys_cost(
    product: Product, probe: Probe, metered: Metered, principal: Principal, company: Company
) -> None:
    provider = await product.paid.providers.add(principal, OPENAI)
    tested = await probe.test(principal, provider.id, payer=company.id)
    assert (tested.answered, tested.target, tested.likelihood) == (True, "openai/gpt-4.1-nano", 0.9)
    (bill,) = metered.bills
    assert (bill.company_id, bill.purpose, bill.cap_micros, bill.zone) == (company.id, Purpose.TEST, 200_000_000, "UTC")
    assert metered.dialer.asked[0].options.max_output_tokens <= 16


async def test_a_failure_is_the_finding(product: Product, probe: Probe, principal: Principal, company: Company) -> None:
    provider = await product.paid.providers.add(principal, OPENAI)
    tested = await probe.test(principal, provider.id, payer=company.id, model="gpt-4.1")
    assert (tested.answered, tested.fault) == (False, Fault.KEY_REFUSED)


async def test_the_platforms_provider_is_paid_by_the_company_named(
    product: Product, probe: Probe, metered: Metered, company: Company
) -> None:
    provider = await product.paid.providers.add(PLATFORM, OPENAI)
    assert (await probe.test(PLATFORM, provider.id, payer=company.id)).answered
    assert [bill.company_id for bill in metered.bills] == [company.id]


async def test_what_is_not_in_use_or_not_ours_is_not_asked(
    product: Product, probe: Probe, metered: Metered, principal: Principal, company: Company, other_company: Company
) -> None:
    provider = await product.paid.providers.add(principal, OPENAI)
    stranger = Principal("test", other_company.id, principal.permissions)
    with pytest.raises(ProviderNotFound):
        await probe.test(stranger, provider.id, payer=other_company.id)
    await product.paid.providers.change(principal, provider.id, ProviderChange(is_enabled=False))
    with pytest.raises(NotConfigured):
        await probe.test(principal, provider.id, payer=company.id)
    assert metered.bills == []


async def test_routes_add_show_change_and_remove(
    client: httpx2.AsyncClient, key: dict[str, str], platform_key: dict[str, str]
) -> None:
    body = {"name": "openai", "dialect": "openai", "key": "sk-1", "tiers": {"small": "gpt-4o-mini"}}
    for folder, headers in (("/v1/providers", key), ("/v1/platform/providers", platform_key)):
        made = (await client.post(folder, json=body, headers=headers)).json()
        assert made["tiers"] == {Tier.SMALL: "gpt-4o-mini"}
        assert (made["has_key"], made["is_of_platform"]) == (True, "platform" in folder)
        path = f"{folder}/{made['id']}"
        changed = await client.patch(path, json={"position": 3, "timeout_seconds": 9}, headers=headers)
        assert changed.status_code == 422
        assert changed.json()["problems"][0]["field"] == "first_token_seconds"
        fine = {"position": 3, "timeout_seconds": 9, "first_token_seconds": 4}
        assert (await client.patch(path, json=fine, headers=headers)).json()["position"] == 3
        assert (await client.get(path, headers=headers)).json()["timeout_seconds"] == 9
        assert (await client.delete(path, headers=headers)).status_code == 204
        assert (await client.get(path, headers=headers)).status_code == 404

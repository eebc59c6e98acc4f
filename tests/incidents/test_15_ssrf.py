"""Incident 15, requests into the inner network: an address a company typed in is refused on save, on every connection,
and after a redirect.

Taken out to see it fail: the check in `PinnedBackend.connect_tcp`, and the one in `check_url`.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from understudy.companies.domain import Company, Principal
from understudy.infra.http import outbound
from understudy.infra.http.outbound import PinnedBackend, Reach, outbound_client
from understudy.llm.domain import CallFailed, Dialect, Fault, Options, Price, Prompt, Tier, Turn
from understudy.llm.providers.domain import NewProvider, ProviderChange
from understudy.wiring.product import Product

Headers = dict[str, str]
INSIDE = (
    "http://127.0.0.1:8000/v1",
    "http://2130706433/v1",
    "http://0x7f.1/v1",
    "http://[::ffff:10.0.0.1]/v1",
    "http://169.254.169.254/latest",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://localhost/v1",
)
SERVER = NewProvider(
    "mine",
    Dialect.COMPATIBLE,
    base_url="http://models.example:{port}/v1",
    key="sk-of-the-company",
    tiers={Tier.SMALL: "m"},
    prices={"m": Price.free()},
)
CALL = (Prompt((), (Turn("user", "hello"),)), Options(0.1, 16, 3.0, 3.0))


@dataclass
class Trap:
    """A server inside the network that must never be reached; and the names that lead to it, or do not."""

    port: int = 0
    hits: int = 0
    location: str = ""
    names: dict[str, list[str]] = field(default_factory=dict)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.hits += 1
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 307 Away\r\nlocation: {self.location}\r\n" if self.location else "HTTP/1.1 200 OK\r\n"
        writer.write(f"{head}content-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@pytest.fixture
async def trap(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Trap]:
    trap = Trap()
    server = await asyncio.start_server(trap.serve, "127.0.0.1", 0)
    trap.port = server.sockets[0].getsockname()[1]
    real = outbound.addresses_of

    async def resolved(host: str, port: int) -> list[str]:
        answers = trap.names.get(host)
        if answers is None:
            return await real(host, port)
        return [answers.pop(0) if len(answers) > 1 else answers[0]]

    monkeypatch.setattr(outbound, "addresses_of", resolved)
    yield trap
    server.close()


@pytest.fixture
def guard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that the guard of connections was asked about."""
    asked: list[str] = []
    real = Reach.refuses

    def seen(reach: Reach, address: str, port: int) -> bool:
        asked.append(address)
        return real(reach, address, port)

    monkeypatch.setattr(Reach, "refuses", seen)
    return asked


@pytest.mark.parametrize("url", INSIDE)
async def test_an_inside_address_cannot_be_saved(client: httpx2.AsyncClient, key: Headers, url: str) -> None:
    body: dict[str, Any] = {"name": "mine", "dialect": "openai_compatible", "tiers": {"small": "m"}}
    body |= {"base_url": url, "prices": {"m": {"input": 0, "output": 0}}}
    answer = await client.post("/v1/providers", json=body, headers=key)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "address_refused"
    assert answer.json()["problems"][0]["field"] == "base_url"
    saved = await client.post("/v1/providers", json=body | {"base_url": "https://8.8.8.8/v1"}, headers=key)
    assert saved.status_code == 201, saved.text
    moved = await client.patch(f"/v1/providers/{saved.json()['id']}", json={"base_url": url}, headers=key)
    assert (moved.status_code, moved.json()["code"]) == (422, "address_refused")


async def test_a_name_that_leads_inside_after_it_was_saved_is_not_connected_to(
    product: Product, principal: Principal, company: Company, trap: Trap, guard: list[str]
) -> None:
    trap.names["models.example"] = ["93.184.215.14", "127.0.0.1"]  # outside when it is saved, inside when it is asked
    url = f"http://models.example:{trap.port}/v1"
    await product.paid.providers.add(principal, dataclasses.replace(SERVER, base_url=url))
    assert guard == ["93.184.215.14"]
    (target,) = await product.paid.providers.targets(company.id, Tier.SMALL)
    with pytest.raises(CallFailed) as caught:
        await product.paid.connections.dialer.complete(target, *CALL)
    assert (caught.value.fault, caught.value.was_sent) == (Fault.UNREACHABLE, False)
    assert guard == ["93.184.215.14", "127.0.0.1"]
    assert trap.hits == 0


async def test_the_connection_goes_to_the_address_that_was_checked(trap: Trap, guard: list[str]) -> None:
    trap.names["models.example"] = ["127.0.0.1", "10.0.0.1"]  # a second look-up would lead elsewhere
    reach = Reach(allow=frozenset({("127.0.0.1", trap.port)}))
    async with outbound_client(reach, timeout_seconds=3) as http:
        answer = await http.get(f"http://models.example:{trap.port}/")
    assert (answer.status_code, trap.hits, guard) == (200, 1, ["127.0.0.1"])


@pytest.mark.parametrize("answers", [["93.184.215.14", "127.0.0.1"], ["127.0.0.1", "93.184.215.14"]])
async def test_one_bad_address_among_good_ones_is_enough(monkeypatch: pytest.MonkeyPatch, answers: list[str]) -> None:
    async def several(host: str, port: int) -> list[str]:
        return answers

    monkeypatch.setattr(outbound, "addresses_of", several)
    backend = PinnedBackend(Reach())
    with pytest.raises(outbound.ConnectionRefused):
        await backend.connect_tcp("models.example", 80, timeout=1)
    assert backend.refused == 1


async def test_a_redirect_leads_nowhere(trap: Trap, guard: list[str]) -> None:
    trap.location = f"http://127.0.0.1:{trap.port}/inner"
    reach = Reach(allow=frozenset({("127.0.0.1", trap.port)}))
    async with outbound_client(reach, timeout_seconds=3) as http:
        answer = await http.get(f"http://127.0.0.1:{trap.port}/")
        assert (answer.status_code, trap.hits) == (307, 1)
        with pytest.raises(httpx2.ConnectError):  # nor would the next hop be opened, if somebody followed it
            await http.get("http://127.0.0.2:9/inner", follow_redirects=True)
    assert guard == ["127.0.0.1", "127.0.0.2"]


async def test_a_proxy_of_the_environment_is_no_way_around(
    trap: Trap, guard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{trap.port}")
    async with outbound_client(Reach(), timeout_seconds=1) as http:
        with pytest.raises(httpx2.ConnectError):
            await http.get("http://10.0.0.1/")
    assert (trap.hits, guard) == (0, ["10.0.0.1"])


async def test_the_platform_may_reach_its_own_machines(product: Product, company: Company, trap: Trap) -> None:
    platform = Principal("test", None, frozenset())
    url = f"http://127.0.0.1:{trap.port}/v1"
    await product.paid.providers.add(platform, dataclasses.replace(SERVER, base_url=url))
    (target,) = await product.paid.providers.targets(company.id, Tier.SMALL)
    with pytest.raises(CallFailed):
        await product.paid.connections.dialer.complete(target, *CALL)
    assert trap.hits == 1


async def test_a_company_cannot_turn_an_outside_provider_inside(product: Product, principal: Principal) -> None:
    provider = await product.paid.providers.add(principal, dataclasses.replace(SERVER, base_url="http://8.8.8.8/v1"))
    with pytest.raises(outbound.AddressRefused):
        await product.paid.providers.change(
            principal, provider.id, ProviderChange(base_url="http://10.0.0.1/v1", key="sk-again")
        )

"""Incident 6, a side path skips the cap (LiteLLM #27394, #12794): there is one way to a provider, and it is metered.

By the source: client libraries, lines and HTTP clients stand where they are named here and nowhere else. By deed: every
way that leads to a provider is taken, and the provider's own journal compared with the ledger, row by row.
Taken out to see it fail: the row that `Meter._settle` adds, and a client of its own in `providers.probing`.
"""

from __future__ import annotations

import ast
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import httpx2
import pytest

from tests.conftest import PLATFORM
from tests.faults.conftest import bank, configuration, one_peer, paid, peer
from tests.faults.paid_desk import PRICE, PaidDesk, odd
from tests.peers.upstream import Peer
from tools.make_contracts import SOURCE
from understudy.llm.domain import Tier

__all__ = ["bank", "configuration", "one_peer", "paid", "peer"]

ADAPTERS = "llm/adapters/"
LIBRARIES = frozenset({"openai", "anthropic", "google", "pydantic_ai", "llama_cpp", "mistralai", "cohere", "litellm"})
"""What speaks to providers."""
HTTP = frozenset({"httpx2", "httpcore2", "httpx", "requests", "aiohttp", "urllib3", "urllib.request", "http.client"})
"""What speaks HTTP to anybody."""
HTTP_PLACES = {
    "infra/http/outbound.py": "makes the clients",
    "monitoring/adapters/webhook.py": "sends notices to companies' webhooks",
    "wiring/paid.py": "keeps the clients that the adapters are given",
    "demo/replay.py": "speaks to our own server",
    "demo/server.py": "speaks to our own server",
}
LINES = frozenset({"Dialer", "Forwarder"})
LINE_PLACES = {
    "llm/ports.py": "declares them",
    "llm/meter.py": "the one who uses them",
    "llm/health/watching.py": "a dialer around another one, behind the meter",
}
ADAPTER_PLACES = {"wiring/paid.py": "hands them to the meter, and the pinger, which asks for a list, to the checks"}
ONCE = {"Meter": "wiring/paid.py", "Lines": "wiring/paid.py", "Forwarding": "wiring/paid.py"}


def imported(tree: ast.AST) -> Iterator[str]:
    """The dotted names that a file imports, members of modules included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("understudy.llm"):
            yield node.value  # a module that is loaded by its name


def starts(name: str, heads: frozenset[str]) -> bool:
    return any(name == head or name.startswith(f"{head}.") for head in heads)


def offences(text: str, place: str) -> list[str]:
    """What a file does that would let a call past the meter."""
    tree = ast.parse(text)
    is_adapter = PurePosixPath(place).is_relative_to(ADAPTERS)
    names = set(imported(tree))
    found = []
    if not is_adapter:
        found += [f"imports {name}" for name in names if starts(name, LIBRARIES)]
    if not is_adapter and place not in HTTP_PLACES:
        found += [f"imports {name}" for name in names if starts(name, HTTP)]
    if not is_adapter and place not in ADAPTER_PLACES:
        found += [f"imports {name}" for name in names if starts(name, frozenset({"understudy.llm.adapters"}))]
    if not is_adapter and place not in LINE_PLACES:
        found += [f"imports {name}" for name in names if name.rpartition(".")[2] in LINES]
    calls = (node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    return found + [f"makes a {name}" for name in calls if name in ONCE and place != ONCE[name]]


def test_nothing_but_the_meter_holds_a_line_to_a_provider() -> None:
    found = {}
    for path in SOURCE.rglob("*.py"):
        place = path.relative_to(SOURCE).as_posix()
        if wrong := offences(path.read_text(encoding="utf-8"), place):
            found[place] = wrong
    assert found == {}


@pytest.mark.parametrize("places", [HTTP_PLACES, LINE_PLACES, ADAPTER_PLACES])
def test_every_place_that_is_named_is_there(places: dict[str, str]) -> None:
    assert [place for place in places if not (SOURCE / place).exists()] == []


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("llm/providers/probing.py", "import httpx2"),
        ("learning/judge.py", "from openai import AsyncOpenAI"),
        ("llm/gateway.py", "from understudy.llm.ports import Dialer, Targets"),
        ("answering/rungs/llm.py", "from understudy.llm.adapters.by_dialect import ByDialect"),
        ("answering/rungs/llm.py", "module = import_module('understudy.llm.adapters.openai')"),
        ("knowledge/embedding.py", "from pydantic_ai.models import Model"),
        ("llm/gateway.py", "meter = Meter(lines=lines)"),
        ("evaluation/judges.py", "import urllib.request"),
    ],
)
def test_a_side_path_is_found(place: str, text: str) -> None:
    assert offences(text, place)


async def ledger(desk: PaidDesk) -> Counter[str]:
    return Counter(model for model, _, _ in await desk.calls())


def asked(peer: Peer) -> Counter[str]:
    return Counter(entry["model"] for entry in peer.journal())


async def test_every_request_that_a_provider_gets_is_a_row_of_the_ledger(
    paid: PaidDesk, peer: Peer, client: httpx2.AsyncClient, key: dict[str, str]
) -> None:
    await paid.provider("repaired", peer.url, "badtool")
    await paid.provider("retried", peer.url, "status@500")
    await paid.provider("cut", peer.url, "cut@3")
    await paid.provider(
        "first",
        peer.url,
        tiers={Tier.SMALL: "echo", Tier.MEDIUM: "slow@0.01"},
        prices=dict.fromkeys(("echo", "slow@0.01"), PRICE),
    )
    await paid.set(llm={"routes": {"cascade_below": 0.99}})
    await paid.say(odd("rung"))
    models = asked(peer)
    assert models == {"badtool": 2, "status@500": 2, "cut@3": 1, "echo": 1, "slow@0.01": 1}, "the ways are not taken"
    assert await ledger(paid) == models
    purposes = await paid.rows("SELECT purpose, count(*) FROM llm_call GROUP BY 1 ORDER BY 1")
    assert purposes == [("answer", 6), ("repair", 1)]

    for body in ({}, {"stream": True}):
        question: Any = {"model": "first/echo", "messages": [{"role": "user", "content": odd("door")}], **body}
        assert (await client.post("/v1/chat/completions", json=question, headers=key)).status_code == 200
    first = next(one for one in await paid.product.paid.providers.list(PLATFORM) if one.name == "first")
    tested = await client.post(f"/v1/providers/{first.id}/test", json={}, headers=key)
    assert tested.json()["answered"], tested.text
    assert asked(peer) - models == {"echo": 3}
    assert await ledger(paid) == asked(peer)
    purposes = await paid.rows("SELECT purpose FROM llm_call ORDER BY id DESC LIMIT 3")
    assert purposes == [("test",), ("forward",), ("forward",)]

    assert await paid.product.paid.checks.run() == 4
    assert asked(peer) == await ledger(paid), "a health check asks for no answer"
    spent, held = await paid.budget()
    ((booked,),) = await paid.rows("SELECT sum(cost_micros)::bigint FROM llm_call")
    assert (spent, held) == (booked, 0)
    assert json.dumps(peer.journal()).count("chat/completions") == sum(asked(peer).values())

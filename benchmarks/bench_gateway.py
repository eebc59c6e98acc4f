"""What the gateway adds to a call: the front door of the real server before an upstream that takes a fixed time.

Load generator, server, PostgreSQL (with fsync) and upstream share the machine. The upstream writes into each answer how
long it took; the rest of a call's time, less what the same client takes for the upstream alone, is what was added. The
same calls then go through LiteLLM's proxy, one server at a time, before the same upstream.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.completions import Plan, Seen, ask
from benchmarks.installation import (
    PLATFORM,
    counts,
    data_folder,
    database,
    free_port,
    postmaster,
    serving,
    settings,
    superuser_url,
)
from benchmarks.measuring import cpu_seconds, family, percentile
from benchmarks.outcome import Figure, Outcome, finish, options
from benchmarks.peers.venv import python_of
from benchmarks.structured import raw, structured
from understudy.companies.domain import Principal
from understudy.companies.permissions import COMPANY_PERMISSIONS, Permission
from understudy.infra.postgres.place import Place
from understudy.llm.domain import Dialect, Price, Tier
from understudy.llm.providers.domain import NewProvider
from understudy.wiring.product import build, opened

RATE = 100
LATENCY_SECONDS = 0.05
MODEL = "fixed"
PRICE = Price(1_000_000, 1_000_000, 1_000_000, 1_000_000)
PATIENCE_SECONDS = 120
LIMIT, ONE_BY_ONE, STRUCTURED = "≤ 10, and ≤ ⅓ of the peer's", "≤ 3", "≤ 8"
NOTE = (
    f"The upstream takes {LATENCY_SECONDS * 1e3:.0f} ms. Every forwarded call was metered, its question, reply and "
    "decision stored, and no money was left held; the peer stored nothing."
)
STORED = (
    "SELECT count(*) FROM llm_call WHERE fault IS NULL",
    "SELECT count(*) FROM decision",
    "SELECT count(*) FROM message",
    "SELECT coalesce(sum(held_micros), 0)::bigint FROM budget_window",
    "SELECT coalesce(sum(spent_micros), 0)::bigint FROM budget_window",
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    warm_up_seconds: float
    seconds: float
    calls: int
    steps: tuple[int, ...]
    step_seconds: float


FULL = Size(8, 40, 400, (150, 200, 250, 300, 400), 6)
QUICK = Size(0.5, 1.5, 20, (), 0)


@dataclass
class Measured:
    """What was seen of one way to the upstream."""

    steady: Seen = field(default_factory=Seen)
    one_by_one: Seen = field(default_factory=Seen)
    cpu_ms: float = 0.0
    sustained: float = 0.0
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Ways:
    """What was seen of us: as a plain gateway, with the free rungs asked first, and what structured calls took."""

    plain: Measured
    climbing: Measured
    structured_ms: Sequence[float]
    raw_ms: Sequence[float]


@contextmanager
def process(command: Sequence[str], ready: str, environment: dict[str, str], log: Path) -> Iterator[int]:
    """A process that is ready once a URL answers; gives its id. Killed afterwards."""
    with log.open("wb") as output:
        started = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if started.poll() is not None:
                raise SystemExit(f"{command} ended: {log.read_text()[-3000:]}")
            try:
                urllib.request.urlopen(ready, timeout=2).close()
                break
            except urllib.error.HTTPError:
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        yield started.pid
    finally:
        started.terminate()
        try:
            started.wait(5)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


@contextmanager
def upstream(folder: Path) -> Iterator[int]:
    """The upstream in a process of its own; gives its port."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.timed_upstream", str(port), str(LATENCY_SECONDS)]
    with process(command, f"http://127.0.0.1:{port}/", dict(os.environ), folder / "upstream.log"):
        yield port


async def prepared(place: Place, folder: Path, port: int) -> str:
    """A company that may forward, and its provider; gives the key."""
    async with opened(build(place, settings(folder))) as product:
        company = await product.companies.create(PLATFORM, slug="shop", name="Shop", trade="retail")
        provider = NewProvider(
            "upstream",
            Dialect.COMPATIBLE,
            base_url=f"http://127.0.0.1:{port}/v1",
            key="sk-upstream",
            tiers={Tier.SMALL: MODEL},
            prices={MODEL: PRICE},
        )
        await product.paid.providers.add(PLATFORM, provider)
        budget = {"budget": {"monthly_budget_micros": 10**12}}
        principal = Principal("benchmark", company.id, COMPANY_PERMISSIONS)
        await product.companies.change_settings(principal, company.id, budget)
        allowed = frozenset({Permission.MODEL_CALL})
        _, token = await product.access.create_key(
            principal, name="benchmark", permissions=allowed, company_id=company.id
        )
        return token


def measure(plan: Plan, size: Size, server: int | None, folder: Path | None = None) -> Measured:
    """The steady rate, then one after the other, then how far it goes. `server`: whose processor time is counted."""
    measured = Measured()

    def asked(seconds: float, rate: float, calls: int = 0) -> Seen:
        seen = ask(replace(plan, seconds=seconds, rate=rate, calls=calls))
        measured.asked += seen.statuses["200"]
        return seen

    asked(size.warm_up_seconds, RATE)
    before = cpu_seconds(family(server)) if server else 0.0
    measured.steady = asked(size.seconds, RATE)
    if server:
        measured.cpu_ms = (cpu_seconds(family(server)) - before) * 1e3 / len(measured.steady.added_ms)
    measured.one_by_one = asked(0, 0, size.calls)
    measured.sustained = RATE
    for rate in size.steps:
        seen = asked(size.step_seconds, rate)
        if percentile(seen.added_ms, 0.99) > LATENCY_SECONDS * 1e3:
            break
        measured.sustained = rate
    return measured


def through_us(port: int, size: Size, given: argparse.Namespace) -> Ways:
    """The front door as a plain gateway, and with the free rungs asked first (which know no answer); then the paid
    side itself, in process.
    """
    with data_folder(given.folder) as folder, database(folder) as place:
        token = asyncio.run(prepared(place, folder, port))
        with serving(folder) as server:
            plan = Plan(server.port, "/v1/chat/completions", token, f"upstream/{MODEL}", RATE, 0)
            plain = measure(replace(plan, headers={"x-understudy-climb": "off"}), size, server.pid)
            climbing = measure(plan, replace(size, steps=()), server.pid)
            assert postmaster(folder)
        total = plain.asked + climbing.asked
        calls, decisions, messages, held, spent = counts(superuser_url(place), STORED)
        expected = (total, total, 2 * total, 0)
        if (calls, decisions, messages, held) != expected or not spent:
            raise SystemExit(f"{(calls, decisions, messages, held)} is stored, {expected} should be")
        with_structure = asyncio.run(structured(place, folder, size.calls))
    return Ways(plain, climbing, with_structure, asyncio.run(raw(port, MODEL, size.calls)))


def through_peer(port: int, size: Size, folder: Path) -> Measured:
    """LiteLLM's proxy, offline, one worker, with a key, nothing stored."""
    python = python_of("litellm")
    key = "sk-" + secrets.token_hex(16)
    model = {
        "model_name": MODEL,
        "litellm_params": {"model": f"openai/{MODEL}", "api_base": f"http://127.0.0.1:{port}/v1", "api_key": "sk-x"},
    }
    config = folder / "litellm.yaml"
    config.write_text(json.dumps({"model_list": [model], "litellm_settings": {"telemetry": False}}))
    own = free_port()
    environment = {
        "PATH": f"{python.parent}:{os.environ.get('PATH', '')}",
        "HOME": str(folder),
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_MASTER_KEY": key,
        "LITELLM_LOG": "ERROR",
    }
    command = [str(python.parent / "litellm"), "--config", str(config), "--port", str(own), "--host", "127.0.0.1"]
    with process(command, f"http://127.0.0.1:{own}/health/readiness", environment, folder / "litellm.log") as pid:
        return measure(Plan(own, "/v1/chat/completions", key, MODEL, RATE, 0), replace(size, steps=()), pid)


def outcome_of(direct: Measured, ways: Ways, peer: Measured | None) -> Outcome:
    """The figures: each call's time beyond the upstream's, less the median of what the client takes by itself."""
    plain, climbing = ways.plain, ways.climbing
    own, own_single = (percentile(seen.added_ms, 0.5) for seen in (direct.steady, direct.one_by_one))

    def steady(measured: Measured, share: float) -> float:
        return percentile(measured.steady.added_ms, share) - own

    def single(measured: Measured, share: float = 0.5) -> float:
        return percentile(measured.one_by_one.added_ms, share) - own_single

    peers: dict[str, Any] = {}
    if peer is not None:
        peers = {"p50": steady(peer, 0.5), "p99": steady(peer, 0.99), "single": single(peer), "cpu": peer.cpu_ms}
    at = f"at {RATE} requests a second"
    figures = [
        Figure("added_p50_ms", steady(plain, 0.5), f"added to a forwarded call {at}, p50, ms", peer=peers.get("p50")),
        Figure("added_p99_ms", steady(plain, 0.99), "the same, p99, ms", LIMIT, peers.get("p99")),
        Figure(
            "sequential_added_p50_ms",
            single(plain),
            "one after the other, p50, ms",
            ONE_BY_ONE,
            peers.get("single"),
        ),
        Figure("sequential_added_p99_ms", single(plain, 0.99), "the same, p99, ms"),
        Figure("climbing_added_p50_ms", steady(climbing, 0.5), f"with the free rungs asked first, {at}, p50, ms"),
        Figure("climbing_added_p99_ms", steady(climbing, 0.99), "the same, p99, ms"),
        Figure("climbing_sequential_added_p50_ms", single(climbing), "one after the other, p50, ms"),
        Figure(
            "structured_added_p50_ms",
            percentile(ways.structured_ms, 0.5) - percentile(ways.raw_ms, 0.5),
            "a structured call through the paid side beside a raw HTTP client, one after the other, p50, ms",
            STRUCTURED,
        ),
        Figure("requests_per_second", plain.sustained, "highest rate tried with p99 added ≤ 50 ms"),
        Figure(
            "server_cpu_ms",
            plain.cpu_ms,
            "processor time of the server for a forwarded call, ms",
            peer=peers.get("cpu"),
        ),
        Figure("client_p50_ms", own, "what the client takes by itself, p50, ms; taken off above"),
    ]
    if peer is not None:
        share = steady(plain, 0.99) / steady(peer, 0.99)
        figures.append(Figure("share_of_peer_p99", share, "our p99 as a share of the peer's", "≤ 0.33"))
    notes = (NOTE,)
    return Outcome(
        "gateway",
        "What the gateway adds to a call",
        tuple(figures),
        "one question of 18 words, answers of 40",
        notes=notes,
        peer="LiteLLM proxy 1.106.2, one worker, no database",
    )


def run(size: Size, given: argparse.Namespace) -> Outcome:
    """Measures the upstream alone, us, and the peer."""
    with data_folder(given.folder) as folder, upstream(folder) as port:
        direct = measure(Plan(port, "/v1/chat/completions", "sk-x", MODEL, RATE, 0), replace(size, steps=()), None)
        ways = through_us(port, size, given)
        peer = None if given.no_peer else through_peer(port, size, folder)
        return outcome_of(direct, ways, peer)


def main() -> None:
    """Measures and reports."""
    parser = options(__doc__)
    parser.add_argument("--no-peer", action="store_true", help="without LiteLLM, which is fetched the first time")
    parser.add_argument("--folder", help="where the throw-away database lies; default: the folder for temporary files")
    given = parser.parse_args()
    finish(run(QUICK if given.quick else FULL, given), given)


if __name__ == "__main__":
    main()

"""From a message to its first reply over all rungs, the paid one among them, while one of two providers falls silent.

The real server over the embedded database, real messages over HTTP at a fixed rate (open loop), and two providers in
OpenAI's dialect as processes of their own: fixed answers of the form that the paid rung asks for, waiting times
log-normal with a median of 0.8 s. Load, server, database and providers share the machine.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import load
from benchmarks.bench_outage import MEDIAN_SECONDS, PRICES, SPREAD
from benchmarks.installation import (
    PLATFORM,
    Seeded,
    Serving,
    bank_template,
    counts,
    data_folder,
    database,
    free_port,
    seed,
    serving,
    settings,
    superuser_url,
)
from benchmarks.intent_sets import find_folder, read_sets
from benchmarks.load import Plan, Seen
from benchmarks.measuring import percentile
from benchmarks.outcome import Figure, Outcome, finish, options
from benchmarks.texts import Texts, read_texts
from benchmarks.upstream import SILENT, WELL, Running, upstream
from understudy.answering.domain import RungName
from understudy.infra.postgres.place import Place
from understudy.llm.domain import Dialect, Tier
from understudy.llm.providers.domain import NewProvider
from understudy.wiring.product import build, opened

SET = "banking77"
LLM = RungName.LLM.value
STORED = (
    "SELECT count(*) FROM message WHERE direction = 'in'",
    "SELECT count(*) FROM message WHERE awaits_reply",
    "SELECT count(*) FROM llm_call WHERE fault IS NULL",
    "SELECT count(*) FROM llm_call WHERE fault IS NULL AND failover_from IS NOT NULL",
    "SELECT count(*) FROM llm_call WHERE fault IS NOT NULL",
    "SELECT coalesce(sum(held_micros), 0)::bigint FROM budget_window",
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: `seconds` before the outage, in it, and after it."""

    scenarios: int | None
    companies: int
    contacts: int
    warm_up_seconds: float
    seconds: float
    rate: float
    median: float


FULL = Size(None, 5, 1_000, 8, 40, 40, MEDIAN_SECONDS)
QUICK = Size(6, 2, 200, 1, 2, 15, 0.05)


@dataclass(frozen=True, slots=True)
class Phases:
    """What was seen before the first provider fell silent, while it was, and after it came back."""

    before: Seen
    outage: Seen
    after: Seen
    warm_up: Seen

    @property
    def measured(self) -> tuple[Seen, Seen, Seen]:
        """All of it but the warm-up."""
        return (self.before, self.outage, self.after)


def texts_of(given: str | None) -> Texts:
    """Messages of the bank's own trade where there are any, for that is what the shipped bank template is about."""
    folder = find_folder(given)
    one = next((found for found in read_sets(folder) if found.name == SET), None) if folder else None
    return Texts({}, sorted(set(one.test.texts)), f"real messages: {SET}, test part") if one else read_texts(given)


async def prepared(place: Place, folder: Path, size: Size, providers: Sequence[Running]) -> list[Seeded]:
    """The companies, and the platform's two providers."""
    async with opened(build(place, settings(folder))) as product:
        for number, one in enumerate(providers):
            wanted = NewProvider(
                name=("first", "second")[number],
                dialect=Dialect.COMPATIBLE,
                base_url=one.url,
                tiers=dict.fromkeys(Tier, "model"),
                prices=PRICES,
                position=number,
            )
            await product.paid.providers.add(PLATFORM, wanted)
        return await seed(product, bank_template(scenarios=size.scenarios), size.companies)


def measure(server: Serving, keys: Sequence[str], texts: Texts, size: Size, first: Running) -> Phases:
    """Sends everything, phase by phase; ends the run when a message is not answered."""

    def send(name: str, seconds: float) -> Seen:
        seen = load.send(Plan(server.port, keys, texts.messages, size.rate, seconds, size.contacts, name))
        if set(seen.statuses) != {"200"}:
            raise SystemExit(f"not every message was answered: {seen.statuses} {seen.errors}")
        return seen

    warm_up, before = send("warm-up", size.warm_up_seconds), send("before", size.seconds)
    first.turn(SILENT)
    outage = send("outage", size.seconds)
    first.turn(WELL)
    return Phases(before, outage, send("after", size.seconds), warm_up)


def outcome_of(phases: Phases, stored: Sequence[int], size: Size, source: str) -> Outcome:
    """The figures; ends the run when a message is missing or money is still set aside."""
    messages, waiting, answers, failovers, failed, held = stored
    sent = sum(seen.answered for seen in (*phases.measured, phases.warm_up))
    if (messages, waiting, held) != (sent, 0, 0):
        raise SystemExit(f"{sent} sent, {messages} stored, {waiting} without a reply, {held} micro-dollars still held")
    latencies = [latency * 1e3 for seen in phases.measured for latency in seen.latencies]
    paid = [latency * 1e3 for seen in phases.measured for latency in seen.by_rung.get(LLM, ())]
    rungs = sum((Counter(seen.rungs) for seen in phases.measured), Counter[str]())
    figures = (
        Figure("p95_ms", percentile(latencies, 0.95), "message to first reply, all rungs, p95, ms", "≤ 2,000"),
        Figure("p50_ms", percentile(latencies, 0.5), "the same, p50, ms"),
        Figure("p99_ms", percentile(latencies, 0.99), "the same, p99, ms"),
        Figure("p95_before_ms", _p95(phases.before), "before the outage, p95, ms"),
        Figure("p95_outage_ms", _p95(phases.outage), "in the outage, p95, ms"),
        Figure("p95_after_ms", _p95(phases.after), "after it, p95, ms"),
        Figure("paid_p95_ms", percentile(paid, 0.95) if paid else 0.0, "answered by the paid rung, p95, ms"),
        Figure("paid_share", 100 * len(paid) / len(latencies), "answered by the paid rung, %"),
        Figure("paid_answers", answers, "answers that models gave, warm-up included"),
        Figure("failovers", failovers, "of those, by another provider than was asked first"),
        Figure("failed_calls", failed, "calls that failed"),
        Figure("messages", len(latencies), "messages, each answered"),
    )
    told = ", ".join(f"{name} {count / len(latencies):.0%}" for name, count in sorted(rungs.items()))
    notes = (
        (
            f"{size.companies} companies follow the shipped bank template, {size.rate:g} messages a second; answered "
            f"by: {told}."
        ),
        (
            f"The first of two providers takes requests and answers none for {size.seconds:g} s. Both are stand-ins on "
            "this machine: fixed answers, always sure, waiting times log-normal."
        ),
    )
    return Outcome("first_reply", "From a message to its first reply, over all rungs", figures, source, notes=notes)


def _p95(seen: Seen) -> float:
    return percentile(seen.latencies, 0.95) * 1e3


def run(texts: Texts, size: Size, given: argparse.Namespace) -> Outcome:
    """Makes an installation with two providers, serves it, measures it, and takes it away."""
    with (
        data_folder(given.folder) as folder,
        database(folder) as place,
        upstream(free_port(), size.median, SPREAD) as first,
        upstream(free_port(), size.median, SPREAD) as second,
    ):
        companies = asyncio.run(prepared(place, folder, size, (first, second)))
        with serving(folder) as server:
            phases = measure(server, [company.token for company in companies], texts, size, first)
            stored = counts(superuser_url(place), STORED)
        return outcome_of(phases, stored, size, texts.source)


def main() -> None:
    """Measures and reports."""
    parser = options(__doc__)
    parser.add_argument("--folder", help="where the throw-away database lies; default: the folder for temporary files")
    given = parser.parse_args()
    finish(run(texts_of(given.data), QUICK if given.quick else FULL, given), given)


if __name__ == "__main__":
    main()

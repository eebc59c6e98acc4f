"""A provider falls silent for a minute, then comes back: what customers notice, and how often it is asked meanwhile.

Two providers in OpenAI's dialect are processes of their own on this machine; their waiting times are log-normal with a
median of 0.8 s. Questions come at a steady rate whatever becomes of the earlier ones. The first provider takes requests
and answers none during the outage (`--broken`: answers 500 at once). Every call goes through the whole gateway:
adapter, budget, ledger, breaker. Which requests the dead provider got is read from its own journal.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.installation import PLATFORM, data_folder, database, free_port, settings
from benchmarks.measuring import percentile
from benchmarks.outcome import Figure, Outcome, finish, options
from benchmarks.upstream import BROKEN, SILENT, WELL, Running, upstream
from understudy.infra.postgres.place import Place
from understudy.llm.asking import Ask
from understudy.llm.bills import Bill, Unpaid
from understudy.llm.domain import Completion, Dialect, Price, Prompt, Section, Shape, Tier, Turn
from understudy.llm.providers.domain import NewProvider
from understudy.llm.settings import LlmSettings
from understudy.wiring.product import Product, build, opened

SHAPE = Shape("answer", {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]})
PRICES = {"model": Price(100_000, 400_000, 25_000, 100_000)}
MEDIAN_SECONDS, SPREAD = 0.8, 0.3
BAR = 40


@dataclass(frozen=True, slots=True)
class Size:
    """How long each part lasts, in seconds, and how many questions come in a second."""

    before: float
    outage: float
    after: float
    rate: float
    median: float


FULL = Size(before=30, outage=60, after=20, rate=20, median=MEDIAN_SECONDS)
QUICK = Size(before=2, outage=4, after=2, rate=10, median=0.05)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: when it came (Unix seconds), how long its answer took, and whether there was one."""

    at: float
    seconds: float
    is_answered: bool


def read(value: Mapping[str, Any]) -> str:
    """The answer's text."""
    return str(value["answer"])


def sure(value: str, completion: Completion) -> float:
    """The answer's own word."""
    return float((completion.value or {}).get("confidence", 0.0))


def question(company_id: Any, number: int) -> Ask[str]:
    """A question that was not asked before."""
    return Ask(
        bill=Bill(company_id, "UTC", 10**12),
        prompt=Prompt((Section("You answer customers of a bank."),), (Turn("user", f"Where is card {number}?"),)),
        shape=SHAPE,
        settings=LlmSettings(),
        question="Where is my card?",
        turns=0,
        read=read,
        sure=sure,
        context_version="1",
        prompt_version="1",
    )


async def ask(product: Product, company_id: Any, number: int) -> Asked:
    """Asks and takes the time."""
    at, began = time.time(), time.perf_counter()
    try:
        await product.paid.gateway.ask(question(company_id, number))
    except Unpaid:
        return Asked(at, time.perf_counter() - began, is_answered=False)
    return Asked(at, time.perf_counter() - began, is_answered=True)


async def course(product: Product, first: Running, second: Running, size: Size, mode: str) -> tuple[list[Asked], float]:
    """Everything that was asked, and the moment the outage began."""
    company = await product.companies.create(PLATFORM, slug="bank", name="Bank", trade="banking")
    for place, one in enumerate((first, second)):
        wanted = NewProvider(
            name=("first", "second")[place],
            dialect=Dialect.COMPATIBLE,
            base_url=one.url,
            tiers=dict.fromkeys(Tier, "model"),
            prices=PRICES,
            position=place,
        )
        await product.paid.providers.add(PLATFORM, wanted)
    await ask(product, company.id, -1)  # loads the client library
    began = time.time()
    falls, rises = began + size.before, began + size.before + size.outage
    total, tasks = size.before + size.outage + size.after, []
    for number in range(int(total * size.rate)):
        due = began + number / size.rate
        await asyncio.sleep(max(0.0, due - time.time()))
        if number == int(size.before * size.rate):
            await asyncio.to_thread(first.turn, mode)
        if number == int((size.before + size.outage) * size.rate):
            await asyncio.to_thread(first.turn, WELL)
        tasks.append(asyncio.create_task(ask(product, company.id, number)))
    assert falls < rises
    return list(await asyncio.gather(*tasks)), falls


def outcome_of(asked: Sequence[Asked], falls: float, journal: Sequence[float], size: Size, mode: str) -> Outcome:
    """The figures, from what customers waited and from the dead provider's own journal."""
    rises = falls + size.outage
    normal = [one.seconds for one in asked if one.at < falls]
    during = [one for one in asked if falls <= one.at < rises]
    touched = [moment for moment in journal if falls <= moment < rises]
    opened_at = _opened_at(touched, size)
    later = [one for one in during if one.at >= opened_at]
    touched_later = [moment for moment in touched if moment >= opened_at]
    before, after = percentile(normal, 0.95), percentile([one.seconds for one in during], 0.95)
    figures = (
        Figure("p95_ratio", after / before, "p95 in the outage ÷ p95 before it", "≤ 1.2"),
        Figure(
            "share_touching_dead", len(touched_later) / len(later), "requests to the dead one, breaker open", "≤ 0.01"
        ),
        Figure("p95_before_ms", before * 1e3, "p95 before, ms"),
        Figure("p95_outage_ms", after * 1e3, "p95 in the outage, ms", "< 2000"),
        Figure("slowest_ms", max(one.seconds for one in during) * 1e3, "slowest in the outage, ms"),
        Figure("noticed_ms", (opened_at - falls) * 1e3, "until the breaker opened, ms"),
        Figure("unanswered", sum(not one.is_answered for one in asked), "questions left unanswered", "0"),
        Figure("asked", len(asked), "questions asked"),
    )
    words = "falls silent" if mode == SILENT else "answers 500"
    texts = f"{size.rate:g} questions/s; the first of two providers {words} for {size.outage:g} s"
    note = "The providers are stand-ins on this machine: their answers are fixed, their waiting times log-normal."
    return Outcome("outage", "One provider is out", figures, texts, notes=(note,))


def _opened_at(touched: Sequence[float], size: Size) -> float:
    """When the stream of requests to the dead provider ended: the first of them with nothing for a while after it."""
    quiet = 5 / size.rate
    for moment, following in zip(touched, [*touched[1:], float("inf")], strict=True):
        if following - moment > quiet:
            return moment + 1e-6
    return touched[-1] if touched else 0.0


def draw(asked: Sequence[Asked], falls: float, journal: Sequence[float], size: Size) -> None:
    """The timeline: p95 of each second as a bar, and how many requests the first provider got in it."""
    console = Console(width=120)
    began = falls - size.before
    longest = max(one.seconds for one in asked)
    console.print("second    p95 ms   to the first   (bar: p95; the outage is marked with |)")
    for second in range(int(size.before + size.outage + size.after)):
        start = began + second
        seconds = [one.seconds for one in asked if start <= one.at < start + 1]
        if not seconds:
            continue
        p95 = percentile(seconds, 0.95)
        touched = sum(start <= moment < start + 1 for moment in journal)
        mark = "|" if falls <= start < falls + size.outage else " "
        console.print(f"{second:5} {mark} {p95 * 1e3:8.0f} {touched:8}       {'█' * round(BAR * p95 / longest)}")


async def measured(place: Place, folder: Path, size: Size, mode: str) -> Outcome:
    """Runs the whole course."""
    with (
        upstream(free_port(), size.median, SPREAD) as first,
        upstream(free_port(), size.median, SPREAD) as second,
    ):
        async with opened(build(place, settings(folder))) as product:
            asked, falls = await course(product, first, second, size, mode)
        journal = first.journal()
        draw(asked, falls, journal, size)
        return outcome_of(asked, falls, journal, size, mode)


def main() -> None:
    """Measures and reports."""
    parser = options(__doc__)
    parser.add_argument("--broken", action="store_true", help="the provider answers 500 at once, in place of nothing")
    given = parser.parse_args()
    size = QUICK if given.quick else FULL
    with data_folder() as folder, database(folder) as place:
        finish(asyncio.run(measured(place, folder, size, BROKEN if given.broken else SILENT)), given)


if __name__ == "__main__":
    main()

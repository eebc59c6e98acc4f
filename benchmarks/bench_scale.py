"""The time per message with 1,000 companies beside 10: two installations, asked in turn.

Every company follows the same shared template and has questions and a key of its own; messages go round all companies.
A message is authenticated, stored, answered and recorded, in process, one after the other, with fsync.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import random
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.installation import Seeded, bank_template, counts, data_folder, database, seed, settings, superuser_url
from benchmarks.measuring import Repeated, percentile, rss_mb
from benchmarks.outcome import Figure, Outcome, finish, options
from benchmarks.texts import Texts, read_texts
from understudy.conversations.domain import Channel, ContactRef, IdentityKind, Inbound
from understudy.infra.postgres.place import Place
from understudy.wiring.product import Product, build, opened

DECIDED = "SELECT count(*) FROM decision"
ON_DISK = "SELECT pg_database_size(current_database())"
FEW, MANY = "few", "many"
SEEDING_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    scenarios: int | None
    """Of the shipped bank template; None: all."""
    few: int
    many: int
    passes: int
    messages: int


FULL = Size(scenarios=None, few=10, many=1_000, passes=9, messages=250)
QUICK = Size(scenarios=6, few=2, many=6, passes=2, messages=12)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run is given."""

    texts: Texts
    size: Size


@dataclass
class Installation:
    """One product with its companies, and what was measured of it: seconds of each message, pass by pass."""

    product: Product
    companies: Sequence[Seeded]
    place: Place
    name: str
    passes: list[list[float]] = field(default_factory=list)
    sent: int = 0

    @property
    def means(self) -> list[float]:
        """Mean seconds of a message, pass by pass."""
        return [sum(seconds) / len(seconds) for seconds in self.passes]

    async def ask(self, company: Seeded, text: str) -> float:
        """Seconds from a message with its key to its stored answer."""
        self.sent += 1
        contact = ContactRef(IdentityKind.EXTERNAL, f"contact-{self.sent}")
        inbound = Inbound(Channel.API, f"message-{self.sent}", contact, text)
        started = time.perf_counter()
        principal = await self.product.access.authenticate(company.token)
        await self.product.channels.take(principal.company, inbound)
        return time.perf_counter() - started

    async def ask_each(self, companies: Sequence[Seeded], text: str) -> list[float]:
        """The same message to each of some companies."""
        return [await self.ask(company, text) for company in companies]


def made(folder: Path, name: str, scenarios: int | None, companies: int) -> list[Seeded]:
    """Makes an installation's companies; runs in a process of its own, so that its memory is not measured."""

    async def run(place: Place) -> list[Seeded]:
        async with opened(build(place, settings(folder))) as product:
            return await seed(product, bank_template(scenarios=scenarios), companies)

    with database(folder, name) as place:
        return asyncio.run(run(place))


async def measure(few: Installation, many: Installation, texts: Texts, size: Size) -> dict[str, float]:
    """First every company is asked once, which loads it into memory; then both installations in turn."""
    await few.ask_each(few.companies, texts.messages[0])
    await many.ask_each(many.companies[: size.few], texts.messages[0])
    gc.collect()
    before = rss_mb(os.getpid())
    first = await many.ask_each(many.companies[size.few :], texts.messages[0])
    gc.collect()
    kb_per_company = (rss_mb(os.getpid()) - before) * 1024 / len(first)
    chance = random.Random(0)
    for number in range(size.passes):
        start = number * size.messages
        some = [texts.messages[(start + place) % len(texts.messages)] for place in range(size.messages)]
        for one in (few, many) if number % 2 else (many, few):
            one.passes.append([await one.ask(chance.choice(one.companies), text) for text in some])
    return {"kb_per_company": kb_per_company, "first_ms": percentile(first, 0.5) * 1e3}


def outcome_of(few: Installation, many: Installation, facts: dict[str, float], texts: Texts, size: Size) -> Outcome:
    """The figures."""
    ratio = Repeated.of([more / less for more, less in zip(many.means, few.means, strict=True)])
    sizes = [counts(superuser_url(one.place, one.name), (ON_DISK,))[0] for one in (few, many)]
    figures = [
        Figure("ratio_1000_to_10", ratio.median, f"time per message, {size.many:,} companies ÷ {size.few}", "≤ 1.2"),
    ]
    noise = {"ratio_1000_to_10": ratio.noise}
    for one in (few, many):
        mean = Repeated.of([seconds * 1e3 for seconds in one.means])
        every = [seconds * 1e3 for some in one.passes for seconds in some]
        figures += [
            Figure(f"{one.name}_mean_ms", mean.median, f"{len(one.companies):,} companies: mean of a message, ms"),
            Figure(f"{one.name}_p99_ms", percentile(every, 0.99), f"{len(one.companies):,} companies: p99, ms"),
        ]
        noise[f"{one.name}_mean_ms"] = mean.noise
    figures += [
        Figure("first_ms", facts["first_ms"], "first message of a company, which loads it into memory, p50, ms"),
        Figure("kb_per_company", facts["kb_per_company"], "memory of the process for one more company, kB"),
        Figure(
            "disk_kb_per_company",
            (sizes[1] - sizes[0]) / 1024 / (size.many - size.few),
            "database for one more company, with its settings, key, questions and audit, kB",
        ),
    ]
    note = "All companies follow one shared template (the bank's, as shipped) and have three questions of their own."
    return Outcome("scale", "Many companies instead of few", tuple(figures), texts.source, noise, (note,))


def verify(one: Installation) -> None:
    """Every message has its decision; ends the run if not."""
    (decided,) = counts(superuser_url(one.place, one.name), (DECIDED,))
    if decided != one.sent:
        raise SystemExit(f"{one.name}: {one.sent} messages, {decided} decisions")


async def measured(places: Sequence[Place], companies: Sequence[Sequence[Seeded]], folder: Path, run: Run) -> Outcome:
    """Opens both installations, measures, and counts."""
    few_place, many_place = places
    async with (
        opened(build(few_place, settings(folder))) as small,
        opened(build(many_place, settings(folder))) as large,
    ):
        few = Installation(small, companies[0], few_place, FEW)
        many = Installation(large, companies[1], many_place, MANY)
        facts = await measure(few, many, run.texts, run.size)
        for one in (few, many):
            verify(one)
        return outcome_of(few, many, facts, run.texts, run.size)


def run(given: Run, parent: str | None) -> Outcome:
    """Makes two installations on one embedded server and measures them."""
    size = given.size
    with data_folder(parent) as folder, database(folder, FEW) as few, database(folder, MANY) as many:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            companies = [
                pool.submit(made, folder, name, size.scenarios, count).result(SEEDING_SECONDS)
                for name, count in ((FEW, size.few), (MANY, size.many))
            ]
        return asyncio.run(measured((few, many), companies, folder, given))


def main() -> None:
    """Measures and reports."""
    parser = options(__doc__)
    parser.add_argument("--folder", help="where the throw-away databases lie; default: the folder for temporary files")
    given = parser.parse_args()
    size = QUICK if given.quick else FULL
    finish(run(Run(read_texts(given.data), size), given.folder), given)


if __name__ == "__main__":
    main()

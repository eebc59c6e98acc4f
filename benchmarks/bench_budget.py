"""Budgets: what setting money aside and settling costs, and whether 200 calls at once ever spend too much.

The time is that of calls on one company at a fixed rate, come what may (open loop), with fsync; a call's time counts
from the moment it was due. Then processes are killed in the midst of spending, again and again, and the sums are held
against the journal of a peer that bills whatever reaches it.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from uuid import UUID

from benchmarks.installation import PLATFORM, data_folder, database, settings
from benchmarks.measuring import percentile
from benchmarks.outcome import ROOT, Figure, Outcome, finish, options
from benchmarks.spenders import MODEL, SETTINGS, Plan, Spree, budget_of
from understudy.infra.postgres.place import Place
from understudy.language.adapters.scripted import scripted_language
from understudy.llm.bills import Bill, OverBudget
from understudy.llm.money.budget import Budget
from understudy.wiring.product import Product, build, opened

PLENTY = 10**12
MOST_MICROS = 1_000
CALL_SECONDS = 0.05
SETTLING_SECONDS = 1.0
SPARES = 2


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    rate: int
    seconds: float
    burst: int
    processes: int
    narrow: int
    """Companies that are one call below their cap."""
    narrow_seconds: float
    wide_calls: int
    wide_seconds: float
    kill_every_seconds: float


FULL = Size(100, 60, 200, 4, 20, 1.0, 4_000, 30, 1.5)
QUICK = Size(50, 2, 20, 2, 2, 1.0, 60, 3, 1.0)


@dataclass
class Seen:
    """Milliseconds of each call's steps."""

    reserve: list[float] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)
    settle: list[float] = field(default_factory=list)

    @property
    def reserve_settle(self) -> list[float]:
        """Both together, call by call."""
        return [first + last for first, last in zip(self.reserve, self.settle, strict=True)]


@dataclass
class Account:
    """How a company stands at the end: its cap, what the peer billed, what is booked, and refusals that were wrong."""

    spree: Spree
    billed: int = 0
    booked: int = 0
    false_refusals: int = 0


async def timed_call(product: Product, budget: Budget, bill: Bill, due: float, seen: Seen) -> None:
    """One call; the reservation counts from when it was due."""
    hold = await budget.reserve(bill, MOST_MICROS, model=MODEL)
    reserved = time.perf_counter()
    await budget.mark_sent(hold)
    sent = time.perf_counter()
    await asyncio.sleep(CALL_SECONDS)
    started = time.perf_counter()
    async with product.database.hot(hold.company_id) as tx:
        await budget.settle(tx, hold, MOST_MICROS // 2)
    ended = time.perf_counter()
    for steps, took in ((seen.reserve, reserved - due), (seen.sent, sent - reserved), (seen.settle, ended - started)):
        steps.append(took * 1e3)


async def steady(product: Product, bill: Bill, rate: int, seconds: float) -> Seen:
    """Calls at a fixed rate."""
    budget, seen, tasks = budget_of(product.database), Seen(), []
    start = time.perf_counter() + SETTLING_SECONDS
    for number in range(int(rate * seconds)):
        due = start + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(timed_call(product, budget, bill, due, seen)))
    await asyncio.gather(*tasks)
    return seen


async def burst(product: Product, bill: Bill, calls: int) -> Seen:
    """Calls all at once."""
    budget, seen, due = budget_of(product.database), Seen(), time.perf_counter()
    await asyncio.gather(*(timed_call(product, budget, bill, due, seen) for _ in range(calls)))
    return seen


async def companies(product: Product, count: int) -> list[UUID]:
    """New companies."""
    made = [
        await product.companies.create(PLATFORM, slug=f"spender-{number}", name=f"Spender {number}", trade="banking")
        for number in range(count)
    ]
    return [company.id for company in made]


async def prepared(product: Product, ids: Sequence[UUID], size: Size) -> list[Spree]:
    """The sprees: companies with room for one call each, then one with room for many. Caps leave an odd rest."""
    budget, sprees, at = budget_of(product.database), [], 0.0
    rooms = [1] * (len(ids) - 1) + [size.wide_calls]
    for company_id, room in zip(ids, rooms, strict=True):
        cap = 10 * MOST_MICROS + room * MOST_MICROS + MOST_MICROS - 1
        hold = await budget.reserve(Bill(company_id, "UTC", cap), 10 * MOST_MICROS, model=MODEL)
        async with product.database.hot(company_id) as tx:
            await budget.settle(tx, hold, 10 * MOST_MICROS)
        until = at + (size.narrow_seconds if room == 1 else size.wide_seconds)
        sprees.append(Spree(str(company_id), cap, MOST_MICROS, at, until))
        at = until
    return sprees


@contextmanager
def upstream(journal: Path) -> Iterator[int]:
    """The peer, running; its port."""
    command = [sys.executable, "-m", "benchmarks.peers.upstream", str(journal)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


class Spender:
    """A process that spends; it is started ahead of time, so that it can take over at once."""

    def __init__(self, plan: Plan) -> None:
        command = [sys.executable, "-m", "benchmarks.spenders"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self._tell(plan.as_json())

    async def wait(self) -> None:
        """Until it is ready."""
        if await asyncio.to_thread(self._out.readline) != "ready\n":
            raise SystemExit("a spender did not start")

    def begin(self, at: float) -> None:
        """Tells it the moment at which the plan begins, or began."""
        self._tell(str(at))

    async def last_words(self) -> Counter[str]:
        """What it saw, when it has come to the end of the plan."""
        said = await asyncio.to_thread(self._out.read)
        if self._process.wait():
            raise SystemExit(f"a spender failed with {self._process.returncode}")
        return Counter(json.loads(said))

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.wait()

    @property
    def _out(self) -> IO[str]:
        assert self._process.stdout is not None
        return self._process.stdout

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")


async def spend_and_kill(plan: Plan, size: Size) -> tuple[int, Counter[str]]:
    """Lets processes spend, kills one after the other while another takes over; kills, and what survivors saw."""
    running = [Spender(plan) for _ in range(size.processes)]
    spares = [Spender(plan) for _ in range(SPARES)]
    chance, kills = random.Random(1), 0
    try:
        for one in running:
            await one.wait()
        start = time.time() + SETTLING_SECONDS
        for one in running:
            one.begin(start)
        while time.time() < start + plan.sprees[-1].ends_at - size.kill_every_seconds:
            await asyncio.sleep(size.kill_every_seconds * chance.uniform(0.5, 1.5))
            running.pop(chance.randrange(len(running))).kill()
            kills += 1
            spares.append(Spender(plan))
            running.append(spares.pop(0))
            await running[-1].wait()
            running[-1].begin(start)
        return kills, sum([await one.last_words() for one in running], Counter[str]())
    finally:
        for one in running + spares:
            one.kill()


async def settled(product: Product, sprees: Sequence[Spree], billed: Sequence[str]) -> list[Account]:
    """How the companies stand once nothing is under way, and whether everything that is left can be spent."""
    budget = budget_of(product.database)
    await budget.recover()
    accounts = {spree.company_id: Account(spree) for spree in sprees}
    for line in billed:
        company_id, cost = line.split()
        accounts[company_id].billed += int(cost)
    for account in accounts.values():
        account.booked = (await budget.status(account.spree.bill)).window.spent_micros - 10 * MOST_MICROS
        left = account.spree.cap_micros - 10 * MOST_MICROS - account.booked
        for amount in [MOST_MICROS] * (left // MOST_MICROS) + [left % MOST_MICROS]:
            try:
                await budget.reserve(account.spree.bill, amount, model=MODEL)
            except OverBudget:
                account.false_refusals += 1
    return list(accounts.values())


def _lines(journal: Path) -> list[str]:
    return journal.read_text(encoding="utf-8").splitlines()


def outcome_of(fixed: Seen, at_once: Seen, accounts: Sequence[Account], kills: int, size: Size) -> Outcome:
    """The figures."""
    caps = [account.spree.cap_micros - 10 * MOST_MICROS for account in accounts]
    over = sum(max(0, account.billed - cap) for account, cap in zip(accounts, caps, strict=True))
    unbooked = sum(max(0, account.billed - account.booked) for account in accounts)
    refused = sum(account.false_refusals for account in accounts)
    served = sum(account.billed for account in accounts)
    rate = f"{size.rate}/s on one company"
    figures = (
        Figure("reserve_settle_p50_ms", percentile(fixed.reserve_settle, 0.5), f"reserve + settle, {rate}: p50, ms"),
        Figure("reserve_settle_p99_ms", percentile(fixed.reserve_settle, 0.99), "the same: p99, ms", "≤ 5"),
        Figure("mark_sent_p99_ms", percentile(fixed.sent, 0.99), "between them: commit to the disk, p99, ms"),
        Figure("burst_p50_ms", percentile(at_once.reserve_settle, 0.5), f"{size.burst} calls at once: p50, ms"),
        Figure("burst_p99_ms", percentile(at_once.reserve_settle, 0.99), "the same: p99, ms"),
        Figure("kills", kills, f"kill -9 of one of {size.processes} processes with {size.burst} calls at once"),
        Figure("billed_micros", served, "what the peer billed meanwhile, µ$"),
        Figure("overspend_micros", over, "of that above the caps, µ$", "≤ 0"),
        Figure("unbooked_micros", unbooked, "of that not booked, µ$", "≤ 0"),
        Figure("false_refusals", refused, "calls refused afterwards though they fit", "≤ 0"),
    )
    booked = sum(account.booked for account in accounts)
    note = (
        f"{len(accounts) - 1} companies one call below their cap and one with room for {size.wide_calls:,} calls; "
        f"booked in all {booked:,} µ$: sent calls of killed processes are booked at their worst case."
    )
    return Outcome("budget", "Budgets, holds and settlements", figures, "none: only money is moved", {}, (note,))


async def measured(place: Place, folder: Path, size: Size) -> Outcome:
    """Measures the times, then kills."""
    async with opened(build(place, settings(folder), scripted_language())) as product:
        ids = await companies(product, size.narrow + 2)
        plenty = Bill(ids[0], "UTC", PLENTY)
        await steady(product, plenty, size.rate, min(5, size.seconds))
        fixed = await steady(product, plenty, size.rate, size.seconds)
        at_once = await burst(product, plenty, size.burst)
        journal = folder / "journal"
        with upstream(journal) as port:
            sprees = await prepared(product, ids[1:], size)
            plan = Plan(place.url, place.platform_url, port, size.burst // size.processes, sprees)
            kills, seen = await spend_and_kill(plan, size)
            await asyncio.sleep(SETTINGS.orphan_seconds)
            accounts = await settled(product, sprees, await asyncio.to_thread(_lines, journal))
        print(f"survivors saw {dict(seen)}")
        return outcome_of(fixed, at_once, accounts, kills, size)


def main() -> None:
    """Measures and reports."""
    parser = options(__doc__)
    parser.add_argument("--folder", help="where the throw-away database lies; default: the folder for temporary files")
    given = parser.parse_args()
    size = QUICK if given.quick else FULL
    with data_folder(given.folder) as folder, database(folder) as place:
        finish(asyncio.run(measured(place, folder, size)), given)


if __name__ == "__main__":
    main()

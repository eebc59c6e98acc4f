"""Replays: at once in this process, or in parts as jobs on any worker, with progress, cancelled at will."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from understudy.companies.audit import Audit
from understudy.companies.domain import Change, Principal
from understudy.evaluation.comparing import Counts, Listing, Saving, Window, counted, monthly
from understudy.evaluation.domain import Effect, Outcome
from understudy.evaluation.replaying.domain import (
    MOST_AT_ONCE,
    MOST_DAYS,
    MOST_MESSAGES,
    Candidate,
    ContentMoved,
    Listed,
    ListQuery,
    ReplayEnded,
    ReplayRun,
    Report,
    RunStatus,
)
from understudy.evaluation.replaying.store import past, runs
from understudy.evaluation.replaying.store.past import Span, span_since
from understudy.evaluation.replaying.store.runs import Ending, Kept
from understudy.evaluation.replaying.trying import Pair, Trying
from understudy.infra.database import Database, Tx
from understudy.infra.jobs import Jobs
from understudy.kit.clock import Clock, Timer
from understudy.kit.errors import Invalid, Unavailable, UnderstudyError
from understudy.kit.ids import NewId

Progress = Callable[[int, int], None]
"""Told how many messages of how many have climbed."""
PART_JOB = "evaluation.replay_part"
PART = 5_000
"""Messages of one job: some seconds."""
GOLDEN_PART = Span(UUID(int=0), UUID(int=0))
"""The part of the golden cases, which are no decisions."""
MAX_PAGE = 200
KEPT_PAIRS = 2
"""Candidates that a process keeps ready between the parts of a replay; tens of megabytes each at most."""
ABANDONED_AFTER = timedelta(minutes=30)
"""A replay that came no further for so long has no worker."""
FORGOTTEN_AFTER = timedelta(days=30)
ENDED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Tools:
    """What replays are run with: the log of who did it, jobs, a clock, a timer, identifiers, messages of one job."""

    audit: Audit
    jobs: Jobs
    clock: Clock
    timer: Timer
    new_id: NewId
    part: int = PART


class Replays:
    """Lets past traffic climb the free rungs again under a candidate. Nothing is sent, nothing is paid."""

    def __init__(self, *, database: Database, trying: Trying, tools: Tools) -> None:
        self._database = database
        self.trying = trying
        self._tools = tools
        self._pairs: OrderedDict[UUID, Pair] = OrderedDict()
        self._building = asyncio.Lock()

    async def backtest(
        self,
        company_id: UUID,
        candidate: Candidate,
        *,
        days: int,
        at_most: int = 10_000,
        progress: Progress | None = None,
    ) -> Report:
        """The newest messages of the last days, and the golden cases, in this process; no transaction while computing.

        Memory stays flat however long the window. Raises `CompanyNotFound`, and `Invalid` for numbers that cannot be.
        """
        _check(days, at_most, MOST_AT_ONCE)
        started, now = self._tools.timer(), self._tools.clock()
        pair = await self.trying.pair(company_id, candidate)
        past_days = span_since(now - timedelta(days=days))
        expected = await self._count(company_id, past_days, at_most) if progress else 0
        listing, counts = Listing(), Counts()
        oldest_at: datetime | None = None
        async for page in self.trying.pages(company_id, past_days, at_most):
            outcomes = await self.trying.climbed(pair, page.recorded, page.embeddings)
            listing.add(outcomes)
            counts += counted(outcomes)
            oldest_at = page.oldest_at
            if progress:
                progress(counts.tally.messages, max(expected, counts.tally.messages))
        golden = await self.trying.golden(company_id, pair)
        listing.add(golden)
        counts += counted(golden)
        is_cut = counts.tally.messages >= at_most
        span = Window(days, now, pair.company.created_at, oldest_at, is_cut).span
        return _report(pair, listing, counts, monthly(counts, span), self._tools.timer() - started)

    async def start(
        self, principal: Principal, candidate: Candidate, *, days: int, at_most: int = MOST_MESSAGES
    ) -> ReplayRun:
        """Starts a replay that runs as jobs, a part on whichever worker is free; it survives the death of any.

        Raises `Invalid` for numbers that cannot be.
        """
        _check(days, at_most, MOST_MESSAGES)
        now, company_id = self._tools.clock(), principal.company
        present = await self.trying.pair(company_id, Candidate(thresholds=candidate.thresholds))
        async with self._database.transaction(company_id) as tx:
            parts = await past.borders(tx, span_since(now - timedelta(days=days)), size=self._tools.part, limit=at_most)
            total = sum(count for _, count in parts)
            run = ReplayRun(
                id=self._tools.new_id(),
                company_id=company_id,
                status=RunStatus.RUNNING,
                days=days,
                total=total,
                done=0,
                tally=Counts().tally,
                golden=0,
                base_version=present.base_version,
                asked_by=principal.name,
                created_at=now,
                template_id=candidate.template_id,
                thresholds=dict(candidate.thresholds),
            )
            kept = Kept(run, candidate, total >= at_most, Counts())
            await self._enqueue(tx, principal, kept, [(GOLDEN_PART, 0), *parts])
        return run

    async def show(self, company_id: UUID, replay_id: UUID) -> ReplayRun:
        """How far a replay is, and what it found; raises `ReplayNotFound`."""
        async with self._database.transaction(company_id) as tx:
            return (await runs.find_run(tx, replay_id)).run

    async def list(self, company_id: UUID, *, before: UUID | None = None, limit: int = 50) -> Sequence[ReplayRun]:
        """Replays, newest first."""
        async with self._database.transaction(company_id) as tx:
            return await runs.list_runs(tx, before=before, limit=min(limit, MAX_PAGE))

    async def messages(self, company_id: UUID, replay_id: UUID, query: ListQuery) -> Sequence[Listed]:
        """The messages that get something else, or are wrong, of the parts that are done; raises `ReplayNotFound`."""
        async with self._database.transaction(company_id) as tx:
            await runs.find_run(tx, replay_id)
            return await runs.list_messages(tx, replay_id, query)

    async def cancel(self, principal: Principal, replay_id: UUID) -> ReplayRun:
        """Ends a replay early; what its parts found stays. Raises `ReplayNotFound`, `ReplayEnded`."""
        async with self._database.transaction(principal.company) as tx:
            kept = await runs.find_run(tx, replay_id, lock=True)
            if kept.run.status is not RunStatus.RUNNING:
                raise ReplayEnded(f"the replay is {kept.run.status} already")
            await runs.end_run(tx, replay_id, Ending(RunStatus.CANCELLED), self._tools.clock())
            change = Change(principal.name, "replay.cancelled", str(replay_id))
            await self._tools.audit.record(tx, change)
            return (await runs.find_run(tx, replay_id)).run

    async def run_part(self, company_id: UUID, replay_id: UUID, number: int) -> None:
        """Runs one part, unless it is done or nobody waits for it any more; running it again changes nothing."""
        async with self._database.transaction(company_id) as tx:
            kept = await runs.find_run(tx, replay_id)
            part = await runs.open_part(tx, replay_id, number)
        if kept.run.status is not RunStatus.RUNNING or kept.candidate is None or part is None:
            return
        try:
            pair = await self._pair(kept.run, kept.candidate)
            outcomes, counts = await self._part(company_id, pair, part)
        except Unavailable:
            raise
        except UnderstudyError as error:
            await self._fail(company_id, replay_id, error.message)
            raise
        async with self._database.transaction(company_id) as tx:
            await self._keep(tx, replay_id, (number, part[1]), outcomes, counts)

    async def tend(self) -> int:
        """Ends replays that no worker works on, and forgets old ones; says how many were ended."""
        now = self._tools.clock()
        async with self._database.platform() as tx:
            lost = await runs.abandoned(tx, now - ABANDONED_AFTER, ENDED_AT_ONCE)
            await runs.forget(tx, now - FORGOTTEN_AFTER)
        for company_id, replay_id in lost:
            await self._fail(company_id, replay_id, "no worker came to it: is one running?")
        return len(lost)

    async def _enqueue(self, tx: Tx, principal: Principal, kept: Kept, parts: Sequence[tuple[Span, int]]) -> None:
        run = kept.run
        await runs.add_run(tx, kept, parts)
        for number in range(1, len(parts) + 1):
            where = {"company_id": str(run.company_id), "replay_id": str(run.id), "number": number}
            await self._tools.jobs.defer(tx, PART_JOB, once=f"{PART_JOB}:{run.id}:{number}", **where)
        after = {"days": run.days, "messages": run.total}
        await self._tools.audit.record(tx, Change(principal.name, "replay.started", str(run.id), None, after))

    async def _part(self, company_id: UUID, pair: Pair, part: tuple[Span, int]) -> tuple[Sequence[Outcome], Counts]:
        """What one part comes to: all its numbers, and the messages worth listing."""
        span, _ = part
        if span == GOLDEN_PART:
            golden = await self.trying.golden(company_id, pair)
            return _listed(golden), counted(golden)
        found: list[Outcome] = []
        counts = Counts()
        async for page in self.trying.pages(company_id, span, self._tools.part):
            outcomes = await self.trying.climbed(pair, page.recorded, page.embeddings)
            counts += counted(outcomes)
            found += _listed(outcomes)
        return found, counts

    async def _keep(
        self, tx: Tx, replay_id: UUID, part: tuple[int, int], outcomes: Sequence[Outcome], counts: Counts
    ) -> None:
        """Keeps what a part found; the last one ends the replay."""
        now = self._tools.clock()
        number, messages = part
        kept = await runs.find_run(tx, replay_id, lock=True)
        if kept.run.status is not RunStatus.RUNNING:
            return
        if not await runs.keep_part(tx, replay_id, number, outcomes, now):
            return
        total = kept.counts + counts
        await runs.count_part(tx, replay_id, kept.run.done + messages, total, now)
        if await runs.open_parts(tx, replay_id) == 0:
            saving = await self._saving(tx, kept, total)
            await runs.end_run(tx, replay_id, Ending(RunStatus.DONE, saving=saving), now)
            self._pairs.pop(replay_id, None)

    async def _saving(self, tx: Tx, kept: Kept, counts: Counts) -> Saving:
        run = kept.run
        oldest = await runs.oldest_of(tx, run.id)
        oldest_at = made_at(oldest) if oldest is not None else None
        company = await self.trying.company(run.company_id)
        return monthly(counts, Window(run.days, run.created_at, company.created_at, oldest_at, kept.is_cut).span)

    async def _pair(self, run: ReplayRun, candidate: Candidate) -> Pair:
        """Both sides of a replay, built once in a process; raises `ContentMoved`."""
        async with self._building:
            pair = self._pairs.get(run.id)
            if pair is None:
                pair = await self.trying.pair(run.company_id, candidate)
                if pair.base_version != run.base_version:
                    raise ContentMoved(
                        "what the company answers from changed meanwhile", remedy="start the replay again"
                    )
                self._pairs[run.id] = pair
                while len(self._pairs) > KEPT_PAIRS:
                    self._pairs.popitem(last=False)
        return pair

    async def _fail(self, company_id: UUID, replay_id: UUID, error: str) -> None:
        async with self._database.transaction(company_id) as tx:
            kept = await runs.find_run(tx, replay_id, lock=True)
            if kept.run.status is RunStatus.RUNNING:
                await runs.end_run(tx, replay_id, Ending(RunStatus.FAILED, error), self._tools.clock())

    async def _count(self, company_id: UUID, span: Span, at_most: int) -> int:
        async with self._database.transaction(company_id) as tx:
            return sum(count for _, count in await past.borders(tx, span, size=at_most, limit=at_most))


def _report(pair: Pair, listing: Listing, counts: Counts, saving: Saving, seconds: float) -> Report:
    return Report(
        tally=counts.tally,
        wrong=listing.wrong,
        changed=listing.changed,
        saving_month_micros=saving.micros,
        saving_low_micros=saving.low_micros,
        saving_high_micros=saving.high_micros,
        base_version=pair.base_version,
        seconds=seconds,
        golden=counts.golden,
    )


def made_at(identifier: UUID) -> datetime:
    """When an identifier of version 7 was made."""
    return datetime.fromtimestamp((identifier.int >> 80) / 1_000, UTC)


def _listed(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The messages that a replay names: those that get something else, or are wrong or mended."""
    return [one for one in outcomes if one.effect is not Effect.SAME or one.is_wrong or one.is_mended]


def _check(days: int, at_most: int, most: int) -> None:
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(f"a replay goes back 1 to {MOST_DAYS} days", field="days", remedy="give a number in between")
    if not 1 <= at_most <= most:
        raise Invalid(f"here 1 to {most:,} messages are replayed", field="at_most", remedy="give a number in between")

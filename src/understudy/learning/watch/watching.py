"""Measures what is applied, and demotes what surely does harm."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from understudy.answering.given.service import GivenAnswers
from understudy.companies.domain import CompanyNotFound
from understudy.companies.service import Companies
from understudy.infra.database import Database
from understudy.kit.clock import Clock
from understudy.kit.errors import Conflict, NotFound
from understudy.kit.ids import MAX_48_BITS, uuid_at
from understudy.learning.events import SuggestionDemoted
from understudy.learning.ports import Verdicts
from understudy.learning.settings import LearningSettings
from understudy.learning.watch import precision, store
from understudy.learning.watch.domain import Live, Spotter, Track

BATCH = 2_000
"""Decisions that are looked at in one transaction."""
OVERLAP_MILLIS = 300_000
"""Decisions are read again from a little before the last one seen: a slow transaction may come in below it."""
JUDGED_FOR = timedelta(days=30)
"""How long after an answer it is looked whether anything tells if it was right."""
JUDGED_AT_ONCE = 5_000
KEPT = timedelta(days=400)
"""How long single uses can be looked at; the sums by month stay."""
FORGOTTEN_AT_ONCE = 5_000

Demote = Callable[[SuggestionDemoted], Awaitable[object]]
"""Takes a suggestion back and tells people."""


@dataclass(frozen=True, slots=True)
class Senses:
    """What the watch sees by, and what it does about it."""

    given: GivenAnswers
    verdicts: Verdicts
    demote: Demote


class Watch:
    """The applied suggestions of all companies, measured again and again; safe to run in many workers at once."""

    def __init__(self, *, database: Database, companies: Companies, senses: Senses, clock: Clock) -> None:
        self._database = database
        self._companies = companies
        self._senses = senses
        self._clock = clock

    async def measure_all(self) -> int:
        """Measures what is applied in every company; says how many were demoted."""
        async with self._database.platform() as tx:
            watched = await store.companies_watched(tx)
        return sum([await self.measure(company_id) for company_id in watched])

    async def measure(self, company_id: UUID) -> int:
        """Measures what is applied in one company; says how many were demoted."""
        try:
            company = await self._companies.show(company_id)
        except CompanyNotFound:
            return 0
        async with self._database.transaction(company_id) as tx:
            lives = await store.live(tx)
            seen = await store.mark(tx)
        earliest = await self._note_uses(company_id, [live for live, _ in lives], seen)
        earliest = min(earliest, await self._judge_uses(company_id))
        async with self._database.transaction(company_id) as tx:
            await store.sum_months(tx, month_of(earliest))
            tracks = await store.tracks(tx, [live.suggestion_id for live, _ in lives])
        floor = company.settings.get(LearningSettings).precision_floor
        below = [
            (live, scenario, tracks[live.suggestion_id])
            for live, scenario in lives
            if precision.is_below(floor, tracks[live.suggestion_id].right, tracks[live.suggestion_id].wrong)
        ]
        return sum([await self._demote(company_id, one, floor) for one in below])

    async def forget(self) -> int:
        """Deletes uses that are older than they are kept, in small transactions; says how many."""
        gone = 0
        while True:
            async with self._database.platform() as tx:
                deleted = await store.forget(tx, self._clock() - KEPT, FORGOTTEN_AT_ONCE)
            gone += deleted
            if deleted == 0:
                return gone

    async def _note_uses(self, company_id: UUID, lives: Sequence[Live], seen: UUID | None) -> datetime:
        """Reads the decisions made since; the moment of the first use among them, or now."""
        earliest = self._clock()
        if not lives:
            return earliest
        spotter = Spotter(lives)
        first = min(live.applied_at for live in lives)
        last = before(seen) if seen else uuid_at(int(first.timestamp() * 1000), bytes(10))
        while True:
            given = await self._senses.given.after(company_id, last, limit=BATCH)
            if not given:
                return earliest
            uses = [use for one in given if (use := spotter.use_of(one)) is not None]
            last = given[-1].decision_id
            async with self._database.hot(company_id) as tx:
                await store.add_uses(tx, uses, last)
            earliest = min([earliest, *(use.at for use in uses)])
            if len(given) < BATCH:
                return earliest

    async def _judge_uses(self, company_id: UUID) -> datetime:
        """Notes what is known of recent uses; the moment of the first one of which that is new, or now."""
        now = self._clock()
        async with self._database.hot(company_id) as tx:
            recent = await store.recent_uses(tx, now - JUDGED_FOR, JUDGED_AT_ONCE)
        if not recent:
            return now
        known = await self._senses.verdicts.of(company_id, recent)
        async with self._database.hot(company_id) as tx:
            changed = await store.judge(tx, {one: known.get(one) for one in recent})
        return min([now, *changed])

    async def _demote(self, company_id: UUID, below: tuple[Live, str, Track], floor: float) -> int:
        live, scenario, track = below
        judged = track.right + track.wrong
        try:
            await self._senses.demote(
                SuggestionDemoted(company_id, live.suggestion_id, scenario, track.right, judged, floor)
            )
        except (Conflict, NotFound):
            return 0  # somebody was faster, or there is nothing left to take back
        return 1


def before(seen: UUID) -> UUID:
    """An identifier from a little before another."""
    millis = (seen.int >> 80) & MAX_48_BITS
    return uuid_at(max(0, millis - OVERLAP_MILLIS), bytes(10))


def month_of(at: datetime) -> date:
    """The first day of a moment's month, in UTC."""
    return at.astimezone(UTC).date().replace(day=1)

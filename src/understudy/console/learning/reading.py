"""Gathers the page of learning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from understudy.companies.domain import Company
from understudy.companies.service import Companies
from understudy.kit.clock import Clock
from understudy.learning.deciding.agreeing import is_ready, unanswered
from understudy.learning.deciding.domain import Line, SuggestionQuery, lines_of
from understudy.learning.deciding.service import Deciding
from understudy.learning.domain import Status, Suggestion
from understudy.learning.savings.domain import BillMonth, Grouping, SavingLine, months_of
from understudy.learning.savings.service import Savings
from understudy.learning.watch.domain import Track

PAGE = 20
LINES = 12
"""Lines of a change that are shown at once; the rest unfolds."""
SAVERS = 10
"""Suggestions in the table of what saves most."""


class Shelf(StrEnum):
    """What the page lists."""

    WAITING = "waiting"
    HELD = "held"
    ASIDE = "aside"
    COLLECTING = "collecting"
    APPLIED = "applied"
    ENDED = "ended"


STATUSES: Mapping[Shelf, tuple[Status, ...]] = {
    Shelf.WAITING: (Status.PENDING, Status.APPROVED),
    Shelf.HELD: (Status.HELD,),
    Shelf.ASIDE: (Status.SAVED,),
    Shelf.COLLECTING: (Status.COLLECTING,),
    Shelf.APPLIED: (Status.APPLIED,),
    Shelf.ENDED: (Status.REVERTED, Status.REJECTED, Status.EXPIRED),
}
LABELS: Mapping[Shelf, str] = {
    Shelf.WAITING: "To decide",
    Shelf.HELD: "Held back",
    Shelf.ASIDE: "Put aside",
    Shelf.COLLECTING: "Gathering",
    Shelf.APPLIED: "Applied",
    Shelf.ENDED: "Ended",
}


@dataclass(frozen=True, slots=True)
class Card:
    """One suggestion as it is shown. `told`: what kept a decision from being carried out."""

    suggestion: Suggestion
    lines: tuple[Line, ...]
    more: tuple[Line, ...]
    track: Track
    told: str | None = None

    @property
    def can_be_decided(self) -> bool:
        """Whether it may be approved as it is."""
        return is_ready(self.suggestion) or self.suggestion.status is Status.APPROVED

    @property
    def needs_reply(self) -> bool:
        """Whether it adds a scenario that has nothing to answer yet."""
        return bool(unanswered(self.suggestion.proposal.edit))

    @property
    def has_ended(self) -> bool:
        """Whether it may only be proposed again."""
        return self.suggestion.status in STATUSES[Shelf.ENDED]


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the lists, and how many are in it."""

    shelf: Shelf
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Saver:
    """One line of what saves most."""

    title: str
    line: SavingLine


@dataclass(frozen=True, slots=True)
class LearningView:
    """The page of learning of one company."""

    company: Company
    companies: tuple[tuple[Company, int], ...]
    shelf: Shelf
    tabs: tuple[Tab, ...]
    cards: tuple[Card, ...]
    older: UUID | None
    bill: tuple[BillMonth, ...]
    total: BillMonth
    savers: tuple[Saver, ...]
    now: datetime


class LearningReading:
    """Reads what the page shows. Each company has its own; those with something to decide stand first."""

    def __init__(self, *, companies: Companies, deciding: Deciding, savings: Savings, clock: Clock) -> None:
        self._companies = companies
        self._deciding = deciding
        self._savings = savings
        self._clock = clock

    async def chosen(self, slug: str, companies: Sequence[Company]) -> Company | None:
        """The company of a slug (`CompanyNotFound`); without one, the one with most to decide; None: there is none."""
        if slug:
            return await self._companies.by_slug(slug)
        counts = await self._deciding.counts()
        return max(companies, key=lambda one: _waiting(counts.get(one.id, {})), default=None)

    async def view(
        self, company: Company, companies: Sequence[Company], shelf: Shelf, before: UUID | None = None
    ) -> LearningView:
        """The page."""
        counts = await self._deciding.counts()
        own = counts.get(company.id, {})
        found = await self._deciding.list(company.id, SuggestionQuery(STATUSES[shelf], before=before, limit=PAGE + 1))
        months = months_of(None, None, self._clock())
        bill = await self._savings.bill(company.id, months)
        table = await self._savings.table(company.id, months, by=Grouping.SUGGESTION)
        savers = [line for line in table if line.calls or line.cost_micros][:SAVERS]
        titles = await self._savings.titles(company.id, [UUID(line.key) for line in savers])
        return LearningView(
            company=company,
            companies=tuple((one, _waiting(counts.get(one.id, {}))) for one in companies),
            shelf=shelf,
            tabs=tuple(Tab(one, LABELS[one], sum(own.get(status, 0) for status in STATUSES[one])) for one in Shelf),
            cards=await self.cards(company.id, found[:PAGE]),
            older=found[PAGE - 1].id if len(found) > PAGE else None,
            bill=bill,
            total=_together(bill),
            savers=tuple(Saver(titles.get(UUID(line.key), line.key), line) for line in savers),
            now=self._clock(),
        )

    async def cards(
        self, company_id: UUID, found: Sequence[Suggestion], told: Mapping[UUID, str] | None = None
    ) -> tuple[Card, ...]:
        """Suggestions as they are shown. `told`: what is to be said of some."""
        tracks = await self._deciding.tracks(company_id, [one.id for one in found])
        said = told or {}
        return tuple(_card(one, tracks[one.id], said.get(one.id)) for one in found)

    def now(self) -> datetime:
        """The moment that the page is drawn."""
        return self._clock()


def _card(one: Suggestion, track: Track, told: str | None) -> Card:
    lines = lines_of(one.proposal.edit)
    return Card(one, lines[:LINES], lines[LINES:], track, told)


def _waiting(counts: Mapping[Status, int]) -> int:
    return sum(counts.get(status, 0) for status in STATUSES[Shelf.WAITING])


def _together(bill: Sequence[BillMonth]) -> BillMonth:
    return BillMonth(
        bill[-1].month,
        sum(one.spent_micros for one in bill),
        sum(one.learning_micros for one in bill),
        sum(one.saved_micros for one in bill),
    )

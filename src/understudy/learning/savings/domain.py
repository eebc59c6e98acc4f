"""What learning saved and cost, as values. Money is micro-dollars, months are those of UTC. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from understudy.kit.errors import Invalid
from understudy.llm.ledger.domain import Span

MOST_MONTHS = 24
"""Most months that are read at once."""
SHOWN_MONTHS = 6


class Grouping(StrEnum):
    """What savings are summed by."""

    SUGGESTION = "suggestion"
    TEMPLATE = "template"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Months:
    """A range of months, each as its first day, both included."""

    since: date
    until: date

    def __post_init__(self) -> None:
        """Raises `Invalid` when it ends before it begins, or is longer than is read at once."""
        if self.since > self.until:
            raise Invalid("the range ends before it begins", field="since", remedy="give a month up to `until`")
        if len(self.all) > MOST_MONTHS:
            raise Invalid(f"a range has {MOST_MONTHS} months at most", field="since", remedy="ask for fewer")

    @property
    def all(self) -> tuple[date, ...]:
        """Every month of it."""
        count = (self.until.year - self.since.year) * 12 + self.until.month - self.since.month + 1
        return tuple(moved(self.since, number) for number in range(count))

    @property
    def span(self) -> Span:
        """Its days."""
        return Span(self.since, moved(self.until, 1) - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Saved:
    """One month of one suggestion: answers it gave, how many were judged, what they saved."""

    suggestion_id: UUID
    template_id: UUID
    month: date
    calls: int
    right: int
    wrong: int
    saved_micros: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What making one suggestion cost, in the month it was made."""

    suggestion_id: UUID
    template_id: UUID
    month: date
    cost_micros: int


@dataclass(frozen=True, slots=True)
class SavingLine:
    """The savings of one group. `key`: a suggestion's or template's id, or a month (2026-11).

    `cost_micros`: of making suggestions. By month it is all that learning cost; what came of no suggestion is in no
    other line.
    """

    key: str
    calls: int = 0
    right: int = 0
    wrong: int = 0
    saved_micros: int = 0
    cost_micros: int = 0

    @property
    def net_micros(self) -> int:
        """What is left when learning is paid; below zero while it cost more than it saved."""
        return self.saved_micros - self.cost_micros


@dataclass(frozen=True, slots=True)
class BillMonth:
    """One month's bill. `spent_micros`: on answers; `learning_micros`: on learning."""

    month: date
    spent_micros: int
    learning_micros: int
    saved_micros: int

    @property
    def with_micros(self) -> int:
        """What was paid."""
        return self.spent_micros + self.learning_micros

    @property
    def without_micros(self) -> int:
        """What would have been paid had nothing been learnt."""
        return self.spent_micros + self.saved_micros


def months_of(since: date | None, until: date | None, now: datetime) -> Months:
    """The range that was asked for; without `since` the six months up to `until`, without `until` up to this month."""
    last = (until or now.astimezone(UTC).date()).replace(day=1)
    return Months(since.replace(day=1) if since else moved(last, 1 - SHOWN_MONTHS), last)


def moved(month: date, count: int) -> date:
    """The first day of the month so many months on."""
    years, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(years, index + 1, 1)


def lines(
    saved: Iterable[Saved], spent: Iterable[Spent], by: Grouping, learning: Mapping[date, int] | None = None
) -> tuple[SavingLine, ...]:
    """Savings by group: months in their order, everything else by what is left, most first.

    `learning`: what all learning cost by month; by month it stands in place of what the suggestions cost.
    """
    found: dict[str, SavingLine] = {}

    def add(line: SavingLine) -> None:
        known = found.get(line.key, SavingLine(line.key))
        found[line.key] = SavingLine(
            line.key,
            known.calls + line.calls,
            known.right + line.right,
            known.wrong + line.wrong,
            known.saved_micros + line.saved_micros,
            known.cost_micros + line.cost_micros,
        )

    for one in saved:
        add(SavingLine(_key(one, by), one.calls, one.right, one.wrong, one.saved_micros))
    if by is Grouping.MONTH:
        for month, micros in (learning or {}).items():
            add(SavingLine(f"{month:%Y-%m}", cost_micros=micros))
        return tuple(sorted(found.values(), key=lambda line: line.key))
    for cost in spent:
        add(SavingLine(_key(cost, by), cost_micros=cost.cost_micros))
    return tuple(sorted(found.values(), key=lambda line: (-line.net_micros, line.key)))


def _key(one: Saved | Spent, by: Grouping) -> str:
    if by is Grouping.MONTH:
        return f"{one.month:%Y-%m}"
    return str(one.suggestion_id if by is Grouping.SUGGESTION else one.template_id)

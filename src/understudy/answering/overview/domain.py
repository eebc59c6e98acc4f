"""What is asked of the decisions of all companies, and what comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from understudy.answering.domain import Decision, Outcome, RungName
from understudy.answering.rollups.domain import Sums


@dataclass(frozen=True, slots=True)
class Placed:
    """A decision and the company it belongs to."""

    company_id: UUID
    decision: Decision


@dataclass(frozen=True, slots=True)
class Selection:
    """Which decisions are wanted, newest first; None: any. `before` and `after` are decisions, both excluded."""

    company_id: UUID | None = None
    rung: RungName | None = None
    outcomes: frozenset[Outcome] | None = None
    before: UUID | None = None
    after: UUID | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Counted:
    """How many decisions came to one outcome at one rung."""

    rung: RungName | None
    outcome: Outcome
    count: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Decisions of a span of time in numbers; `median_us`: of the time from message to record, to within 5 %."""

    counted: tuple[Counted, ...]
    median_us: int
    cost_micros: int
    saved_micros: int


@dataclass(frozen=True, slots=True)
class BillLine:
    """What the decisions of one day that came to one outcome at one rung cost, and what they saved; micro-dollars.

    `confidence`: their mean, None where no rung was asked.
    """

    day: date
    rung: RungName | None
    outcome: Outcome
    count: int
    cost_micros: int
    counterfactual_micros: int
    saved_micros: int
    confidence: float | None


def bill_line(line: Sums) -> BillLine:
    """A line of the bill from what was summed."""
    return BillLine(
        day=line.day,
        rung=line.rung,
        outcome=line.outcome,
        count=line.count,
        cost_micros=line.cost_micros,
        counterfactual_micros=line.counterfactual_micros,
        saved_micros=line.saved_micros,
        confidence=line.confidence / line.confident if line.confident else None,
    )


def tally_of(lines: Sequence[Sums], median_us: int) -> Tally:
    """The lines of all days together."""
    counts = Counter[tuple[RungName | None, Outcome]]()
    for line in lines:
        counts[line.rung, line.outcome] += line.count
    return Tally(
        counted=tuple(Counted(rung, outcome, count) for (rung, outcome), count in counts.items()),
        median_us=median_us,
        cost_micros=sum(line.cost_micros for line in lines),
        saved_micros=sum(line.saved_micros for line in lines),
    )

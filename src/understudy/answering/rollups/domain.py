"""Which part of a span was counted by hour, and sums put together. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from understudy.answering.domain import Outcome, RungName

HOUR = timedelta(hours=1)
STEPS_PER_OCTAVE = 8
"""Latencies are counted in steps of a twelfth more each (2 to the power of 1/8): a median is told to within 5 %."""


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment up to before another; None: without end."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Parts:
    """A span cut up: `counted` is whole hours that were counted, `raw` what has to be read from decisions."""

    counted: Span | None
    raw: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """What the decisions of one day that came to one outcome at one rung come to; micro-dollars.

    `confidence`: the sum over the `confident` ones that had any.
    """

    day: date
    rung: RungName | None
    outcome: Outcome
    count: int
    cost_micros: int
    counterfactual_micros: int
    saved_micros: int
    confidence: float
    confident: int


def hour_of(at: datetime) -> datetime:
    """The beginning of a moment's hour."""
    return at.replace(minute=0, second=0, microsecond=0)


def parts(since: datetime, until: datetime | None, counted_until: datetime | None) -> Parts:
    """Cuts a span up. `counted_until`: the beginning of the first hour that was not counted; None: none was."""
    whole = Span(since, until)
    if counted_until is None:
        return Parts(None, (whole,))
    first = hour_of(since) if since == hour_of(since) else hour_of(since) + HOUR
    last = counted_until if until is None else min(hour_of(until), counted_until)
    if first >= last:
        return Parts(None, (whole,))
    raw = [Span(since, first)] if since < first else []
    if until is None or last < until:
        raw.append(Span(last, until))
    return Parts(Span(first, last), tuple(raw))


def added(lines: Iterable[Sums]) -> list[Sums]:
    """The lines with those of the same day, rung and outcome put together, by day."""
    by_key: dict[tuple[date, str, str], Sums] = {}
    for line in lines:
        key = (line.day, line.rung or "", line.outcome)
        before = by_key.get(key)
        by_key[key] = _plus(before, line) if before else line
    return [by_key[key] for key in sorted(by_key)]


def median_us(counts: Mapping[int, int]) -> int:
    """The median of latencies that were counted in steps: the middle of its step, in microseconds; 0 where none is."""
    left = (sum(counts.values()) + 1) // 2
    for step in sorted(counts):
        left -= counts[step]
        if left <= 0:
            return round(2 ** ((step + 0.5) / STEPS_PER_OCTAVE))
    return 0


def step_of(latency_us: int) -> int:
    """The step that a latency is counted in; the database does the same."""
    return math.floor(math.log2(max(1, latency_us)) * STEPS_PER_OCTAVE)


def _plus(one: Sums, other: Sums) -> Sums:
    return replace(
        one,
        count=one.count + other.count,
        cost_micros=one.cost_micros + other.cost_micros,
        counterfactual_micros=one.counterfactual_micros + other.counterfactual_micros,
        saved_micros=one.saved_micros + other.saved_micros,
        confidence=one.confidence + other.confidence,
        confident=one.confident + other.confident,
    )

"""Which part of a span was counted by hour, and sums put together."""

from __future__ import annotations

import random
import statistics
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.answering.domain import Outcome, RungName
from understudy.answering.rollups.domain import HOUR, Parts, Span, Sums, added, hour_of, median_us, parts, step_of

DAY = datetime(2026, 11, 20, tzinfo=UTC)
MOMENTS = st.integers(0, 48 * 60).map(lambda minutes: DAY + timedelta(minutes=minutes))


def at(hour: float) -> datetime:
    return DAY + timedelta(hours=hour)


@pytest.mark.parametrize(
    ("since", "until", "counted", "expected"),
    [
        (0, 24, None, Parts(None, (Span(at(0), at(24)),))),
        (0, 24, 24, Parts(Span(at(0), at(24)), ())),
        (0, 24, 10, Parts(Span(at(0), at(10)), (Span(at(10), at(24)),))),
        (0.5, 9.5, 20, Parts(Span(at(1), at(9)), (Span(at(0.5), at(1)), Span(at(9), at(9.5))))),
        (5, 24, 3, Parts(None, (Span(at(5), at(24)),))),
        (5.25, 5.5, 20, Parts(None, (Span(at(5.25), at(5.5)),))),
        (2, None, 10, Parts(Span(at(2), at(10)), (Span(at(10), None),))),
    ],
)
def test_a_span_is_cut_up(since: float, until: float | None, counted: float | None, expected: Parts) -> None:
    found = parts(at(since), None if until is None else at(until), None if counted is None else at(counted))
    assert found == expected


@given(MOMENTS, MOMENTS, st.none() | st.integers(0, 50).map(at))
def test_the_parts_are_the_span_and_nothing_twice(since: datetime, until: datetime, counted: datetime | None) -> None:
    since, until = sorted((since, until))
    cut = parts(since, until, counted)
    spans = sorted([*cut.raw, *([cut.counted] if cut.counted else [])], key=lambda span: span.since)
    assert spans[0].since == since
    assert spans[-1].until == until
    assert all(one.until == other.since for one, other in pairwise(spans))
    if cut.counted:
        assert counted is not None
        assert cut.counted.until is not None
        assert cut.counted.until <= counted
        assert hour_of(cut.counted.since) == cut.counted.since
        assert (cut.counted.until - cut.counted.since) % HOUR == timedelta(0)


def line(day: int, rung: RungName | None, count: int) -> Sums:
    return Sums(date(2026, 11, day), rung, Outcome.ANSWERED, count, 2 * count, 5 * count, 3 * count, 0.5 * count, count)


def test_lines_of_the_same_day_rung_and_outcome_become_one() -> None:
    found = added([line(2, RungName.RULES, 1), line(1, None, 4), line(2, RungName.RULES, 2)])
    assert found == [line(1, None, 4), line(2, RungName.RULES, 3)]


def test_the_median_is_told_to_within_five_per_cent() -> None:
    chance = random.Random(7)
    for middle in (50, 3_000, 900_000):
        values = [max(1, round(chance.lognormvariate(0, 1) * middle)) for _ in range(2_001)]
        told = median_us(Counter(map(step_of, values)))
        assert told == pytest.approx(statistics.median(values), rel=0.05)
    assert median_us({}) == 0

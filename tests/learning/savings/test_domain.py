"""Sums of what was learnt, by group, and the bill."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.kit.errors import Invalid
from understudy.learning.savings.domain import BillMonth, Grouping, Months, Saved, Spent, lines, months_of, moved

A, B, T = UUID(int=1), UUID(int=2), UUID(int=3)
OCT, NOV = date(2026, 10, 1), date(2026, 11, 1)
SAVED = [Saved(A, T, OCT, 5, 3, 1, 500), Saved(A, T, NOV, 2, 0, 0, 200), Saved(B, T, NOV, 1, 0, 1, 90)]
SPENT = [Spent(B, T, OCT, 400)]


def test_each_grouping_adds_up() -> None:
    by_suggestion = lines(SAVED, SPENT, Grouping.SUGGESTION)
    assert [(one.key, one.calls, one.net_micros) for one in by_suggestion] == [(str(A), 7, 700), (str(B), 1, -310)]
    (whole,) = lines(SAVED, SPENT, Grouping.TEMPLATE)
    assert (whole.calls, whole.saved_micros, whole.cost_micros) == (8, 790, 400)
    by_month = lines(SAVED, SPENT, Grouping.MONTH, {OCT: 1_000})
    assert [(one.key, one.saved_micros, one.cost_micros) for one in by_month] == [
        ("2026-10", 500, 1_000),
        ("2026-11", 290, 0),
    ]


def test_the_bill_with_and_without() -> None:
    month = BillMonth(NOV, 10_000, 300, 4_000)
    assert (month.with_micros, month.without_micros) == (10_300, 14_000)


def test_without_a_range_it_is_the_last_six_months() -> None:
    months = months_of(None, None, datetime(2026, 2, 28, 23, tzinfo=UTC))
    assert (months.since, months.until, len(months.all)) == (date(2025, 9, 1), date(2026, 2, 1), 6)
    assert months.span.until == date(2026, 2, 28)


def test_ranges_that_cannot_be_are_refused() -> None:
    with pytest.raises(Invalid):
        Months(NOV, OCT)
    with pytest.raises(Invalid):
        Months(date(2020, 1, 1), NOV)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-500, 500))
def test_months_on_and_back_again(day: date, count: int) -> None:
    first = day.replace(day=1)
    assert moved(moved(first, count), -count) == first

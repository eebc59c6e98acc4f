"""Months of a company's zone, when a budget is full, and forecasts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.llm.money.windows import Span, forecast_micros, next_span, reached

ZONES = ["UTC", "Pacific/Auckland", "America/Los_Angeles", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
NOVEMBER = Span("2026-11", datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("at", "zone", "month", "ends_at"),
    [
        ("2026-11-30T23:59:59+00:00", "UTC", "2026-11", "2026-12-01T00:00:00+00:00"),
        ("2026-11-30T23:59:59+00:00", "Asia/Tokyo", "2026-12", "2026-12-31T15:00:00+00:00"),
        ("2026-12-01T07:59:59+00:00", "America/Los_Angeles", "2026-11", "2026-12-01T08:00:00+00:00"),
        ("2026-12-15T00:00:00+00:00", "UTC", "2026-12", "2027-01-01T00:00:00+00:00"),
        # Clocks jumped over this midnight: the month began at the jump.
        ("2017-09-20T00:00:00+00:00", "America/Asuncion", "2017-09", "2017-10-01T04:00:00+00:00"),
    ],
)
def test_the_first_window_is_the_local_month(at: str, zone: str, month: str, ends_at: str) -> None:
    moment = datetime.fromisoformat(at)
    assert next_span(moment, zone, None) == Span(month, moment, datetime.fromisoformat(ends_at))


@pytest.mark.parametrize("zone", ZONES)
def test_after_a_change_of_zone_the_next_window_is_the_next_month(zone: str) -> None:
    span = next_span(NOVEMBER.ends_at, zone, NOVEMBER)
    assert (span.month, span.starts_at) == ("2026-12", NOVEMBER.ends_at)
    assert timedelta(days=29) < span.ends_at - span.starts_at < timedelta(days=33)


def test_months_without_a_call_have_no_window() -> None:
    span = next_span(datetime(2027, 3, 5, tzinfo=UTC), "UTC", NOVEMBER)
    assert span == Span("2027-03", datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC))


@given(st.lists(st.tuples(st.sampled_from(ZONES), st.integers(0, 5_000_000)), min_size=2, max_size=12))
def test_windows_follow_each_other_whatever_the_zones(steps: list[tuple[str, int]]) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    last: Span | None = None
    for zone, seconds in steps:
        at = max(at, last.ends_at if last else at) + timedelta(seconds=seconds)
        span = next_span(at, zone, last)
        assert span.starts_at <= at < span.ends_at
        if last is not None:
            assert span.month > last.month
            assert span.starts_at >= last.ends_at
        last = span


def test_shares_of_the_cap() -> None:
    assert reached(499_999, 1_000_000, 0) == ()
    assert reached(500_000, 1_000_000, 0) == (50,)
    assert reached(2_000_000, 1_000_000, 50) == (80, 100)
    assert reached(2_000_000, 1_000_000, 100) == ()
    assert reached(5, 0, 0) == ()


def test_a_forecast_goes_on_as_before() -> None:
    def forecast(spent: int, **passed: float) -> int:
        return forecast_micros(spent, NOVEMBER, NOVEMBER.starts_at + timedelta(**passed))

    assert forecast(100, days=10) == 300
    assert forecast(100, days=30) == 100
    assert forecast(1, days=7) == 5  # rounded up
    assert forecast(100, seconds=1) == forecast(100, days=1) == 3_000
    assert forecast(0, days=3) == 0

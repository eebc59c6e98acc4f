"""Limits, service hours with holidays and clock changes, VIPs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.answering.guards import Admission, Traffic, admit, is_vip, service_at
from understudy.answering.settings import Holiday, HoursSettings, LimitSettings, VipSettings
from understudy.answering.wording.languages.english import PHRASES

ENGLISH = PHRASES.moments
CHICAGO = ZoneInfo("America/Chicago")
BERLIN = ZoneInfo("Europe/Berlin")
UTC_ZONE = ZoneInfo("UTC")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LIMITS = LimitSettings(messages_per_minute=3, messages_per_day=10)


def local(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def every_day(*windows: str, holidays: tuple[Holiday, ...] = ()) -> HoursSettings:
    return HoursSettings.model_validate(dict.fromkeys(WEEKDAYS, windows) | {"holidays": holidays})


@pytest.mark.parametrize(
    ("minute", "day", "expected"),
    [
        (1, 1, Admission.ADMITTED),
        (3, 10, Admission.ADMITTED),
        (4, 5, Admission.TOLD),
        (5, 6, Admission.SILENCED),
        (1, 11, Admission.TOLD),
        (1, 12, Admission.SILENCED),
        (4, 12, Admission.SILENCED),
    ],
)
def test_a_contact_is_told_once_and_then_hears_nothing(minute: int, day: int, expected: Admission) -> None:
    assert admit(Traffic(minute, day), LIMITS) is expected


def test_who_writes_steadily_at_the_limit_is_told_once() -> None:
    assert admit(Traffic(4, 5, was_told=True), LIMITS) is Admission.SILENCED


def test_limits_do_not_hold_for_the_exempt() -> None:
    assert admit(Traffic(900, 900), LIMITS, is_exempt=True) is Admission.ADMITTED


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({}, False),
        ({"lifetime_value": 5_000}, False),
        ({"lifetime_value": 5_000.01}, True),
        ({"lifetime_value": "9000"}, False),
        ({"lifetime_value": True}, False),
        ({"vip": True}, True),
        ({"vip": "yes"}, False),
    ],
)
def test_vips_are_known_by_value_or_flag(attributes: dict[str, object], expected: bool) -> None:
    assert is_vip(attributes, VipSettings()) is expected
    assert is_vip(attributes, VipSettings(enabled=False)) is False


def test_the_default_is_nine_to_six_utc() -> None:
    hours = HoursSettings()
    assert service_at(local("2026-03-02T09:00", UTC_ZONE), hours, UTC_ZONE).is_open
    assert service_at(local("2026-03-02T17:59", UTC_ZONE), hours, UTC_ZONE).is_open
    closed = service_at(local("2026-03-02T18:00", UTC_ZONE), hours, UTC_ZONE)
    assert not closed.is_open
    assert closed.opens_next == datetime(2026, 3, 3, 9, tzinfo=UTC_ZONE)


def test_the_wall_clock_of_the_company_counts() -> None:
    hours = every_day("09:00-18:00")
    assert not service_at(datetime(2026, 1, 15, 14, 59, tzinfo=UTC), hours, CHICAGO).is_open
    assert service_at(datetime(2026, 1, 15, 15, 0, tzinfo=UTC), hours, CHICAGO).is_open
    assert service_at(datetime(2026, 7, 15, 14, 0, tzinfo=UTC), hours, CHICAGO).is_open, "summer time"


def test_a_lunch_break_opens_again_today() -> None:
    hours = every_day("09:00-12:00", "13:00-18:00")
    now = local("2026-03-02T12:30", BERLIN)
    found = service_at(now, hours, BERLIN)
    assert not found.is_open
    assert found.opens_next is not None
    assert ENGLISH.spoken(found.opens_next, now) == "today at 13:00"


def test_an_hour_that_the_clock_skips_is_no_trouble() -> None:
    # Chicago, 8 March 2026: 02:00 becomes 03:00. A window that begins at 02:30 begins at 03:30.
    hours = every_day("02:30-05:00")
    assert not service_at(datetime(2026, 3, 8, 8, 29, tzinfo=UTC), hours, CHICAGO).is_open
    assert service_at(datetime(2026, 3, 8, 8, 30, tzinfo=UTC), hours, CHICAGO).is_open


def test_service_lasts_through_the_hour_that_comes_twice() -> None:
    # Berlin, 25 October 2026: 03:00 becomes 02:00, so 02:30 comes twice; service lasts until the second.
    hours = every_day("01:00-02:30")
    assert service_at(datetime(2026, 10, 25, 0, 45, tzinfo=UTC), hours, BERLIN).is_open
    assert service_at(datetime(2026, 10, 25, 1, 29, tzinfo=UTC), hours, BERLIN).is_open
    assert not service_at(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), hours, BERLIN).is_open


def test_a_holiday_is_closed_and_named() -> None:
    christmas = Holiday(day=date(2020, 12, 25), name="Christmas", yearly=True)
    founding = Holiday(day=date(2026, 12, 26))
    hours = every_day("09:00-18:00", holidays=(christmas, founding))
    now = local("2026-12-25T10:00", BERLIN)
    found = service_at(now, hours, BERLIN)
    assert not found.is_open
    assert found.holiday == christmas
    assert found.opens_next is not None
    assert ENGLISH.spoken(found.opens_next, now) == "on Sunday at 09:00"


def test_a_window_may_last_to_midnight() -> None:
    hours = every_day("18:00-24:00")
    assert service_at(local("2026-03-02T23:59", BERLIN), hours, BERLIN).is_open
    assert not service_at(local("2026-03-03T00:00", BERLIN), hours, BERLIN).is_open


def test_who_never_opens_says_no_day() -> None:
    found = service_at(datetime(2026, 3, 2, tzinfo=UTC), every_day(), UTC_ZONE)
    assert not found.is_open
    assert found.opens_next is None


@pytest.mark.parametrize(
    "windows", [["9-18"], ["18:00-09:00"], ["09:00-09:00"], ["09:00-25:00"], ["09:00-12:00", "11:00-14:00"], ["x"]]
)
def test_impossible_windows_are_refused(windows: list[str]) -> None:
    with pytest.raises(ValueError, match="monday"):
        HoursSettings.model_validate({"monday": windows})


@given(st.integers(0, 2 * 365 * 24 * 60), st.sampled_from([CHICAGO, BERLIN, UTC_ZONE]))
def test_when_it_opens_next_it_is_open(minutes: int, zone: ZoneInfo) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    hours = HoursSettings.model_validate({"saturday": [], "sunday": ["10:00-14:00"]})
    found = service_at(now, hours, zone)
    if not found.is_open:
        assert found.opens_next is not None
        assert found.opens_next > now
        assert service_at(found.opens_next, hours, zone).is_open
        assert not service_at(found.opens_next - timedelta(seconds=1), hours, zone).is_open

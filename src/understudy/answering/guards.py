"""Before and around the climb: limits on one contact, service hours and holidays in the company's zone, VIPs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from understudy.answering.settings import Holiday, HoursSettings, LimitSettings, VipSettings, span

DAYS_LOOKED_AHEAD = 400
"""More than a year: who does not open within it, says so without a day."""
LIFETIME_VALUE = "lifetime_value"
"""The contact attribute that holds what the customer has been worth, in dollars."""


class Admission(StrEnum):
    """Whether a contact's message climbs."""

    ADMITTED = "admitted"
    TOLD = "told"
    """The limit is just passed: the contact is told so, once."""
    SILENCED = "silenced"
    """The contact was told already: nothing is sent."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """How many messages a contact sent within the last minute and day, the present one included."""

    last_minute: int
    last_day: int
    was_told: bool = False
    """Whether the notice stands among the last messages: who writes steadily at the limit hears it once."""


def admit(traffic: Traffic, limits: LimitSettings, *, is_exempt: bool = False) -> Admission:
    """Whether the message climbs. The first message over a limit is told so; those after it are not answered."""
    over = max(traffic.last_minute - limits.messages_per_minute, traffic.last_day - limits.messages_per_day)
    if is_exempt or over <= 0:
        return Admission.ADMITTED
    return Admission.TOLD if over == 1 and not traffic.was_told else Admission.SILENCED


def is_vip(attributes: Mapping[str, Any], settings: VipSettings) -> bool:
    """Whether a contact with these attributes is a VIP. Attributes of the wrong type count as absent."""
    if not settings.enabled:
        return False
    value = attributes.get(LIFETIME_VALUE)
    worth = value if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
    return worth > settings.lifetime_value_above or attributes.get(settings.attribute) is True


@dataclass(frozen=True, slots=True)
class Service:
    """Whether people are there, the holiday if today is one, and when they next come in (local time; None: unknown)."""

    is_open: bool
    holiday: Holiday | None = None
    opens_next: datetime | None = None


def service_at(now: datetime, hours: HoursSettings, zone: ZoneInfo) -> Service:
    """Whether there is service at a moment, by the wall clock of the company's zone and its holidays."""
    today = now.astimezone(zone).date()
    holiday = holiday_on(today, hours)
    if any(opens <= now < closes for opens, closes in _windows_on(today, hours, zone)):
        return Service(is_open=True)
    return Service(is_open=False, holiday=holiday, opens_next=_next_opening(now, hours, zone))


def holiday_on(day: date, hours: HoursSettings) -> Holiday | None:
    """The holiday on a day, if it is one."""
    for holiday in hours.holidays:
        same_day = (holiday.day.month, holiday.day.day) == (day.month, day.day)
        if holiday.day == day or (holiday.yearly and same_day):
            return holiday
    return None


def _windows_on(day: date, hours: HoursSettings, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    if holiday_on(day, hours) is not None:
        return
    for window in hours.on_weekday(day.weekday()):
        opens, closes = span(window)
        start = datetime.combine(day, opens, zone).astimezone(UTC)
        if closes is None:
            yield start, datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
        else:
            yield start, _last_reading(day, closes, zone)


def _last_reading(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The later of the two moments that a wall clock shows this time when it is set back; service lasts to it."""
    return max(datetime.combine(day, at.replace(fold=fold), zone).astimezone(UTC) for fold in (0, 1))


def _next_opening(now: datetime, hours: HoursSettings, zone: ZoneInfo) -> datetime | None:
    today = now.astimezone(zone).date()
    for ahead in range(DAYS_LOOKED_AHEAD):
        for opens, _ in _windows_on(today + timedelta(days=ahead), hours, zone):
            if opens > now:
                return opens.astimezone(zone)
    return None

"""The months of a budget: when one begins and ends, when it is full, and what it will have cost by its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

FULL = 100
ANNOUNCED_PERCENTS = (50, 80, FULL)
"""Shares of the cap that are announced when spending reaches them."""
LEAST_ELAPSED = timedelta(days=1)
"""A forecast takes at least so much of the window to have passed: the first hours tell nothing of a month."""


@dataclass(frozen=True, slots=True)
class Span:
    """A month as a budget has it: its name, such as 2026-11, its first moment, and the first one after it."""

    month: str
    starts_at: datetime
    ends_at: datetime


def next_span(at: datetime, zone: str, last: Span | None) -> Span:
    """The window that holds the moment `at`, when the `last` one (None: there was none) has ended before it.

    The months are those of the company's zone. Windows follow each other without a gap or an overlap, also when the
    zone was changed in between: the running month ends as it began to be, and the one after it ends in the new zone.
    The first window begins with the moment itself, since nothing was spent before.
    """
    local = at.astimezone(ZoneInfo(zone))
    year, month = local.year, local.month
    if last is not None and _name(year, month) <= last.month:
        year, month = _following(int(last.month[:4]), int(last.month[5:]))
    begins = _midnight(year, month, zone)
    starts_at = at if last is None else max(last.ends_at, min(begins, at))
    return Span(_name(year, month), starts_at, _midnight(*_following(year, month), zone))


def reached(spent_micros: int, cap_micros: int, announced_percent: int) -> tuple[int, ...]:
    """The percentages of the cap that spending has reached since the last one announced. A cap of 0 is no budget."""
    if not cap_micros:
        return ()
    return tuple(
        percent
        for percent in ANNOUNCED_PERCENTS
        if percent > announced_percent and spent_micros * 100 >= cap_micros * percent
    )


def forecast_micros(spent_micros: int, span: Span, at: datetime) -> int:
    """What the window will have cost at its end if spending goes on as it did so far, rounded up.

    spent + spent × remaining time ÷ elapsed time, with at least `LEAST_ELAPSED` taken to have passed.
    """
    elapsed = max(at - span.starts_at, LEAST_ELAPSED)
    remaining = max(span.ends_at - span.starts_at - elapsed, timedelta(0))
    return spent_micros - (-spent_micros * (remaining // _TICK)) // (elapsed // _TICK)


_TICK = timedelta(microseconds=1)


def _name(year: int, month: int) -> str:
    return f"{year:04d}-{month:02d}"


def _following(year: int, month: int) -> tuple[int, int]:
    return (year + 1, 1) if month == 12 else (year, month + 1)


def _midnight(year: int, month: int, zone: str) -> datetime:
    """The first moment of a month. Where clocks jump over midnight it is the moment of the jump."""
    return datetime(year, month, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)

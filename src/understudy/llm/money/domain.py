"""Holds and windows as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from understudy.kit.errors import Unavailable
from understudy.llm.bills import Window

KEEP_HOLDS = timedelta(days=90)
"""How long a closed hold is kept: as long as the ledger keeps its row of the call."""


class HoldLost(Unavailable):
    """The hold expired or was given back before the call went out: the money may be somebody else's by now."""

    code = "hold_lost"


class HoldState(StrEnum):
    """What became of a hold."""

    HELD = "held"
    SENT = "sent"
    """The call may have reached the provider, which will bill it."""
    SETTLED = "settled"
    RELEASED = "released"
    """Given back: the call was not made after all."""
    EXPIRED = "expired"
    """Never sent, and given back by the sweep."""
    ORPHANED = "orphaned"
    """Sent and never settled: booked at its worst case by the sweep."""


@dataclass(frozen=True, slots=True)
class Sums:
    """A window's sums after a change, in micro-dollars, and the share of the cap announced so far."""

    month: str
    cap_micros: int
    spent_micros: int
    held_micros: int
    announced_percent: int


@dataclass(frozen=True, slots=True)
class Closed:
    """A hold that was just closed: what was asked for, held and booked, and its window after that."""

    asked_micros: int
    held_micros: int
    booked_micros: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class BudgetStatus:
    """How a budget stands: its window, when that ends, and what it will have cost by then as things go."""

    window: Window
    ends_at: datetime
    forecast_micros: int

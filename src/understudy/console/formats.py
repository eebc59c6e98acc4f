"""How numbers and moments are written on the pages."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from understudy.kit.money import MICROS_PER_DOLLAR, dollars

STEPS = ((60, "s", 1), (3600, "min", 60), (86_400, "h", 3600), (7 * 86_400, "d", 86_400))
"""Up to how many seconds ago which unit is used, and its length in seconds. console.js counts on by the same table."""
CHANNELS = {"api": "API", "webchat": "Web chat", "cli": "Command line"}
JUST_NOW_SECONDS = 3
LEAST_AMOUNT = 100
"""In micro-dollars: what four decimals of a dollar can show."""
LEAST_SHARE = 0.005
"""What is less than this is not rounded up to a whole per cent."""
ROUNDING = 1e-6
"""So that 0.29 stored as 0.28999999 stays 0.29."""


def latency(micros: int) -> str:
    """A duration in the unit that leaves two or three digits."""
    if micros < 1_000:
        return f"{micros} µs"
    if micros < 10_000:
        return f"{micros / 1_000:.1f} ms"
    if micros < 999_500:
        return f"{round(micros / 1_000)} ms"
    return f"{micros / 1_000_000:.1f} s"


def ago(at: datetime, now: datetime) -> str:
    """How long ago, in one unit; from a week on the date."""
    seconds = int((now - at).total_seconds())
    if seconds < JUST_NOW_SECONDS:
        return "just now"
    for limit, unit, length in STEPS:
        if seconds < limit:
            return f"{seconds // length} {unit} ago"
    return f"{at.astimezone(UTC):%d %b %Y}"


def exact(at: datetime) -> str:
    """The moment to the second, in UTC."""
    return f"{at.astimezone(UTC):%d %b %Y, %H:%M:%S} UTC"


def score(value: float | None) -> str:
    """A probability with two digits, rounded down so that it never seems to reach a threshold that it missed."""
    if value is None:
        return "–"
    return f"{math.floor(value * 100 + ROUNDING) / 100:.2f}"


def percent(share: float) -> str:
    """A share as a whole percentage; only the whole is 100 %, only nothing is 0 %."""
    if 0 < share < LEAST_SHARE:
        return "< 1 %"
    if 0 < share < 1:
        return f"{min(99, max(1, round(share * 100)))} %"
    return f"{round(share * 100)} %"


def cost(micros: int) -> str:
    """Money, where nothing is called free."""
    return dollars(micros) if micros else "free"


def total(micros: int) -> str:
    """A sum of money to the cent, unless it is less than one."""
    return f"${micros / MICROS_PER_DOLLAR:,.2f}" if micros >= MICROS_PER_DOLLAR // 100 else dollars(micros)


def amount(micros: int) -> str:
    """Money in a column of a table: four decimals below a dollar, all of them where that would leave nothing."""
    if micros >= MICROS_PER_DOLLAR or 0 < micros < LEAST_AMOUNT:
        return dollars(micros)
    return f"${micros / MICROS_PER_DOLLAR:.4f}" if micros else "$0"


def count(number: int) -> str:
    """A whole number with its thousands apart."""
    return f"{number:,}"


def channel(name: str) -> str:
    """A channel as people call it."""
    return CHANNELS.get(name, words(name))


def words(code: str) -> str:
    """A code as people read it: `below_threshold` → "below threshold"."""
    return code.replace("_", " ")

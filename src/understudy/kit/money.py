"""Money is an integer number of micro-dollars; floats never hold it."""

from __future__ import annotations

MICROS_PER_DOLLAR = 1_000_000


def dollars(micros: int) -> str:
    """Money as people read it: two decimals from a dollar on, up to six below, so that small costs do not vanish."""
    sign = "-" if micros < 0 else ""
    whole, part = divmod(abs(micros), MICROS_PER_DOLLAR)
    if whole:
        cents = (part + 5_000) // 10_000
        whole, cents = whole + cents // 100, cents % 100
        return f"{sign}${whole:,}.{cents:02d}"
    digits = f"{part:06d}".rstrip("0")
    return f"{sign}$0.{digits.ljust(2, '0')}"

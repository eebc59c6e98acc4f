"""The breaker of one provider as a value. Pure: the moments come from outside, in seconds of one clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Permit(StrEnum):
    """Whether a provider may be asked now."""

    ASK = "ask"
    PROBE = "probe"
    """It was left alone long enough: one call may find out whether it answers again."""
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Circuit:
    """The breaker of a provider: closed while `retry_at` is None; else open, and to be probed from that moment on."""

    retry_at: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether the provider is left alone."""
        return self.retry_at is not None

    def permit(self, now: float) -> Permit:
        """What may be done with the provider now."""
        if self.retry_at is None:
            return Permit.ASK
        return Permit.PROBE if now >= self.retry_at else Permit.LEAVE


CLOSED = Circuit()
ENOUGH_CALLS = 10
"""Calls within the hour before a share of failures means anything."""
DEMOTED_ABOVE = 0.5
"""A provider of whose calls more than half failed within the hour is asked after the others."""


@dataclass(frozen=True, slots=True)
class Health:
    """Calls of the last hour, and those of them that failed by the provider's fault."""

    calls: int = 0
    ill: int = 0

    @property
    def is_demoted(self) -> bool:
        """Whether the others are asked first."""
        return self.calls >= ENOUGH_CALLS and self.ill > DEMOTED_ABOVE * self.calls


@dataclass(frozen=True, slots=True)
class Check:
    """What a health check found: how long it took, and how it failed; `fault` None: it did not."""

    latency_ms: int
    fault: str | None = None

    def is_well(self, slow_seconds: float) -> bool:
        """Whether nobody has to know of it."""
        return self.fault is None and self.latency_ms <= slow_seconds * 1000

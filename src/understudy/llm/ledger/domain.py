"""What is asked of the ledger, and the sums that come back. Money is micro-dollars, days are those of UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from understudy.kit.errors import Invalid
from understudy.llm.domain import Fault, Purpose, Tier

MOST_DAYS = 731
"""Longest range that is read at once: two years."""
MOST_CALLS = 200
"""Most calls in one page."""
EARLIEST, LATEST = date(2000, 1, 1), date(2999, 12, 31)
"""Days that can be asked for."""


class Grouping(StrEnum):
    """What usage is summed by."""

    DAY = "day"
    PROVIDER = "provider"
    MODEL = "model"
    PURPOSE = "purpose"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Span:
    """A range of days, both included."""

    since: date
    until: date

    def __post_init__(self) -> None:
        """Raises `Invalid` when it ends before it begins, or is longer than is read at once."""
        if self.since < EARLIEST or self.until > LATEST:
            raise Invalid("no such day is kept", field="since", remedy=f"ask for days from {EARLIEST} to {LATEST}")
        if self.since > self.until:
            raise Invalid("the range ends before it begins", field="since", remedy="give a day up to `until`")
        if self.days > MOST_DAYS:
            raise Invalid(f"a range has {MOST_DAYS} days at most", field="since", remedy="ask for two shorter ranges")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.until - self.since).days + 1

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.since, time(), UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.until + timedelta(days=1), time(), UTC)

    @classmethod
    def last(cls, days: int, now: datetime) -> Span:
        """The days up to today, today included."""
        today = now.astimezone(UTC).date()
        return cls(today - timedelta(days=days - 1), today)


def span_of(since: date | None, until: date | None, *, now: datetime, days: int = 30) -> Span:
    """The range that was asked for; without `since` the `days` up to `until`, without `until` up to today."""
    until = max(EARLIEST, until or now.astimezone(UTC).date())
    return Span(since or max(EARLIEST, until - timedelta(days=days - 1)), until)


@dataclass(frozen=True, slots=True)
class UsageQuery:
    """Which calls are summed; None: any. `company_id` None: of all companies, for the platform only."""

    span: Span
    company_id: UUID | None = None
    provider: str | None = None
    model: str | None = None
    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """What calls came to. `input_tokens` holds the cached ones; `failovers`: calls made because another failed."""

    calls: int = 0
    succeeded: int = 0
    failovers: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost_micros: int = 0

    def __add__(self, other: Sums) -> Sums:
        """Both together."""
        return Sums(
            self.calls + other.calls,
            self.succeeded + other.succeeded,
            self.failovers + other.failovers,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cached_tokens + other.cached_tokens,
            self.cost_micros + other.cost_micros,
        )


@dataclass(frozen=True, slots=True)
class UsageLine:
    """The sums of one group; `key` is a day (2026-11-20), provider, provider/model, purpose, or company id."""

    key: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class UsageTable:
    """Usage by group: days in their order, everything else by cost, highest first."""

    grouping: Grouping
    lines: tuple[UsageLine, ...]

    @property
    def total(self) -> Sums:
        """All lines together."""
        return sum((line.sums for line in self.lines), Sums())


@dataclass(frozen=True, slots=True)
class CallQuery:
    """Which calls to list, newest first; None: any. `before`: the call to go on below."""

    company_id: UUID | None = None
    span: Span | None = None
    provider: str | None = None
    model: str | None = None
    purpose: Purpose | None = None
    message_id: UUID | None = None
    failed: bool | None = None
    before: UUID | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Call:
    """One call as the ledger keeps it. `fault` None: it succeeded. Tokens None: the provider did not say."""

    company_id: UUID
    id: UUID
    at: datetime
    message_id: UUID | None
    purpose: Purpose
    provider_id: UUID
    provider: str
    model: str
    tier: Tier | None
    complexity: float | None
    route_reason: str
    attempt: int
    failover_from: str | None
    prompt_version: str | None
    input_tokens: int | None
    output_tokens: int | None
    cached_tokens: int | None
    cost_micros: int
    latency_ms: int
    first_token_ms: int | None
    fault: Fault | None


@dataclass(frozen=True, slots=True)
class RouteLine:
    """Calls that share tier, fault and provider. `fault` None: they succeeded; `tier` None: they were not routed."""

    tier: Tier | None
    fault: Fault | None
    provider: str
    calls: int


@dataclass(frozen=True, slots=True)
class Climbed:
    """Questions that were routed, those that went up a tier, and how sure the last answers were (None: no question)."""

    questions: int
    went_up: int
    confidence: float | None

    @property
    def share(self) -> float:
        """The share that went up a tier; 0 where nothing was asked."""
        return self.went_up / self.questions if self.questions else 0.0


@dataclass(frozen=True, slots=True)
class Timing:
    """How fast a provider's model answered: successful calls, and their latencies in milliseconds."""

    provider: str
    model: str
    calls: int
    failed: int
    p50_ms: int
    p95_ms: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a model was chosen, in words with the numbers left out; how often; and how complex the questions were."""

    reason: str
    model: str
    calls: int
    least: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class Health:
    """A provider now: whether it is left alone, since when and why, and what its last check came to."""

    provider: str
    is_left_alone: bool
    reason: str | None
    opened_at: datetime | None
    checked_at: datetime | None
    check_ms: int | None
    check_fault: str | None


@dataclass(frozen=True, slots=True)
class Routing:
    """How calls were routed in a range of days."""

    lines: tuple[RouteLine, ...]
    climbed: Climbed
    timings: tuple[Timing, ...]
    reasons: tuple[Reason, ...]
    health: tuple[Health, ...]

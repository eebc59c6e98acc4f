"""How paid calls were routed, as the page of routing shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from understudy.console.figures.asking import Frame
from understudy.kit.text import excerpt
from understudy.llm.domain import Fault, Tier
from understudy.llm.ledger.domain import Climbed, Health, Reason, RouteLine, Timing, UsageQuery
from understudy.llm.ledger.usage import Usage

WENT_UP_AIM = 0.15
"""The cascade is to send less than this share of questions up a tier."""
CONFIDENCE_AIM = 0.85
"""Answers of paid models are to be surer than this on average."""
REASON_LENGTH = 80
FAULTS = {
    Fault.TIMED_OUT: "no whole answer in time",
    Fault.SLOW_START: "no first word in time",
    Fault.RATE_LIMITED: "rate limited",
    Fault.OVERLOADED: "error at the provider",
    Fault.UNREACHABLE: "no connection",
    Fault.CUT: "broke off",
    Fault.MALFORMED: "not readable",
    Fault.BLOCKED: "blocked by its safety filter",
    Fault.KEY_REFUSED: "key refused",
    Fault.NO_MODEL: "no such model",
    Fault.REFUSED: "request refused",
    Fault.CANCELLED: "the caller went away",
}


@dataclass(frozen=True, slots=True)
class TierRow:
    """Calls of one tier; `share` of all that were routed by tier."""

    label: str
    calls: int
    failed: int
    share: float


@dataclass(frozen=True, slots=True)
class FaultRow:
    """How often calls to a provider failed in one way."""

    provider: str
    label: str
    tells: bool
    calls: int


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """One provider: how it is now, and how its models answered."""

    name: str
    health: Health | None
    timings: tuple[Timing, ...]

    @property
    def calls(self) -> int:
        """All its calls in the range."""
        return sum(timing.calls for timing in self.timings)

    @property
    def failed_share(self) -> float:
        """The share of them that failed."""
        return sum(timing.failed for timing in self.timings) / self.calls if self.calls else 0.0


@dataclass(frozen=True, slots=True)
class RoutingView:
    """The page of routing."""

    frame: Frame
    climbed: Climbed
    calls: int
    failed: int
    tiers: tuple[TierRow, ...]
    faults: tuple[FaultRow, ...]
    providers: tuple[ProviderRow, ...]
    reasons: tuple[Reason, ...]

    @property
    def is_climbing_too_much(self) -> bool:
        """Whether more questions went up a tier than are meant to."""
        return self.climbed.share >= WENT_UP_AIM

    @property
    def is_unsure(self) -> bool:
        """Whether answers were less sure than they are meant to be."""
        return self.climbed.confidence is not None and self.climbed.confidence <= CONFIDENCE_AIM


class RoutingReading:
    """Gathers the page of routing."""

    def __init__(self, *, usage: Usage) -> None:
        self._usage = usage

    async def view(self, frame: Frame) -> RoutingView:
        """The page."""
        found = await self._usage.routing(UsageQuery(frame.span, frame.company.id if frame.company else None))
        return RoutingView(
            frame=frame,
            climbed=found.climbed,
            calls=sum(line.calls for line in found.lines),
            failed=sum(line.calls for line in found.lines if line.fault),
            tiers=tuple(tier_rows(found.lines)),
            faults=tuple(fault_rows(found.lines)),
            providers=tuple(provider_rows(found.timings, found.health)),
            reasons=tuple(reason for reason in found.reasons if excerpt(reason.reason, REASON_LENGTH)),
        )


def tier_rows(lines: Sequence[RouteLine]) -> Iterator[TierRow]:
    """The tiers from the cheapest up, then calls that no tier was chosen for."""
    whole = sum(line.calls for line in lines)
    for tier in (*Tier, None):
        own = [line for line in lines if line.tier is tier]
        if own:
            calls = sum(line.calls for line in own)
            failed = sum(line.calls for line in own if line.fault)
            yield TierRow(tier.value if tier else "not routed", calls, failed, calls / whole)


def fault_rows(lines: Sequence[RouteLine]) -> Iterator[FaultRow]:
    """Failures by provider and kind, the most frequent first. `tells`: it speaks against the provider."""
    counted: dict[tuple[str, Fault], int] = {}
    for line in lines:
        if line.fault:
            counted[line.provider, line.fault] = counted.get((line.provider, line.fault), 0) + line.calls
    for (provider, fault), calls in sorted(counted.items(), key=lambda one: (-one[1], one[0])):
        yield FaultRow(provider, FAULTS[fault], fault.is_ill_health, calls)


def provider_rows(timings: Sequence[Timing], health: Sequence[Health]) -> Iterator[ProviderRow]:
    """Each provider that was asked."""
    now = {one.provider: one for one in health}
    for name in sorted({timing.provider for timing in timings}):
        yield ProviderRow(name, now.get(name), tuple(timing for timing in timings if timing.provider == name))

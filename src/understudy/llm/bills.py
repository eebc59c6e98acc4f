"""Who pays for a call, why it was routed as it was, and what became of it: values of meter, gateway and ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from understudy.kit.errors import Unavailable
from understudy.llm.domain import Fault, Pot, Purpose, Tier, Usage


@dataclass(frozen=True, slots=True)
class Bill:
    """Who pays, from which budget with which cap (micro-dollars a month), and what for."""

    company_id: UUID
    zone: str
    cap_micros: int
    pot: Pot = Pot.ANSWERING
    purpose: Purpose = Purpose.ANSWER
    message_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Why a model was chosen. `reason` in words, such as `complexity 0.35`; `attempt` counts from 1 per message."""

    reason: str
    tier: Tier | None = None
    complexity: float | None = None
    attempt: int = 1
    failover_from: str | None = None
    prompt_version: str | None = None


@dataclass(frozen=True, slots=True)
class CallNote:
    """One call as decision and ledger tell of it. `target` is provider/model; `fault` None when it answered."""

    id: UUID
    target: str
    route: Route
    cost_micros: int
    latency_ms: int
    usage: Usage | None = None
    fault: Fault | None = None
    confidence: float | None = None
    first_token_ms: int | None = None


class Unpaid(Unavailable):
    """No answer was paid for; `calls` tells of those that were tried before."""

    code = "unpaid"
    calls: tuple[CallNote, ...] = ()
    is_shared: bool = False
    """Whether the calls were made, and are told of, for the same question that was asked at the same time."""


class OverBudget(Unpaid):
    """The call might cost more than is left of the month's budget: nothing was sent."""

    code = "over_budget"
    calls: tuple[CallNote, ...] = ()
    """What was asked for the same message before, such as by a lower tier."""


class NotConfigured(Unpaid):
    """No provider could be asked: none is set up, or the route names none that is."""

    code = "not_configured"
    calls: tuple[CallNote, ...] = ()
    """What was asked for the same message before, such as by a lower tier."""


class NoPrice(Unpaid):
    """What the model costs is not known, so no money can be set aside for it: nothing was sent."""

    code = "no_price"
    calls: tuple[CallNote, ...] = ()
    """What was asked for the same message before, such as by a lower tier."""


@dataclass(frozen=True, slots=True)
class Window:
    """A budget's month. Micro-dollars; `held` is set aside for calls under way; `month` such as 2026-11."""

    month: str
    cap_micros: int
    spent_micros: int
    held_micros: int

    @property
    def left_micros(self) -> int:
        """What a further call may be held for."""
        return max(0, self.cap_micros - self.spent_micros - self.held_micros)


@dataclass(frozen=True, slots=True)
class Hold:
    """Money set aside for one call, in the window it was taken from."""

    id: UUID
    company_id: UUID
    pot: Pot
    month: str
    amount_micros: int
    model: str = field(default="")

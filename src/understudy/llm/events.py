"""What the paid side announces."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class BudgetReached:
    """A budget's month reached 50, 80 or 100 per cent of its cap. `pot` and `month` (2026-11) name it."""

    company_id: UUID
    pot: str
    month: str
    percent: int


@dataclass(frozen=True, slots=True)
class HoldTooSmall:
    """A call cost more than was held for it: the actual cost was booked and the bound of the model raised."""

    company_id: UUID
    model: str
    held_micros: int
    cost_micros: int


@dataclass(frozen=True, slots=True)
class ProviderDown:
    """A provider is left alone (`LLM_DOWN`). `company_id` None: the platform's."""

    company_id: UUID | None
    provider_id: UUID
    provider: str
    reason: str


@dataclass(frozen=True, slots=True)
class ProviderSlow:
    """A health check took too long (`LLM_SLOW`)."""

    company_id: UUID | None
    provider_id: UUID
    provider: str
    seconds: float


@dataclass(frozen=True, slots=True)
class ProviderBack:
    """A provider that was left alone answers again."""

    company_id: UUID | None
    provider_id: UUID
    provider: str

"""What the loop announces."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SuggestionDemoted:
    """An applied suggestion was taken back by itself: surely fewer of its answers are right than the company wants."""

    company_id: UUID
    suggestion_id: UUID
    scenario: str
    right: int
    judged: int
    floor: float

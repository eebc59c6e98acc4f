"""What is asked of the queue, and what counts in it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from understudy.learning.domain import Evidence, Issue, Status

DISMISSED = (Status.REJECTED, Status.REVERTED)
"""A suggestion that came to this is not made again."""
DECIDED = (*DISMISSED, Status.APPROVED, Status.APPLIED)
"""A suggestion that came to this speaks for no other one with the same texts."""


@dataclass(frozen=True, slots=True)
class SuggestionQuery:
    """Which suggestions to list, newest first; None: any. `before`: the identifier to go on below."""

    statuses: frozenset[Status] | None = None
    issue: Issue | None = None
    scenario: str | None = None
    channel: str | None = None
    language: str | None = None
    template_id: UUID | None = None
    min_confidence: float | None = None
    before: UUID | None = None
    limit: int = 50
    by_priority: bool = False
    """The most worthwhile first, instead of the newest; `before` means nothing then."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Evidence from tasks: one contact is one witness. `confidences`: the best of each contact."""

    evidence: Evidence
    confidences: tuple[float, ...]

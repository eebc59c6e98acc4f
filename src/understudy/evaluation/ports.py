"""What evaluation needs from those above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from understudy.evaluation.domain import Truth


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the right answer to a recorded message. `wrong`: keys that were confirmed to be wrong for it."""

    expected: str | None
    truth: Truth
    wrong: frozenset[str] = frozenset()


class Truths(Protocol):
    """Tells what is known of the right answers to recorded messages."""

    async def of(self, company_id: UUID, message_ids: Sequence[UUID]) -> Mapping[UUID, Known]:
        """By message; those of which nothing is known are left out."""
        ...

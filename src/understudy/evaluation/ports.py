"""What evaluation needs of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from understudy.evaluation.domain import Truth


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the right answer to a message. `wrong`: keys that were confirmed to be wrong for it."""

    expected: str | None
    truth: Truth
    wrong: frozenset[str]


class Truths(Protocol):
    """Knows what recorded messages should get."""

    async def of(self, company_id: UUID, message_ids: Sequence[UUID]) -> Mapping[UUID, Known]:
        """What is known, by message; messages that nothing is known of are left out."""
        ...

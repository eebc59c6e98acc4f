"""What is asked of the messages of all companies."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Search:
    """Inbound messages that hold `words`, whatever their case, newest first. Cursors are messages, both excluded."""

    words: str
    company_id: UUID | None = None
    before: UUID | None = None
    after: UUID | None = None
    limit: int = 200

"""An answer that was given, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from understudy.answering.domain import RungName


@dataclass(frozen=True, slots=True)
class Given:
    """One decision. `key` None: no scenario answered free; `matched`: the trigger or example that it rests on."""

    decision_id: UUID
    contact_id: UUID
    at: datetime
    key: str | None = None
    rung: RungName | None = None
    matched: str | None = None
    confidence: float | None = None
    saved_micros: int = 0

"""A message as it was said."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Said:
    """A message with what is needed to mask it: `contact_name` is a name to look for, if one is known."""

    message_id: UUID
    contact_id: UUID
    text: str
    channel: str
    contact_name: str | None

"""Facts that this package announces, in the transaction that made them. They hold identifiers only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class FeedbackGiven:
    """A contact said what it thinks of a reply, changed its mind, or took it back."""

    company_id: UUID
    message_id: UUID


@dataclass(frozen=True, slots=True)
class AnswerCorrected:
    """A person said of the answer to a contact's message that it was right, or what would have been."""

    company_id: UUID
    message_id: UUID

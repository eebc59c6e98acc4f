"""The question as it climbs: the message, what it is answered from, what it stands in, what was found so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from understudy.answering.domain import Hearing, RungName
from understudy.answering.settings import LadderSettings
from understudy.companies.domain import Company
from understudy.conversations.domain import Contact
from understudy.conversations.domain import Message as Said
from understudy.templates.matching.company_matcher import CompanyMatcher, Evidence, Message


@dataclass(frozen=True, slots=True)
class Situation:
    """What a message stands in: whose it is, and what was said before, oldest first.

    `seconds_left`: how long the turn to answer lasts; `now`: the moment of that.
    """

    company: Company
    contact: Contact
    message_id: UUID
    conversation_id: UUID
    modality: str
    hearing: Hearing
    history: tuple[Said, ...]
    seconds_left: float
    now: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What a rung below found that did not answer."""

    rung: RungName
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Question:
    """What climbs: a message prepared once, and what the company answers from at this moment.

    Where encoding the message or getting the matcher failed, the error stands in its place: the rungs that need it
    raise it, the others go on. `found`: what the rungs below found; without a `situation` only free rungs can answer.
    """

    message: Message
    matcher: CompanyMatcher | Exception
    settings: LadderSettings
    encoding_failed: Exception | None = None
    situation: Situation | None = None
    found: tuple[Found, ...] = ()

    @property
    def closest(self) -> float:
        """How close the rungs below came to an answer: the best confidence that they found, from 0 to 1."""
        found = (one.evidence.best for one in self.found)
        return max((match.confidence for match in found if match), default=0.0)

"""Opinions, invitations and corrections as values, and what they must be like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from understudy.conversations.domain import Channel
from understudy.conversations.inbound import name_problems, text_problems
from understudy.kit.errors import Conflict, Forbidden, Invalid, Problem

WORST, BEST = 1, 5
"""The scale of ratings."""
MAX_COMMENT = 2_000
MAX_REASON = 1_000
MAX_RIGHT_TEXT = 8_000
MAX_KEY = 300
MOST_CHANGES = 50
"""An opinion that was changed so often is left as it is: whoever holds the token is playing."""
KEY = re.compile(r"(?:scenario|qa|trade_qa):\S.*")
"""What can answer, as decisions name it."""


class TokenRefused(Forbidden):
    """The token is not one of ours, or too old."""

    code = "feedback_token_refused"


class OpinionSettled(Conflict):
    """The opinion was changed too often."""

    code = "opinion_settled"


class InvalidFeedback(Invalid):
    """The feedback or correction cannot be taken; nothing was stored."""

    code = "invalid_feedback"


@dataclass(frozen=True, slots=True)
class Invitation:
    """How a contact can say what it thinks of a reply. `asks`: whether to ask it, or only to take what comes."""

    token: str
    asks: bool


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that went out, and the thumb that came back."""

    invitation: Invitation
    is_helpful: bool | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What a contact says of a reply. All of it takes the place of what it said before; nothing takes it back."""

    is_helpful: bool | None = None
    rating: int | None = None
    comment: str | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether it says nothing."""
        return self.is_helpful is None and self.rating is None and self.comment is None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a contact thinks of a reply, `message_id`. `changes`: how often it changed its mind."""

    message_id: UUID
    conversation_id: UUID
    contact_id: UUID
    channel: str
    given: Given
    given_at: datetime
    changed_at: datetime
    changes: int


@dataclass(frozen=True, slots=True)
class OpinionQuery:
    """Which opinions to list, newest reply first; None: any. `before`: the reply to go on below."""

    before: UUID | None = None
    limit: int = 50
    is_helpful: bool | None = None
    channel: Channel | None = None
    with_comment: bool = False


class Category(StrEnum):
    """What is wrong with an answer."""

    WRONG = "wrong"
    """It answers something else, or says what is not so."""
    INCOMPLETE = "incomplete"
    OUTDATED = "outdated"
    TONE = "tone"
    NEEDS_PERSON = "needs_person"
    """Nothing free should have answered: a person has to see to it."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class NewCorrection:
    """What a person says of an answer. `right_key`: what should have answered, such as "scenario:Bank/card_arrival";
    `right_text`: what should have been said. Where `is_right`, the answer was good as it was.
    """

    is_right: bool
    right_key: str | None = None
    right_text: str | None = None
    reason: str = ""
    category: Category = Category.WRONG


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's word on the answer to a contact's message, `message_id`; the last one counts."""

    message_id: UUID
    contact_id: UUID
    said: NewCorrection
    corrected_by: str
    corrected_at: datetime


def check_given(given: Given) -> None:
    """Raises `InvalidFeedback` listing every fault."""
    _refuse(tuple(_given_problems(given)))


def check_correction(said: NewCorrection) -> None:
    """Raises `InvalidFeedback` listing every fault."""
    _refuse(tuple(_correction_problems(said)))


def _given_problems(given: Given) -> Iterator[Problem]:
    if given.rating is not None and not WORST <= given.rating <= BEST:
        yield Problem("rating", f"is {given.rating}", f"give {WORST} (worst) to {BEST} (best)")
    if given.comment is not None:
        yield from text_problems("comment", given.comment, MAX_COMMENT)


def _correction_problems(said: NewCorrection) -> Iterator[Problem]:
    if said.right_key is not None:
        yield from name_problems("right_key", said.right_key, MAX_KEY)
        if not KEY.fullmatch(said.right_key):
            yield Problem("right_key", "is no key of an answer", "give one such as scenario:Retail bank/card_arrival")
    if said.right_text is not None:
        yield from text_problems("right_text", said.right_text, MAX_RIGHT_TEXT)
    if said.reason:
        yield from text_problems("reason", said.reason, MAX_REASON)
    if said.is_right and (said.right_key is not None or said.right_text is not None):
        yield Problem("is_right", "goes with nothing that would have been right instead", "leave one of them out")


def _refuse(problems: tuple[Problem, ...]) -> None:
    if problems:
        message = "; ".join(f"{problem.field}: {problem.message}" for problem in problems)
        raise InvalidFeedback(message, field=problems[0].field, remedy=problems[0].remedy, problems=problems)

"""Judging an answer by what came after it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from understudy.answering.domain import Outcome
from understudy.answering.paid import EscalationReason
from understudy.answering.triggers.reading import says_unsolved
from understudy.learning.signals.domain import Signal

ASKED_AGAIN = 0.70
"""Cosine of two messages from which on the second asks the same as the first. Of pairs of Banking77's test messages, by
the shipped encoder, 30 % of one intent lie above, and 0.2 % of two intents: many repeats in other words are missed, but
hardly any answer is blamed for nothing."""
SAME_REPLY = 0.85
"""Cosine of two replies from which on they say the same."""
OTHER_REPLY = 0.40
"""Cosine of two replies up to which they say something else; between the two nothing is judged. In the same measure,
86 % of pairs of one intent lie above it."""
ON_THE_MATTER = 0.30
"""Cosine of a question and a person's reply from which on that reply answers it; a greeting stays below."""
GOOD_RATING, BAD_RATING = 4, 2
"""From the one on a rating says that it was right, up to the other that it was wrong; 3 says neither."""
BUILT_IN = "scenario:Small talk/"
"""What answers greetings and thanks: these are said again without anything having been wrong."""
ABOUT_THE_HELP = frozenset(
    {EscalationReason.WANTS_PERSON, EscalationReason.FRUSTRATION, EscalationReason.FAILED_ATTEMPTS}
)
"""Reasons of a hand-over that say something of the answer before; the others are about a matter of their own."""


@dataclass(frozen=True, slots=True)
class Next:
    """What the contact said after an answer: when, what, how close to its question (cosine; None where it cannot be
    told), and what came of it.
    """

    at: datetime
    text: str
    likeness: float | None
    is_same_text: bool
    outcome: Outcome
    answered_by: str | None


def is_judged(key: str | None) -> bool:
    """Whether an answer is one that can be right or wrong."""
    return key is not None and not key.startswith(BUILT_IN)


def by_next(answered_at: datetime, said: Next) -> Iterator[tuple[Signal, bool]]:
    """What the contact's next message says of the answer; nothing where it was written before the answer was there."""
    if said.at <= answered_at:
        return
    if said.outcome is Outcome.HANDED_OVER and wants_person(said.answered_by):
        yield Signal.HAND_OVER, False
    is_close = said.likeness is not None and said.likeness >= ASKED_AGAIN
    if said.is_same_text or is_close or says_unsolved(said.text):
        yield Signal.RE_ASK, False


def wants_person(answered_by: str | None) -> bool:
    """Whether a hand-over was asked for, rather than called for by its matter. `answered_by`: as decisions have it."""
    by, _, reason = (answered_by or "").partition(":")
    if by in {"trigger", "llm"}:
        return reason in ABOUT_THE_HELP
    return True  # a scenario whose action is a person, or the contact's own choice


def by_opinion(*, is_helpful: bool | None, rating: int | None) -> bool | None:
    """Whether the contact says that the answer was right; the thumb goes before the stars."""
    if is_helpful is not None:
        return is_helpful
    if rating is None or BAD_RATING < rating < GOOD_RATING:
        return None
    return rating >= GOOD_RATING


def by_correction(*, is_right: bool, right_key: str | None, key: str | None) -> bool:
    """Whether a person says that the answer was right."""
    return is_right or (right_key is not None and right_key == key)


def by_operator(*, to_reply: float, to_question: float) -> bool | None:
    """Whether a person's reply to the same question confirms the answer; cosines to our reply and to the question."""
    if to_reply >= SAME_REPLY:
        return True
    return False if to_reply <= OTHER_REPLY and to_question >= ON_THE_MATTER else None

"""Whether a contact is asked how an answer was. Pure."""

from __future__ import annotations

from understudy.answering.domain import Decision, Outcome
from understudy.conversations.domain import Contact
from understudy.learning.settings import FeedbackPrompts
from understudy.learning.signals.judging import is_judged

SOMETIMES = 2
"""One answer in so many is asked about: often enough to hear of most scenarios, not so often that it is a nuisance."""


def asks(prompts: FeedbackPrompts, contact: Contact, decision: Decision) -> bool:
    """Whether to ask; always the same for the same decision. Only about answers, and never who refused."""
    choice = decision.choice
    if prompts is FeedbackPrompts.NEVER or contact.feedback_refused_at is not None:
        return False
    if choice.outcome is not Outcome.ANSWERED or not is_judged(choice.answered_by):
        return False
    return prompts is FeedbackPrompts.ALWAYS or decision.id.int % SOMETIMES == 0

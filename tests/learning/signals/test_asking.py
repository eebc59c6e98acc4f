"""Whether a contact is asked how an answer was."""

from __future__ import annotations

from dataclasses import replace

from tests.console.samples import NOW, decision, fell_back
from understudy.answering.domain import Decision
from understudy.conversations.domain import Contact
from understudy.infra.system import new_id
from understudy.learning.settings import FeedbackPrompts
from understudy.learning.signals.asking import SOMETIMES, asks

WILLING = Contact(new_id(), None, "en", {}, NOW)
UNWILLING = replace(WILLING, feedback_refused_at=NOW)


def small_talk() -> Decision:
    usual = decision()
    return replace(usual, choice=replace(usual.choice, answered_by="scenario:Small talk/greeting"))


def test_always_and_never() -> None:
    assert asks(FeedbackPrompts.ALWAYS, WILLING, decision())
    assert not asks(FeedbackPrompts.NEVER, WILLING, decision())


def test_who_refused_is_not_asked() -> None:
    assert not asks(FeedbackPrompts.ALWAYS, UNWILLING, decision())


def test_only_answers_are_asked_about() -> None:
    assert not asks(FeedbackPrompts.ALWAYS, WILLING, fell_back())
    assert not asks(FeedbackPrompts.ALWAYS, WILLING, small_talk())


def test_sometimes_is_a_share_and_the_same_for_the_same_answer() -> None:
    many = [decision(id=new_id()) for _ in range(2_000)]
    asked = [asks(FeedbackPrompts.SOMETIMES, WILLING, one) for one in many]
    assert asked == [asks(FeedbackPrompts.SOMETIMES, WILLING, one) for one in many]
    assert abs(sum(asked) / len(many) - 1 / SOMETIMES) < 0.06

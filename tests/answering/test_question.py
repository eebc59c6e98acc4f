"""What a question knows of its own climb."""

from __future__ import annotations

from understudy.answering.domain import RungName
from understudy.answering.question.asked import Found, Question
from understudy.answering.settings import LadderSettings
from understudy.templates.domain import Action
from understudy.templates.matching.company_matcher import Evidence, Match, Message


def found(rung: RungName, confidence: float | None) -> Found:
    match = None if confidence is None else Match("scenario:Bank/x", "x", confidence, "", (), None, Action.NONE, "", "")
    return Found(rung, Evidence("v1", match))


def test_the_closest_is_the_best_confidence_of_any_rung_below() -> None:
    none = Question(Message("hello", None, "en"), LookupError("no matcher"), LadderSettings())
    assert none.closest == 0.0
    evidence = (found(RungName.RULES, 0.4), found(RungName.SEMANTIC, 0.55), found(RungName.TRADE_QA, None))
    asked = Question(none.message, none.matcher, none.settings, found=evidence)
    assert asked.closest == 0.55

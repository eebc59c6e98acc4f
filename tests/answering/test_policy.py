"""What a climb leads to."""

from __future__ import annotations

import pytest

from tests.answering.examples import match
from understudy.answering.domain import FallbackKind, RungName, RungTrace, Verdict
from understudy.answering.ladder import AMBIGUOUS, Ambiguity, Climb
from understudy.answering.policy import OUT_OF_SCOPE_BELOW, Clarify, FallBack, HandOff, Send, decide
from understudy.templates.domain import Action


def trace(
    rung: RungName,
    score: float | None,
    verdict: Verdict = Verdict.BELOW,
    reason: str | None = None,
    in_scope: float | None = None,
) -> RungTrace:
    return RungTrace(rung, verdict, score=score, reason=reason, in_scope=in_scope)


def meant(score: float | None, in_scope: float | None) -> RungTrace:
    return trace(RungName.SEMANTIC, score, in_scope=in_scope)


def unsure(*, certainty: float = 0.4, same_title: bool = False) -> Climb:
    first, second = match("card_arrival", certainty), match("card_arrival" if same_title else "card_lost", certainty)
    doubtful = trace(RungName.SEMANTIC, certainty, Verdict.ABSTAINED, AMBIGUOUS)
    return Climb((doubtful,), ambiguity=Ambiguity(RungName.SEMANTIC, first, second))


def test_an_answer_is_sent() -> None:
    found = match()
    climb = Climb((trace(RungName.RULES, 0.9, Verdict.ANSWERED),), answer=found)
    assert decide(climb, may_clarify=True) == Send(found, RungName.RULES)


@pytest.mark.parametrize("action", [Action.TRANSFER, Action.TAKE_MESSAGE, Action.CALLBACK])
def test_a_scenario_that_asks_for_a_person_hands_over(action: Action) -> None:
    found = match(action=action)
    climb = Climb((trace(RungName.RULES, 0.9, Verdict.ANSWERED),), answer=found)
    assert decide(climb, may_clarify=True) == HandOff(action, RungName.RULES, found)


def test_doubt_is_asked_about_where_the_company_wants_it() -> None:
    assert isinstance(decide(unsure(), may_clarify=True), Clarify)
    assert decide(unsure(), may_clarify=False) == FallBack(FallbackKind.CLARIFICATION_NEEDED)


def test_two_things_of_one_name_are_not_offered() -> None:
    assert isinstance(decide(unsure(same_title=True), may_clarify=True), FallBack)


@pytest.mark.parametrize(
    ("traces", "kind"),
    [
        ((), FallbackKind.NO_MATCH),
        ((trace(RungName.RULES, 0.2),), FallbackKind.NO_MATCH),
        ((trace(RungName.RULES, 0.45),), FallbackKind.CLARIFICATION_NEEDED),
        ((meant(0.01, OUT_OF_SCOPE_BELOW - 0.01),), FallbackKind.OUT_OF_SCOPE),
        ((meant(0.01, OUT_OF_SCOPE_BELOW),), FallbackKind.NO_MATCH),
        ((meant(None, 0.01),), FallbackKind.OUT_OF_SCOPE),
        ((meant(0.01, None),), FallbackKind.NO_MATCH),
        ((meant(0.01, 0.01), trace(RungName.PATTERNS, 0.1, in_scope=0.9)), FallbackKind.NO_MATCH),
        ((trace(RungName.RULES, 0.45), meant(0.01, 0.01)), FallbackKind.CLARIFICATION_NEEDED),
        ((trace(RungName.SEMANTIC, None, Verdict.ABSTAINED, "language"),), FallbackKind.NO_MATCH),
        ((trace(RungName.RULES, 0.45), trace(RungName.SEMANTIC, None, Verdict.FAILED)), FallbackKind.TECHNICAL_ISSUE),
    ],
)
def test_the_kind_of_fallback_says_why(traces: tuple[RungTrace, ...], kind: FallbackKind) -> None:
    assert decide(Climb(traces), may_clarify=True) == FallBack(kind)

"""From a climb to what is done: send, ask back, hand over, or fall back. Pure, so that replay decides the same."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.answering.domain import FallbackKind, RungName
from understudy.answering.ladder import AMBIGUOUS, Ambiguity, Climb
from understudy.templates.domain import Action
from understudy.templates.matching.company_matcher import Match

HALF_SURE = 0.30
"""From this score on something was nearly understood, and the fallback asks for other words; below it nothing fits."""
FAR_OFF = 0.05
"""Where the semantic rung gives even its best guess less than one in twenty, it holds the message to be about something
else. Measured with the shipped bank template: so were 96 of 100 training messages that CLINC150 marks out of scope, 90
of 100 of its messages on cooking, weather, travel and the like, and none of 200 of Banking77."""
TO_A_PERSON = frozenset((Action.TRANSFER, Action.TAKE_MESSAGE, Action.CALLBACK))
"""Actions that make an escalation."""


@dataclass(frozen=True, slots=True)
class Send:
    """Answer with this match."""

    match: Match
    rung: RungName


@dataclass(frozen=True, slots=True)
class HandOff:
    """Hand the conversation to a person. `match` is the scenario that asked for it; None: the contact chose it."""

    action: Action
    rung: RungName
    match: Match | None = None


@dataclass(frozen=True, slots=True)
class Clarify:
    """Ask which of two is meant."""

    ambiguity: Ambiguity


@dataclass(frozen=True, slots=True)
class FallBack:
    """Say that there is no answer, and offer ways to a person."""

    kind: FallbackKind


@dataclass(frozen=True, slots=True)
class Hold:
    """Don't let it climb: the contact wrote too much. `notice`: what is sent; None: nothing."""

    notice: str | None


Step = Send | HandOff | Clarify | FallBack | Hold


def decide(climb: Climb, *, may_clarify: bool) -> Step:
    """What a climb leads to. `may_clarify`: the company wants it, and the last reply was no such question already."""
    if climb.answer is not None and climb.rung is not None:
        return answer_with(climb.answer, climb.rung)
    if climb.ambiguity is not None and may_clarify and _are_distinct(climb.ambiguity):
        return Clarify(climb.ambiguity)
    return FallBack(kind_of(climb))


def answer_with(match: Match, rung: RungName) -> Send | HandOff:
    """Sends the match, or hands over when its scenario asks for a person."""
    return HandOff(match.action, rung, match) if match.action in TO_A_PERSON else Send(match, rung)


def kind_of(climb: Climb) -> FallbackKind:
    """Why nothing answered. A failure on our side comes first: with all rungs well there might have been an answer."""
    if climb.has_failure:
        return FallbackKind.TECHNICAL_ISSUE
    if any(trace.reason == AMBIGUOUS for trace in climb.traces):
        return FallbackKind.CLARIFICATION_NEEDED
    if climb.best_score >= HALF_SURE:
        return FallbackKind.CLARIFICATION_NEEDED
    return FallbackKind.OUT_OF_SCOPE if _is_far_off(climb) else FallbackKind.NO_MATCH


def _is_far_off(climb: Climb) -> bool:
    by_meaning = [trace.score for trace in climb.traces if trace.rung is RungName.SEMANTIC]
    return any(score is not None and score < FAR_OFF for score in by_meaning)


def _are_distinct(ambiguity: Ambiguity) -> bool:
    """Whether offering the two makes sense: they have different names."""
    return ambiguity.first.title.casefold() != ambiguity.second.title.casefold()

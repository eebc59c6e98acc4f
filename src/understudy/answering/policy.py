"""From a climb to what is done: send, ask back, hand over, or fall back. Pure, so that replay decides the same."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.answering.domain import FallbackKind, RungName
from understudy.answering.ladder import AMBIGUOUS, Ambiguity, Climb
from understudy.answering.paid import AnswerKind
from understudy.answering.question.looked import BY_MODEL, Escalate, Written
from understudy.templates.domain import Action
from understudy.templates.matching.company_matcher import Match

HALF_SURE = 0.30
"""From this score on something was nearly understood, and the fallback asks for other words; below it nothing fits."""
VERBATIM = 1.0
"""The confidence of a question or trigger that is the whole message, word for word."""
OUT_OF_SCOPE_BELOW = 0.20
"""Below this probability of being about anything the company's templates know, a message is about something else.

Measured with the head of the shipped bank template on parts that decide nothing else: refused were 167 of 172 training
and validation messages that CLINC150 marks out of scope and 87 of 100 of its messages on cooking, weather, travel and
the like; of 1,500 training messages of Banking77, 4. By the score of the best scenario, below 0.05, it was 166 of 172,
81 of 100 and 5.
"""
TO_A_PERSON = frozenset((Action.TRANSFER, Action.TAKE_MESSAGE, Action.CALLBACK))
"""Actions that make an escalation."""


@dataclass(frozen=True, slots=True)
class Send:
    """Answer with this match. `disclaimer`: what goes below it."""

    match: Match
    rung: RungName
    disclaimer: str = ""


@dataclass(frozen=True, slots=True)
class SendWritten:
    """Answer with what a model wrote from approved sources."""

    written: Written
    rung: RungName
    disclaimer: str = ""


@dataclass(frozen=True, slots=True)
class HandOff:
    """Hand the conversation to a person.

    `match` is the scenario that asked for it, `why` what was seen to need one; neither: the contact chose it.
    """

    action: Action
    rung: RungName
    match: Match | None = None
    why: Escalate | None = None


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


Step = Send | SendWritten | HandOff | Clarify | FallBack | Hold


def decide(climb: Climb, *, may_clarify: bool) -> Step:
    """What a climb leads to. `may_clarify`: the company wants it, and the last reply was no such question already."""
    if climb.escalate is not None:
        return hand_off(climb.escalate)
    if isinstance(climb.answer, Written) and climb.rung is not None:
        return SendWritten(climb.answer, climb.rung, climb.disclaimer)
    if isinstance(climb.answer, Match) and climb.rung is not None:
        return answer_with(climb.answer, climb.rung, climb.disclaimer)
    if climb.is_out_of_scope:
        return FallBack(FallbackKind.OUT_OF_SCOPE)
    if climb.ambiguity is not None and may_clarify and _are_distinct(climb.ambiguity):
        return Clarify(climb.ambiguity)
    return FallBack(kind_of(climb))


def answer_with(match: Match, rung: RungName, disclaimer: str = "") -> Send | HandOff:
    """Sends the match, or hands over when its scenario asks for a person."""
    return HandOff(match.action, rung, match) if match.action in TO_A_PERSON else Send(match, rung, disclaimer)


def hand_off(why: Escalate) -> HandOff:
    """Hands over because a person is needed. What a trigger saw is nobody's answer: it stands with the fallback."""
    return HandOff(Action.TRANSFER, RungName.LLM if why.by == BY_MODEL else RungName.FALLBACK, why=why)


def outranks(climb: Climb) -> bool:
    """Whether an explicit wish for a person goes before what a free rung answers.

    It does, unless the answer leads to a person anyway, or was written for exactly these words.
    """
    answer = climb.answer
    if not isinstance(answer, Match) or climb.rung is RungName.LLM:
        return False
    return answer.action not in TO_A_PERSON and answer.confidence < VERBATIM


def kind_of(climb: Climb) -> FallbackKind:
    """Why nothing answered. A failure on our side comes first: with all rungs well there might have been an answer."""
    if climb.has_failure:
        return FallbackKind.TECHNICAL_ISSUE
    if any(trace.reason in {AMBIGUOUS, AnswerKind.UNCLEAR} for trace in climb.traces):
        return FallbackKind.CLARIFICATION_NEEDED
    if climb.best_score >= HALF_SURE:
        return FallbackKind.CLARIFICATION_NEEDED
    return FallbackKind.OUT_OF_SCOPE if _is_out_of_scope(climb) else FallbackKind.NO_MATCH


def _is_out_of_scope(climb: Climb) -> bool:
    """Whether the rungs that can tell hold the message to be about something else."""
    told = [trace.in_scope for trace in climb.traces if trace.in_scope is not None]
    return bool(told) and max(told) < OUT_OF_SCOPE_BELOW


def _are_distinct(ambiguity: Ambiguity) -> bool:
    """Whether offering the two makes sense: they have different names."""
    return ambiguity.first.title.casefold() != ambiguity.second.title.casefold()

"""From the step that was taken to what the decision says of it: outcome, rung, path, what answered, what it saved."""

from __future__ import annotations

from collections.abc import Sequence

from understudy.answering import money
from understudy.answering.domain import Choice, Outcome, RungName, RungTrace, Spending
from understudy.answering.ladder import path_of
from understudy.answering.policy import Clarify, FallBack, HandOff, Send, Step
from understudy.answering.wording import fallback
from understudy.answering.wording.replies import CLARIFY_KEY, Wording
from understudy.templates.matching.company_matcher import Match

CHOSEN_BY_CONTACT = "contact"
"""What answered a contact that chose a way to a person itself."""


def choice_of(step: Step, traces: Sequence[RungTrace], wording: Wording) -> Choice:
    """What the decision says of a step."""
    path = path_of(traces)
    if isinstance(step, Send | HandOff):
        outcome = Outcome.ANSWERED if isinstance(step, Send) else Outcome.HANDED_OVER
        return _of_match(step.match, step, outcome, path, wording)
    if isinstance(step, Clarify):
        doubt = step.ambiguity
        return Choice(
            Outcome.CLARIFIED,
            path,
            doubt.rung,
            doubt.certainty,
            CLARIFY_KEY,
            offer=wording.offer,
            notices=wording.notices,
        )
    if isinstance(step, FallBack):
        return Choice(
            Outcome.FELL_BACK,
            path,
            RungName.FALLBACK,
            answered_by=fallback.key_of(step.kind),
            fallback_kind=step.kind,
            offer=wording.offer,
            notices=wording.notices,
        )
    return Choice(Outcome.RATE_LIMITED, Outcome.RATE_LIMITED.value, notices=wording.notices)


def spending_of(step: Step, message: str, reply: str) -> Spending:
    """What a step saved: what a free rung answered, the paid one would have been asked for."""
    by_rung = isinstance(step, Send | HandOff) and step.match is not None
    return money.saved(message, reply) if by_rung else money.unsaved()


def _of_match(match: Match | None, step: Send | HandOff, outcome: Outcome, path: str, wording: Wording) -> Choice:
    action = step.action if isinstance(step, HandOff) else step.match.action
    return Choice(
        outcome,
        path,
        step.rung,
        match.confidence if match else None,
        match.key if match else CHOSEN_BY_CONTACT,
        action=action,
        notices=wording.notices,
    )

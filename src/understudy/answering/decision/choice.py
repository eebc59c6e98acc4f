"""From the step that was taken to what the decision says of it: outcome, rung, path, what answered, what it saved."""

from __future__ import annotations

from collections.abc import Sequence

from understudy.answering.decision import money
from understudy.answering.domain import Choice, Outcome, RungName, RungTrace, Spending
from understudy.answering.ladder import path_of
from understudy.answering.policy import Clarify, FallBack, HandOff, Send, SendWritten, Step
from understudy.answering.wording import fallback
from understudy.answering.wording.replies import CLARIFY_KEY, Wording
from understudy.templates.matching.company_matcher import Match

WRITTEN = "llm:written"
"""What answered where a model wrote the answer; its sources stand in the trace."""
CHOSEN_BY_CONTACT = "contact"
"""What answered a contact that chose a way to a person itself."""


def choice_of(step: Step, traces: Sequence[RungTrace], wording: Wording) -> Choice:
    """What the decision says of a step."""
    path = path_of(traces)
    if isinstance(step, SendWritten):
        sure = step.written.confidence
        return Choice(Outcome.ANSWERED, path, step.rung, sure, WRITTEN, notices=wording.notices)
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


def spending_of(
    step: Step, traces: Sequence[RungTrace], texts: tuple[str, str], *, median_micros: int | None = None
) -> Spending:
    """What a message cost, and what it saved: what a free rung or memory answered, the paid one would have cost.

    `texts`: message and reply; `median_micros`: what the company's own paid answers cost, where it has enough of them.
    """
    paid = [trace.paid for trace in traces if trace.paid]
    cost = sum(one.cost_micros for one in paid)
    is_answered = isinstance(step, SendWritten) or (isinstance(step, Send | HandOff) and step.match is not None)
    if not is_answered:
        return money.unsaved(cost)
    if any(one.kind for one in paid) and not any(one.from_cache for one in paid):
        return money.paid(cost)
    return money.saved(*texts, cost_micros=cost, median_micros=median_micros)


def _answered_by(step: Send | HandOff) -> str:
    if isinstance(step, HandOff) and step.why is not None:
        return f"{step.why.by}:{step.why.reason}"
    return step.match.key if step.match else CHOSEN_BY_CONTACT


def _of_match(match: Match | None, step: Send | HandOff, outcome: Outcome, path: str, wording: Wording) -> Choice:
    action = step.action if isinstance(step, HandOff) else step.match.action
    return Choice(
        outcome,
        path,
        step.rung,
        match.confidence if match else None,
        _answered_by(step),
        action=action,
        notices=wording.notices,
    )

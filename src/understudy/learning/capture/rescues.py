"""From a decision to what it teaches. Pure."""

from __future__ import annotations

from understudy.answering.domain import Decision, Outcome, RungName, RungTrace
from understudy.conversations.recorded.domain import Said
from understudy.language.masking.masking import Masker
from understudy.learning.domain import Rescue, Scored

LEARNT_FROM = ("scenario:", "qa:", "trade_qa:", "llm:written")
"""How the keys of answers begin that teach something: an approved reply was picked, or one written from sources."""
MAX_TEXT_CHARACTERS = 2_000
"""Longest utterance that is kept: an example of a scenario is no longer."""


def teaches(decision: Decision) -> bool:
    """Whether a decision is a rescue: a model answered with something that a free rung could have answered with."""
    choice = decision.choice
    if choice.rung is not RungName.LLM or choice.outcome is not Outcome.ANSWERED or choice.answered_by is None:
        return False
    return choice.answered_by.startswith(LEARNT_FROM)


def rescue_of(decision: Decision, said: Said) -> Rescue:
    """What a rescue teaches; personal data is masked before anything is kept, whatever providers may see."""
    masker = Masker(known=(said.contact_name,) if said.contact_name else ())
    trace = next((one for one in reversed(decision.rungs) if one.rung is RungName.LLM), None)
    paid = trace.paid if trace else None
    used = [call.usage for call in paid.calls if call.usage] if paid else []
    return Rescue(
        decision_id=decision.id,
        message_id=decision.about.message_id,
        conversation_id=decision.about.conversation_id,
        contact_id=decision.about.contact_id,
        channel=said.channel,
        language=decision.hearing.language,
        path=decision.choice.path,
        scores=tuple(_scored(one) for one in decision.rungs),
        key=decision.choice.answered_by or "",
        confidence=decision.choice.confidence or 0.0,
        rationale=masker.mask(paid.rationale).text if paid else "",
        latency_ms=round(decision.latency_us / 1000),
        tokens=sum(one.input_tokens + one.output_tokens for one in used),
        cost_micros=decision.spending.cost_micros,
        text=masker.mask(said.text).text[:MAX_TEXT_CHARACTERS],
        decided_at=decision.decided_at,
        template_version=_version(decision),
    )


def _scored(trace: RungTrace) -> Scored:
    return Scored(trace.rung, trace.score, trace.threshold, trace.best.key if trace.best else None)


def _version(decision: Decision) -> str:
    """What the rules matched with: templates and overlays by version, as the decision names them."""
    return next((one.version for one in decision.rungs if one.rung is RungName.RULES and one.version), "")

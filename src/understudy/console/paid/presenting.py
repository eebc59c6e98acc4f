"""Turns what was paid for, and what was said to providers, into what the pages show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from understudy.answering.exchanges.domain import Exchange
from understudy.answering.paid import PaidTrace
from understudy.console.formats import words
from understudy.console.views import CallView, ExchangeView, PaidView, PromptView
from understudy.llm.bills import CallNote


def paid_view(paid: PaidTrace) -> PaidView:
    """What the paid rung cost and came to."""
    return PaidView(
        calls=tuple(_call(call) for call in paid.calls),
        kind=words(paid.kind) + (f": {words(paid.escalation)}" if paid.escalation else "") if paid.kind else "",
        rationale=paid.rationale,
        method=paid.confidence_method,
        sources=", ".join(paid.sources),
        prompt_version=paid.prompt_version or "",
        from_memory=paid.from_cache,
    )


def _call(call: CallNote) -> CallView:
    return CallView(
        model=call.target,
        tier=call.route.tier or "",
        why=call.route.reason,
        came_to=words(call.fault) if call.fault else "answered",
        cost_micros=call.cost_micros,
        latency_us=call.latency_ms * 1_000,
    )


def prompt_view(decision_id: UUID, exchanges: Sequence[Exchange], *, now: datetime) -> PromptView:
    """What a model was told for a decision."""
    said = (
        ExchangeView(
            at=one.at,
            prompt_version=one.prompt_version,
            sections=tuple(section.text for section in one.prompt.sections),
            turns=tuple((turn.role, turn.text) for turn in one.prompt.turns),
            completion=one.completion,
        )
        for one in exchanges
    )
    return PromptView(decision_id, tuple(said), now)

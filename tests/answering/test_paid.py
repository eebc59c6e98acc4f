"""What the paid rung said, as it is kept."""

from __future__ import annotations

import json
from uuid import uuid4

from understudy.answering import paid, store
from understudy.answering.paid import AnswerKind, EscalationReason, PaidTrace
from understudy.llm.bills import CallNote, Route
from understudy.llm.domain import Fault, Tier, Usage


def test_it_reads_as_it_was_written() -> None:
    again = Route("failover", Tier.SMALL, 0.35, 2, failover_from="a/b")
    calls = (
        CallNote(uuid4(), "a/b", Route("complexity 0.35", Tier.SMALL, 0.35), 0, 80, None, Fault.OVERLOADED),
        CallNote(uuid4(), "c/d", again, 31, 410, Usage(900, 40, 800), None, 0.8),
    )
    trace = PaidTrace(
        calls=calls,
        prompt_version="0@1f2e3d4c",
        kind=AnswerKind.PERSON,
        rationale="why",
        escalation=EscalationReason.LEGAL,
        confidence_method="self-rating",
        sources=("qa:1",),
        tier=Tier.SMALL,
        complexity=0.35,
    )
    assert paid.read(json.loads(json.dumps(paid.stored(trace)))) == trace
    assert (trace.cost_micros, trace.model) == (31, "c/d")


def test_decisions_from_before_there_was_a_paid_side_still_read() -> None:
    old = {
        "rung": "llm",
        "verdict": "skipped",
        "version": None,
        "score": None,
        "threshold": None,
        "best": None,
        "second": None,
        "latency_us": 0,
        "reason": "not configured",
        "error": None,
    }
    assert store._trace(old).paid is None

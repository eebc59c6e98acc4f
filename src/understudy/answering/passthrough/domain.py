"""Enquiries, what became of them, and how the decision tells it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from understudy.answering.decision.case import Wish
from understudy.answering.decision.thinking import Heard
from understudy.answering.domain import Choice, FallbackKind, Outcome, RungName, RungTrace, Spending, Verdict
from understudy.answering.ladder import path_of
from understudy.answering.policy import HandOff, Send
from understudy.companies.domain import Company
from understudy.conversations.exchanges.domain import Begun, NewExchange

HANDED_ON = "passthrough"
"""What answered, together with the model's name."""
PAID_FOR = "what it cost: handed on to the model asked for"
NOT_ANSWERED = "none: the model asked for did not answer"


@dataclass(frozen=True, slots=True)
class Enquiry:
    """A question at the front door. `decision_id`: of the decision to come. `begun`: its storage, where that is done.

    `started_us`: when work on it began, in the timer's microseconds. `why_not`: why it does not climb; None: it does.
    """

    company: Company
    new: NewExchange
    decision_id: UUID
    started_us: int
    wish: Wish
    why_not: str | None = None
    begun: Begun | None = None

    @property
    def message_id(self) -> UUID:
        """The message that its calls are made for."""
        return self.begun.message.id if self.begun else self.new.message_id


@dataclass(frozen=True, slots=True)
class Climbed:
    """How far an enquiry got on the free rungs: `step` is what one of them answers; None: none was sure enough."""

    heard: Heard
    traces: tuple[RungTrace, ...]
    step: Send | HandOff | None = None


@dataclass(frozen=True, slots=True)
class HandedOn:
    """What became of an enquiry that was handed on. `model`: provider/model, None where none was reached.

    `reply`: what the model said; None where it said nothing in words, or failed: then `failure` says how.
    """

    model: str | None
    cost_micros: int
    reply: str | None = None
    failure: str | None = None


def trace_of(handed: HandedOn, latency_us: int, why_not: str | None) -> RungTrace:
    """What the decision says of the rung. `why_not`: why the free ones were not asked."""
    verdict = Verdict.ANSWERED if handed.failure is None else Verdict.FAILED
    return RungTrace(
        RungName.PASSTHROUGH,
        verdict,
        version=handed.model,
        latency_us=latency_us,
        reason=f"did not climb: {why_not}" if why_not else None,
        error=handed.failure,
    )


def choice_of(handed: HandedOn, traces: Sequence[RungTrace]) -> Choice:
    """What was decided. Where nothing came, whoever asked got an error, and the climb ended as on a technical issue."""
    path = path_of(traces)
    if handed.failure is None:
        return Choice(Outcome.ANSWERED, path, RungName.PASSTHROUGH, answered_by=f"{HANDED_ON}:{handed.model}")
    return Choice(Outcome.FELL_BACK, path, RungName.FALLBACK, fallback_kind=FallbackKind.TECHNICAL_ISSUE)


def spending_of(handed: HandedOn) -> Spending:
    """What it cost; nothing was saved."""
    if handed.failure is None:
        return Spending(handed.cost_micros, handed.cost_micros, PAID_FOR)
    return Spending(handed.cost_micros, 0, NOT_ANSWERED)


def storable(text: str | None) -> str | None:
    """A model's words as the database takes them: without what is no character; None where nothing is left."""
    if text is None:
        return None
    plain = text.replace("\0", "").encode("utf-8", "replace").decode()
    return plain if plain.strip() else None

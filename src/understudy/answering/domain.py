"""Rungs, their traces, and the decision that is stored with every message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from understudy.answering.paid import PaidTrace
from understudy.kit.errors import NotFound
from understudy.templates.domain import Action


class DecisionNotFound(NotFound):
    """No such decision in this company."""

    code = "decision_not_found"


class RungName(StrEnum):
    """The ways of answering, cheapest first."""

    COMPANY_QA = "company_qa"
    TRADE_QA = "trade_qa"
    RULES = "rules"
    SEMANTIC = "semantic"
    PATTERNS = "patterns"
    KNOWLEDGE = "knowledge"
    LLM = "llm"
    PASSTHROUGH = "passthrough"
    """The front door handed the question on to the model that was asked for."""
    FALLBACK = "fallback"


class Verdict(StrEnum):
    """What one rung came to."""

    ANSWERED = "answered"
    BELOW = "below_threshold"
    """It had a candidate and was not sure enough."""
    ABSTAINED = "abstained"
    """It chose not to answer; the reason says why, such as `ambiguous` or `language`."""
    NOTHING = "nothing"
    """It had no candidate."""
    SKIPPED = "skipped"
    """It was not asked; the reason says why, such as `not configured`."""
    FAILED = "failed"
    """It raised; the error is the class name of what it raised."""


class Outcome(StrEnum):
    """What came of a message."""

    ANSWERED = "answered"
    CLARIFIED = "clarified"
    """A question back went out that offers the two best candidates."""
    HANDED_OVER = "handed_over"
    FELL_BACK = "fell_back"
    WAITING = "waiting_for_person"
    """Nothing was sent: a person has the conversation."""
    RATE_LIMITED = "rate_limited"
    """The contact wrote too much: told once, then nothing is sent."""


class FallbackKind(StrEnum):
    """Why no rung answered."""

    CLARIFICATION_NEEDED = "clarification_needed"
    NO_MATCH = "no_match"
    TECHNICAL_ISSUE = "technical_issue"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a rung would answer with; `matched` is the trigger, question or example, never the customer's words."""

    key: str
    title: str
    confidence: float
    matched: str


@dataclass(frozen=True, slots=True)
class RungTrace:
    """What one rung said in a climb. `score` is the confidence of its best candidate; `paid` what it paid for.

    `in_scope` is the probability that the message is about anything the rung knows; None where it cannot tell, and in
    decisions from before it was kept.
    """

    rung: RungName
    verdict: Verdict
    version: str | None = None
    score: float | None = None
    threshold: float | None = None
    best: Candidate | None = None
    second: Candidate | None = None
    latency_us: int = 0
    reason: str | None = None
    error: str | None = None
    paid: PaidTrace | None = None
    in_scope: float | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One of the things that were offered: the key that answers, and the words it was offered with.

    `words`: further words, folded, by which it is chosen.
    """

    key: str
    title: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """What the last reply offered to choose from; the next message is first read against it."""

    rung: RungName
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Spending:
    """What a decision cost, and what the paid rung would have cost, in micro-dollars; `method` says how it is known."""

    cost_micros: int
    counterfactual_micros: int
    method: str

    @property
    def saved_micros(self) -> int:
        """What answering without the paid rung saved; never negative."""
        return max(0, self.counterfactual_micros - self.cost_micros)


@dataclass(frozen=True, slots=True)
class Hearing:
    """How the message sounded: language code, sentiment from -1 to 1 (None where it cannot be told), urgency."""

    language: str
    sentiment: float | None = None
    urgency: str = "normal"


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided: the outcome, the rung it came from, and what answers.

    `answered_by` is the key of a candidate, `fallback:<kind>`, `llm:written`, or who saw that a person is needed and
    why (`trigger:<reason>`, `llm:<reason>`); None when nothing was sent. `path` is the climb as text, such as
    `rules 0.42 < semantic 0.55 < fallback`.
    """

    outcome: Outcome
    path: str
    rung: RungName | None = None
    confidence: float | None = None
    answered_by: str | None = None
    action: Action = Action.NONE
    fallback_kind: FallbackKind | None = None
    offer: Offer | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """What a decision is about: identifiers only, so that erasing the contact erases its words."""

    message_id: UUID
    conversation_id: UUID
    contact_id: UUID
    reply_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What held when the message was decided. `min_confidence` is what the caller asked for: it only tightens."""

    settings_version: int
    is_vip: bool = False
    min_confidence: float | None = None
    experiment_arms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """The stored trace of one climb: what every rung said, what it cost, what was sent."""

    id: UUID
    decided_at: datetime
    about: Subject
    choice: Choice
    rungs: tuple[RungTrace, ...]
    spending: Spending
    hearing: Hearing
    circumstances: Circumstances
    latency_us: int


@dataclass(frozen=True, slots=True)
class DecisionQuery:
    """Which decisions to list, newest first; `before`: the identifier to go on below."""

    before: UUID | None = None
    limit: int = 50
    rung: RungName | None = None
    outcome: Outcome | None = None
    conversation_id: UUID | None = None
    contact_id: UUID | None = None

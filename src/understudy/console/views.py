"""What the pages show, as values: the templates format and place them, and compute nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from understudy.console.appearance import Look


class RungState(StrEnum):
    """What became of a message at one rung."""

    ANSWERED = "answered"
    ASKED = "asked"
    """It found two that are close, and the reply asks which of them is meant."""
    PASSED = "passed"
    ABSTAINED = "abstained"
    NOTHING = "nothing"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNREACHED = "unreached"


@dataclass(frozen=True, slots=True)
class CandidateView:
    """What a rung found: its title, its probability, and the trigger, question or example that matched."""

    title: str
    confidence: float
    matched: str


@dataclass(frozen=True, slots=True)
class CallView:
    """One call to a provider. `came_to`: answered, or how it failed."""

    model: str
    tier: str
    why: str
    came_to: str
    cost_micros: int
    latency_us: int


@dataclass(frozen=True, slots=True)
class PaidView:
    """What the paid rung cost and came to. `kind` empty: no model answered."""

    calls: tuple[CallView, ...]
    kind: str
    rationale: str
    method: str
    sources: str
    prompt_version: str
    from_memory: bool


@dataclass(frozen=True, slots=True)
class RungView:
    """One rung of a climb. `note` says why it passed, was skipped, or failed."""

    look: Look
    state: RungState
    score: float | None = None
    threshold: float | None = None
    best: CandidateView | None = None
    second: CandidateView | None = None
    version: str | None = None
    latency_us: int | None = None
    note: str | None = None
    paid: PaidView | None = None

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to compare, so that one line is enough."""
        return self.best is None and self.score is None and self.paid is None

    @property
    def is_last(self) -> bool:
        """Whether the reply came from here."""
        return self.state in {RungState.ANSWERED, RungState.ASKED}

    @property
    def is_climbed(self) -> bool:
        """Whether the message came to this rung."""
        return self.state is not RungState.UNREACHED


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One line of the list: an inbound message and what answered it."""

    decision_id: UUID
    at: datetime
    company_name: str
    company_slug: str
    channel: str
    text: str
    look: Look
    outcome: str
    confidence: float | None
    latency_us: int
    cost_micros: int
    saved_micros: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a filter."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class RungChoice:
    """A rung as a filter: `query` leads to the list with this rung chosen, or let go."""

    look: Look
    query: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the traffic one rung answered. `start` and `width` are fractions of the whole bar."""

    look: Look
    count: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Traffic:
    """The last day in numbers."""

    messages: int
    free_share: float
    paid_share: float
    person_share: float
    median_us: int
    cost_micros: int
    saved_micros: int
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class MessagesView:
    """The page of recent messages. `query` keeps the filters; `newest` and `oldest` are cursors."""

    rows: tuple[MessageRow, ...]
    traffic: Traffic
    companies: tuple[Choice, ...]
    rungs: tuple[RungChoice, ...]
    text: str
    query: str
    newest: str
    oldest: str | None
    is_filtered: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation around a climb. `look` tells who or what wrote an outbound one."""

    at: datetime
    text: str
    author: str
    is_inbound: bool
    is_subject: bool
    look: Look | None = None
    climb: UUID | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and a value of the panel below the ladder."""

    name: str
    value: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """What was sent to providers, and what came back, personal data masked. `turns`: who said it, and what."""

    at: datetime
    prompt_version: str
    sections: tuple[str, ...]
    turns: tuple[tuple[str, str], ...]
    completion: str


@dataclass(frozen=True, slots=True)
class PromptView:
    """The page of what a model was told for one decision."""

    decision_id: UUID
    exchanges: tuple[ExchangeView, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class ClimbView:
    """The page of one message: its conversation, its ladder from the lowest rung up, and the facts."""

    decision_id: UUID
    company_name: str
    company_slug: str
    channel: str
    contact_name: str
    at: datetime
    text: str
    reply: str
    look: Look
    outcome: str
    confidence: float | None
    latency_us: int
    cost_micros: int
    counterfactual_micros: int
    saved_micros: int
    method: str
    path: str
    state: str
    rungs: tuple[RungView, ...]
    turns: tuple[Turn, ...]
    facts: tuple[Fact, ...]
    now: datetime

    @property
    def has_prompt(self) -> bool:
        """Whether a model was asked."""
        return any(rung.paid for rung in self.rungs)

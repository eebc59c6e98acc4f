"""The values of the loop: tasks, suggestions, their sources and their evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from understudy.answering.domain import RungName
from understudy.kit.errors import Conflict, NotFound
from understudy.learning.editing import Edit


class SuggestionNotFound(NotFound):
    """No such suggestion in this company."""

    code = "suggestion_not_found"


class TaskNotFound(NotFound):
    """No such learning task in this company."""

    code = "learning_task_not_found"


class SuggestionMoved(Conflict):
    """Somebody decided about the suggestion, or more evidence changed it, since the caller read it."""

    code = "suggestion_moved"


class TaskStatus(StrEnum):
    """How far a task is."""

    PENDING = "pending"
    PROCESSING = "processing"
    DONE = "done"
    FAILED = "failed"


class Issue(StrEnum):
    """What a suggestion changes."""

    ADD_KEYWORDS = "add_keywords"
    ADD_SYNONYMS = "add_synonyms"
    ADD_EXAMPLES = "add_examples"
    TIGHTEN_NEGATIVE_TRIGGERS = "tighten_negative_triggers"
    SPLIT_SCENARIO = "split_scenario"
    ADD_NEW_SCENARIO = "add_new_scenario"
    MERGE_SCENARIOS = "merge_scenarios"
    ADJUST_THRESHOLD = "adjust_threshold"


class Status(StrEnum):
    """Where a suggestion stands."""

    COLLECTING = "collecting"
    """Not enough speaks for it yet: it is not shown."""
    HELD = "held"
    """Its backtest broke something, or it holds what it must not: `held_because` says what."""
    PENDING = "pending"
    """Waits for a person."""
    SAVED = "saved"
    """A person put it aside for later."""
    APPROVED = "approved"
    """A person approved it; it waits for the second one, or for being applied."""
    APPLIED = "applied"
    REJECTED = "rejected"
    EXPIRED = "expired"
    REVERTED = "reverted"
    """It was applied and taken back, by a person or by the watch."""


OPEN = (Status.COLLECTING, Status.HELD, Status.PENDING, Status.SAVED)
"""The states in which a suggestion still gathers sources."""


class Maker(StrEnum):
    """Who proposes."""

    STATISTICS = "statistics"
    """Counts and distances: no model is asked."""
    COACH = "coach"
    """A model, paid from the learning budget."""
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Scored:
    """What one rung came to on the way, with the threshold it missed. `key`: of its best candidate."""

    rung: RungName
    score: float | None
    threshold: float | None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Rescue:
    """What a paid answer teaches: who asked what (masked), what it cost, and what it was about.

    `key`: of the candidate that answered, such as "scenario:Bank/card_arrival"; `text` has personal data masked;
    `message_id`, `contact_id`: identifiers only, so that erasing a contact erases what it taught.
    """

    decision_id: UUID
    message_id: UUID
    conversation_id: UUID
    contact_id: UUID
    channel: str
    language: str
    path: str
    scores: tuple[Scored, ...]
    key: str
    confidence: float
    rationale: str
    latency_ms: int
    tokens: int
    cost_micros: int
    text: str
    decided_at: datetime
    template_version: str


@dataclass(frozen=True, slots=True)
class Task:
    """One rescue on its way to suggestions. `attempts`: how often it was claimed."""

    id: UUID
    company_id: UUID
    rescue: Rescue
    status: TaskStatus
    created_at: datetime
    attempts: int = 0
    suggestion_ids: tuple[UUID, ...] = ()
    error: str | None = None
    processed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What a replay counted for a suggestion, in messages; `saving_micros` a month, with the interval it lies in."""

    messages: int = 0
    newly_caught: int = 0
    changed: int = 0
    newly_wrong: int = 0
    still_paid: int = 0
    saving_micros: int = 0
    saving_low_micros: int = 0
    saving_high_micros: int = 0


@dataclass(frozen=True, slots=True)
class Backtest:
    """A suggestion's replay on past traffic and golden cases. `wrong`: messages it would break, in words, masked."""

    counted: Counted
    replay_id: UUID | None
    at: datetime
    template_version: str
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a suggestion. One contact counts once, however often it said the same."""

    sources: int
    contacts: int
    cost_micros: int
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A suggestion as its maker hands it in, before it has a place in the queue."""

    issue: Issue
    scenario: str
    edit: Edit
    reasoning: str
    language: str
    maker: Maker
    sources: tuple[UUID, ...]
    """The tasks it rests on."""
    model: str | None = None
    cost_micros: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decided:
    """Who decided what about a suggestion, and why."""

    by: str
    at: datetime
    reason: str = ""
    second_by: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A proposed change. `confidence` comes from evidence and backtest; `applied_version` is the template's (or the
    overlay's) version that brought it. `revision` counts changes, for optimistic locking.
    """

    id: UUID
    company_id: UUID
    proposal: Proposal
    status: Status
    evidence: Evidence
    confidence: float
    priority: float
    revision: int
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    similar_this_month: int = 0
    held_because: str | None = None
    backtest: Backtest | None = None
    decided: Decided | None = None
    applied_version: int | None = None
    applied_at: datetime | None = None

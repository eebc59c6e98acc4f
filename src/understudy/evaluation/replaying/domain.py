"""What a replay is given, what it found, and how far one is that runs as jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from understudy.answering.domain import RungName
from understudy.answering.settings import LadderSettings, Thresholds
from understudy.evaluation.domain import Climbed, Effect, Outcome, Tally, Truth
from understudy.kit.errors import Conflict, Invalid, Problem
from understudy.templates.domain import Overlay, Template

MOST_DAYS = 365
MOST_AT_ONCE = 20_000
"""Messages that are replayed within one call; more run as jobs."""
MOST_MESSAGES = 1_000_000
"""Messages of one replay."""
FREE = (RungName.COMPANY_QA, RungName.TRADE_QA, RungName.RULES, RungName.SEMANTIC)
"""The rungs whose thresholds can be moved in a replay: the others are not asked."""


class ReplayEnded(Conflict):
    """The replay is done, failed or cancelled already."""

    code = "replay_ended"


class ContentMoved(Conflict):
    """What the company answers from changed while the replay ran: its parts would not be comparable."""

    code = "content_moved"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is tried in place of what is: a whole template, an overlay over it, thresholds by rung. None: as it is.

    `same_as`: keys that count as another one, for scenarios that are merged or split: {"scenario:Bank/new": "…/old"}.
    """

    template_id: UUID | None = None
    template: Template | None = None
    overlay: Overlay | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)
    same_as: Mapping[str, str] = field(default_factory=dict)

    def settings(self, present: LadderSettings) -> LadderSettings:
        """The settings of the ladder under it; raises `Invalid` for a rung or number that cannot be."""
        problems = [
            Problem(f"thresholds.{name}", "is no free rung", f"take one of {', '.join(FREE)}")
            for name in self.thresholds
            if name not in FREE
        ]
        problems += [
            Problem(f"thresholds.{name}", f"{value} is no probability", "take a number from 0 to 1")
            for name, value in self.thresholds.items()
            if not 0 <= value <= 1
        ]
        if problems:
            raise Invalid("; ".join(map(str, problems)), field=problems[0].field, problems=tuple(problems))
        thresholds = Thresholds(**{**present.thresholds.model_dump(), **self.thresholds})
        return present.model_copy(update={"thresholds": thresholds})


@dataclass(frozen=True, slots=True)
class Report:
    """What a replay found. The saving is for a month, with the interval that it lies in with 95 %, in micro-dollars.

    `wrong` and `changed` name the first 500 each, the certain ones first; `tally` counts all. `golden`: cases that
    climbed along; `base_version`: what the company answered from; `refit_agreement`: with the head that a whole fit
    gives, where that was measured.
    """

    tally: Tally
    wrong: tuple[Outcome, ...]
    changed: tuple[Outcome, ...]
    saving_month_micros: int
    saving_low_micros: int
    saving_high_micros: int
    base_version: str
    seconds: float
    golden: int = 0
    refit_agreement: float | None = None


class RunStatus(StrEnum):
    """How far a replay is that runs as jobs."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """`error` says why."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ReplayRun:
    """A replay that runs in parts as jobs. `total` and `done` are messages; what it found is there when it is done.

    `thresholds` and `template_id`: what is tried, in short.
    """

    id: UUID
    company_id: UUID
    status: RunStatus
    days: int
    total: int
    done: int
    tally: Tally
    golden: int
    base_version: str
    asked_by: str
    created_at: datetime
    template_id: UUID | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)
    saving_month_micros: int | None = None
    saving_low_micros: int | None = None
    saving_high_micros: int | None = None
    finished_at: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One message of a replay that gets something else than before, or is wrong; `text` as it was written."""

    id: UUID
    message_id: UUID | None
    text: str
    before: Climbed
    after: Climbed
    effect: Effect
    expected: str | None
    truth: Truth
    is_wrong: bool
    is_mended: bool


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Which messages of a replay are listed; `after`: the id to go on from."""

    effect: Effect | None = None
    only_wrong: bool = False
    after: UUID | None = None
    limit: int = 50

"""What is asked about suggestions, what is said to them, and how they were applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from understudy.kit.errors import Conflict, UnderstudyError
from understudy.learning.domain import Issue, Status, Suggestion
from understudy.learning.editing import Edit
from understudy.learning.undoing import Undo
from understudy.learning.watch.domain import Track

MOST_LISTED = 200
"""Most suggestions in one page."""
MOST_AT_ONCE = 100
"""Most suggestions that are decided about at once."""


class SuggestionDecided(Conflict):
    """It was decided about already, or is in a state in which this cannot be done."""

    code = "suggestion_decided"


class SuggestionHeld(Conflict):
    """Its replay found harm; the message says which."""

    code = "suggestion_held"


class SecondApproverNeeded(Conflict):
    """Two people must approve, and this is the first one again."""

    code = "second_approver_needed"


@dataclass(frozen=True, slots=True)
class SuggestionQuery:
    """Which suggestions to list, those that save most first; empty or None: any. `before`: the one to go on below."""

    statuses: tuple[Status, ...] = ()
    issue: Issue | None = None
    scenario: str | None = None
    channel: str | None = None
    language: str | None = None
    min_confidence: float | None = None
    before: UUID | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """One suggestion that somebody decides about. `revision`: the one they saw; None: whatever it is now."""

    suggestion_id: UUID
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """A suggestion approved: as it is, or with another `edit`; `is_forced`: although it is held back."""

    choice: Choice
    edit: Edit | None = None
    reason: str = ""
    is_forced: bool = False


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one of several: the suggestion after it, or why nothing was done."""

    suggestion_id: UUID
    suggestion: Suggestion | None = None
    error: UnderstudyError | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One rescue that a suggestion rests on, its text masked."""

    task_id: UUID
    message_id: UUID
    text: str
    channel: str
    path: str
    latency_ms: int
    cost_micros: int
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Application:
    """One time that a suggestion was applied. `version`: what holds it, None while it is being applied.

    `known`: those of its texts that were there before.
    """

    suggestion_id: UUID
    started_at: datetime
    undo: Undo
    known: tuple[str, ...]
    version: int | None = None
    applied_at: datetime | None = None
    reverted_at: datetime | None = None
    reverted_by: str | None = None


@dataclass(frozen=True, slots=True)
class Detail:
    """A suggestion with all that speaks for and against it."""

    suggestion: Suggestion
    sources: tuple[Source, ...]
    diff: tuple[Line, ...]
    applications: tuple[Application, ...]
    track: Track


class Sign(StrEnum):
    """What a line of a diff does."""

    ADDED = "+"
    REMOVED = "-"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a change: `kind` such as trigger or example, in `scenario`."""

    sign: Sign
    scenario: str
    kind: str
    text: str


def lines_of(edit: Edit, thresholds: Mapping[str, float] | None = None) -> tuple[Line, ...]:
    """The change line by line. `thresholds`: those that hold now."""
    lines: list[Line] = []
    for one in edit.scenarios:
        for kind in ("triggers", "negative_triggers", "examples"):
            name = kind.removesuffix("s").replace("_", " ")
            lines += [Line(Sign.REMOVED, one.scenario, name, text) for text in getattr(one, f"without_{kind}")]
            lines += [Line(Sign.ADDED, one.scenario, name, text) for text in getattr(one, kind)]
    for new in edit.added:
        scenario = new.scenario
        lines.append(Line(Sign.ADDED, scenario.name, "scenario", f"{scenario.name}, in {new.category}"))
        for kind, texts in (("trigger", scenario.triggers), ("example", scenario.examples)):
            lines += [Line(Sign.ADDED, scenario.name, kind, text) for text in texts]
        lines += [Line(Sign.ADDED, scenario.name, "reply", reply.full) for reply in scenario.replies]
    lines += [Line(Sign.REMOVED, name, "scenario", "") for name in edit.removed]
    for term, variants in edit.synonyms.items():
        lines += [Line(Sign.ADDED, term, "synonym", f"{variant}, as {term}") for variant in variants]
    for rung, value in edit.thresholds.items():
        if thresholds and rung in thresholds:
            lines.append(Line(Sign.REMOVED, rung, "threshold", f"{thresholds[rung]:.2f}"))
        lines.append(Line(Sign.ADDED, rung, "threshold", f"{value:.2f}"))
    return tuple(lines)

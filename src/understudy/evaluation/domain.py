"""The values of evaluation: golden cases, recorded messages, what a replay found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from understudy.answering.domain import RungName
from understudy.kit.errors import NotFound


class GoldenCaseNotFound(NotFound):
    """No such golden case in this company."""

    code = "golden_case_not_found"


class ReplayNotFound(NotFound):
    """No such replay in this company."""

    code = "replay_not_found"


class Origin(StrEnum):
    """Where a golden case comes from."""

    IMPORTED = "imported"
    CONFIRMED = "confirmed"
    """A recorded answer that somebody confirmed."""
    CORRECTED = "corrected"
    """A person said what would have been right."""


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """A message and its right answer. `expected`: the key that should answer, such as "scenario:Bank/card_arrival";
    None: nothing free should answer. `since`: the version of the set that brought it; `until`: the one that dropped it.
    """

    id: UUID
    text: str
    expected: str | None
    language: str
    origin: Origin
    since: int
    added_by: str
    added_at: datetime
    until: int | None = None
    message_id: UUID | None = None
    note: str = ""


class Truth(StrEnum):
    """How it is known what a recorded message should get."""

    GOLDEN = "golden"
    CONFIRMED = "confirmed"
    """Thumbs up, or an operator sent the same."""
    CORRECTED = "corrected"
    PAID = "paid"
    """What the paid rung answered: likely, not certain."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Climbed:
    """What the free rungs came to for one message: the key that answers, None where none does."""

    key: str | None
    rung: RungName | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded message, ready to climb again. `wrong`: keys that were confirmed to be wrong for it.

    `cost_micros`: what the paid rung took for it; `counterfactual_micros`: what it would take were no free rung to
    answer. `min_confidence`: what its sender asked of every rung.
    """

    id: UUID
    text: str
    language: str
    expected: str | None
    truth: Truth
    wrong: frozenset[str] = frozenset()
    cost_micros: int = 0
    counterfactual_micros: int = 0
    min_confidence: float = 0.0

    @property
    def price_micros(self) -> int:
        """What it costs when nothing free answers it."""
        return max(self.cost_micros, self.counterfactual_micros)


class Effect(StrEnum):
    """What a candidate does to one message."""

    SAME = "same"
    CAUGHT = "caught"
    """It was not answered free before and is now."""
    CHANGED = "changed"
    """Another free answer than before."""
    LOST = "lost"
    """It was answered free before and is not now."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One message under both. `is_wrong`: the answer after is known to be wrong, and was not wrong before."""

    recorded: Recorded
    before: Climbed
    after: Climbed
    effect: Effect
    is_wrong: bool = False
    is_mended: bool = False
    """The answer before was wrong, and is right now or gone."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a replay counted, in messages. `saving_micros` over the window; the interval is for a month."""

    messages: int = 0
    newly_caught: int = 0
    changed: int = 0
    newly_wrong: int = 0
    mended: int = 0
    lost: int = 0
    still_paid: int = 0
    saving_micros: int = 0

"""What the loop needs of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from understudy.evaluation.domain import Outcome, Tally
from understudy.learning.editing import Edit
from understudy.templates.domain import Overlay, Template


@dataclass(frozen=True, slots=True)
class Trial:
    """Content and settings to try in place of the present ones. `template`: the whole one after the change; None, like
    `overlay` None: as it is. `thresholds`: rung to confidence, those that differ. `same_as`: keys that count as another
    one, for scenarios that are merged or split.
    """

    template_id: UUID
    template: Template | None = None
    overlay: Overlay | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)
    same_as: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tried:
    """What a replay under a trial found. The saving is for a month, with the interval it lies in, in micro-dollars."""

    tally: Tally
    wrong: tuple[Outcome, ...] = ()
    saving_micros: int = 0
    saving_low_micros: int = 0
    saving_high_micros: int = 0


class Trials(Protocol):
    """Replays past traffic under a trial, in memory; nothing is sent and nothing is paid."""

    async def run(self, company_id: UUID, trial: Trial, *, days: int) -> Tried:
        """What would have come of the messages of the last days."""
        ...


class Refusals(Protocol):
    """Knows what may not stand in a suggestion, whoever wrote it."""

    def of(self, edit: Edit, language: str) -> Sequence[str]:
        """Why texts of the edit may not stand, each reason once; empty: they may."""
        ...


class Verdicts(Protocol):
    """What is known of answers that were given."""

    async def of(self, company_id: UUID, decision_ids: Sequence[UUID]) -> Mapping[UUID, bool]:
        """Whether the answer was right, by decision; those that nothing tells about are left out."""
        ...

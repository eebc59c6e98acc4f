"""What suggestions are judged by: replays, what may not stand in them, and how given answers turned out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from understudy.evaluation.replaying.domain import Candidate
from understudy.evaluation.replaying.service import Replays
from understudy.learning.editing import Edit
from understudy.learning.ports import Trial, Tried
from understudy.learning.queue.safety import Identify, cleaned


@dataclass(frozen=True, slots=True)
class Replaying:
    """Tries a change on past traffic and golden cases: `learning.ports.Trials`."""

    replays: Replays

    async def run(self, company_id: UUID, trial: Trial, *, days: int) -> Tried:
        """What would have come of the messages of the last days."""
        candidate = Candidate(trial.template_id, trial.template, trial.overlay, trial.thresholds, trial.same_as)
        report = await self.replays.backtest(company_id, candidate, days=days)
        return Tried(
            report.tally,
            report.wrong,
            report.saving_month_micros,
            report.saving_low_micros,
            report.saving_high_micros,
        )


@dataclass(frozen=True, slots=True)
class Refusing:
    """Knows what may not stand in a suggestion: `learning.ports.Refusals`.

    Replies are not looked at: what a person writes there, they could write into the template as well.
    """

    identify: Identify

    def of(self, edit: Edit, language: str) -> Sequence[str]:
        """Each reason once."""
        bare = tuple(replace(one, scenario=replace(one.scenario, replies=())) for one in edit.added)
        _, refused = cleaned(replace(edit, added=bare), language=language, identify=self.identify)
        return tuple(dict.fromkeys(one.reason for one in refused))

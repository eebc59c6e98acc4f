"""Replays suggestions before anybody sees them, and judges what the replay found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from understudy.companies.domain import Company, CompanyNotFound
from understudy.companies.service import Companies
from understudy.infra.computing import in_thread
from understudy.infra.database import Database
from understudy.infra.jobs import Jobs
from understudy.kit.clock import Clock
from understudy.kit.errors import Conflict, NotFound
from understudy.language.masking.masking import mask
from understudy.learning import gate
from understudy.learning.deciding import store
from understudy.learning.deciding.ground import Ground, changes_content
from understudy.learning.deciding.grounds import Grounds
from understudy.learning.domain import Backtest, Counted, Status, Suggestion
from understudy.learning.editing import Edit
from understudy.learning.gate import Collecting, Held, Policy, Replayed, Verdict
from understudy.learning.joining import clash
from understudy.learning.ports import Trials, Tried
from understudy.learning.settings import LearningSettings

GATE_JOB = "learning.gate"
"""Replays what is due of a company: `company_id`."""
AT_ONCE = 10
"""Suggestions that one job replays; what is left waits for the next."""
TESTED_AGAIN_AFTER = timedelta(minutes=10)
"""A suggestion that more and more speaks for is not replayed more often than this."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What a replay came to. `backtest` None: it was not needed to see that the change cannot be."""

    verdict: Verdict
    backtest: Backtest | None = None


class Gating:
    """Keeps people from being asked in vain."""

    def __init__(
        self, *, database: Database, companies: Companies, grounds: Grounds, trials: Trials, clock: Clock
    ) -> None:
        self._database = database
        self._companies = companies
        self._grounds = grounds
        self._trials = trials
        self._clock = clock

    async def enqueue_due(self, jobs: Jobs) -> int:
        """Enqueues one job for each company that may have something due; says how many."""
        now = self._clock()
        async with self._database.platform() as tx:
            found = await store.companies_to_gate(tx, now - TESTED_AGAIN_AFTER, now)
            for company_id in found:
                await jobs.defer(tx, GATE_JOB, once=f"{GATE_JOB}:{company_id}", company_id=str(company_id))
        return len(found)

    async def examine_due(self, company_id: UUID) -> int:
        """Replays what is due of a company that learns, what would save most first; says how many."""
        try:
            company = await self._companies.show(company_id)
        except CompanyNotFound:
            return 0
        settings = company.settings.get(LearningSettings)
        if not settings.auto_learn:
            return 0
        now = self._clock()
        async with self._database.transaction(company_id) as tx:
            found = await store.due(
                tx,
                now - TESTED_AGAIN_AFTER,
                now,
                min_confidence=settings.min_confidence_for_suggestion,
                limit=AT_ONCE,
            )
        for suggestion_id in found:
            await self.examine(company_id, suggestion_id)
        return len(found)

    async def examine(self, company_id: UUID, suggestion_id: UUID) -> Suggestion:
        """Replays a suggestion and puts it where it belongs; raises `SuggestionNotFound`.

        One that was decided about meanwhile, or whose change is another by now, stays as it is.
        """
        async with self._database.transaction(company_id) as tx:
            before = await store.find(tx, suggestion_id)
        if before.status not in store.GATED:
            return before
        edit, prior = before.proposal.edit, prior_of(before)
        try:
            ground = await self._grounds.of(company_id, edit)
            is_there = changes_content(edit) and not edit.thresholds and ground.has(edit)
            examined = None if is_there else await self.try_out(company_id, ground, edit, prior=prior)
        except (Conflict, NotFound) as error:
            is_there, examined = False, Examined(Held(prior, error.message))
        async with self._database.transaction(company_id) as tx:
            known = await store.find(tx, suggestion_id, lock=True)
            if known.status not in store.GATED or known.proposal.edit != edit:
                return known
            after = self._gone(known) if is_there else self._judged(known, examined)
            await store.change(tx, after)
        return after

    async def try_out(self, company_id: UUID, ground: Ground, edit: Edit, *, prior: float) -> Examined:
        """Replays a change on what it is about now; raises `EditStale` where it does not fit."""
        company = await self._companies.show(company_id)
        if (said := clash(edit, ground.seen)) is not None:
            return Examined(Held(prior, said))
        settings = company.settings.get(LearningSettings)
        tried = await self._trials.run(company_id, ground.trial(edit), days=settings.backtest_days)
        verdict = gate.judge(prior, Replayed(tried.tally, tried.wrong), policy_of(company))
        wrong = await in_thread(gate.told, tried.wrong, lambda text: mask(text).text)
        return Examined(verdict, self._backtest(tried, ground.token(edit), wrong))

    def _backtest(self, tried: Tried, token: str, wrong: Sequence[str]) -> Backtest:
        tally = tried.tally
        counted = Counted(
            messages=tally.messages,
            newly_caught=tally.newly_caught,
            changed=tally.changed,
            newly_wrong=tally.newly_wrong,
            still_paid=tally.still_paid,
            saving_micros=tried.saving_micros,
            saving_low_micros=tried.saving_low_micros,
            saving_high_micros=tried.saving_high_micros,
        )
        return Backtest(counted, None, self._clock(), token, tuple(wrong))

    def _judged(self, known: Suggestion, examined: Examined | None) -> Suggestion:
        assert examined is not None
        verdict, backtest = examined.verdict, examined.backtest
        now = backtest.at if backtest else self._clock()
        after = replace(known, revision=known.revision + 1, updated_at=now, backtest=backtest, held_because=None)
        after = replace(after, confidence=verdict.confidence)
        if backtest is not None:
            after = replace(after, priority=backtest.counted.saving_micros * verdict.confidence)
        if isinstance(verdict, Held):
            return replace(after, status=Status.HELD, held_because=verdict.because)
        if isinstance(verdict, Collecting):
            return replace(after, status=Status.COLLECTING, held_because=verdict.because)
        return replace(after, status=Status.PENDING)

    def _gone(self, known: Suggestion) -> Suggestion:
        """What is there already has nothing to be decided."""
        because = "what it would change is there already"
        return replace(
            known,
            status=Status.EXPIRED,
            held_because=because,
            revision=known.revision + 1,
            updated_at=self._clock(),
        )


def prior_of(one: Suggestion) -> float:
    """How sure its evidence alone makes it: its confidence may be that after a replay."""
    return float(one.proposal.details.get(store.PRIOR, one.confidence))


def policy_of(company: Company) -> Policy:
    """What a company asks of suggestions."""
    settings = company.settings.get(LearningSettings)
    return Policy(settings.min_confidence_for_suggestion, settings.precision_floor)

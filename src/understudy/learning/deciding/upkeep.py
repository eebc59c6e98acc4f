"""What happens to decisions by itself: what does harm is taken back, what a dead process left is finished."""

from __future__ import annotations

from datetime import timedelta

from understudy.companies.domain import Principal
from understudy.companies.service import Companies
from understudy.infra.database import Database
from understudy.kit.clock import Clock
from understudy.kit.errors import NotFound
from understudy.learning.deciding import store
from understudy.learning.deciding.agreeing import is_complete
from understudy.learning.deciding.domain import SuggestionDecided
from understudy.learning.deciding.execution import Execution, Hands
from understudy.learning.domain import Status, Suggestion
from understudy.learning.events import SuggestionDemoted
from understudy.learning.settings import LearningSettings

WATCH = "understudy: watch"
"""Who takes back what does harm."""
LEFT_FOR = timedelta(minutes=1)
"""An approval that was not carried out for so long is a dead process's: another one finishes it."""


class Upkeep:
    """Keeps decisions true to what was decided."""

    def __init__(self, *, database: Database, companies: Companies, hands: Hands, clock: Clock) -> None:
        self._database = database
        self._companies = companies
        self._clock = clock
        self._execution = Execution(database=database, hands=hands, clock=clock)

    async def demote(self, demoted: SuggestionDemoted) -> Suggestion:
        """Takes back what does harm, and announces it; raises `SuggestionDecided` where it is not applied any more."""
        principal = Principal(WATCH, demoted.company_id, frozenset())
        async with self._database.transaction(demoted.company_id) as tx:
            found = await store.find(tx, demoted.suggestion_id)
        if found.status is not Status.APPLIED:
            raise SuggestionDecided(f"it is {found.status.value}, not applied")
        reason = f"demoted: {demoted.right} of {demoted.judged} judged right, and the floor is {demoted.floor:.2f}"
        return await self._execution.take_back(principal, found, reason, event=demoted)

    async def finish_left(self) -> int:
        """Applies what was approved by processes that died before they could; says how many."""
        async with self._database.platform() as tx:
            left = await store.left_approved(tx, self._clock() - LEFT_FOR)
        finished = 0
        for company_id, suggestion_id in left:
            try:
                settings = (await self._companies.show(company_id)).settings.get(LearningSettings)
                async with self._database.transaction(company_id) as tx:
                    known = await store.find(tx, suggestion_id)
            except NotFound:
                continue
            if known.decided is None or not is_complete(known, needs_second=settings.second_approver):
                continue
            principal = Principal(known.decided.second_by or known.decided.by, company_id, frozenset())
            await self._execution.carry_out(principal, [known])
            finished += 1
        return finished

"""The sweep that looks for rescues: paid answers since the last time, over all companies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from understudy.answering.domain import Decision
from understudy.answering.overview.domain import Placed
from understudy.answering.rescues.service import Rescues
from understudy.companies.domain import CompanyNotFound
from understudy.companies.service import Companies
from understudy.conversations.recorded.domain import Said
from understudy.conversations.recorded.service import Recorded
from understudy.infra.database import Database
from understudy.infra.telemetry import counter, get_logger
from understudy.kit.clock import Clock
from understudy.kit.ids import NewId, uuid_at
from understudy.learning.capture.rescues import rescue_of, teaches
from understudy.learning.domain import Rescue, Task, TaskStatus
from understudy.learning.settings import LearningSettings
from understudy.learning.tasks import store

MARK = "rescues"
PAGE = 200
OVERLAP = timedelta(minutes=10)
"""A decision is committed some time after its identifier was made, and clocks of machines differ: decisions of the last
minutes are looked at again. Longer than any turn may take."""
LOOK_BACK = timedelta(days=30)
"""How far back the first look goes."""

log = get_logger(__name__)
_captured = counter("understudy_learning_tasks_total", "Rescues that became learning tasks.", ())


@dataclass(frozen=True, slots=True)
class Sources:
    """Where rescues are read: the companies, their paid answers, and what was said."""

    companies: Companies
    rescues: Rescues
    recorded: Recorded


class Capture:
    """Makes a task of every rescue, once, for companies that learn from their own conversations."""

    def __init__(self, *, database: Database, sources: Sources, clock: Clock, new_id: NewId) -> None:
        self._database = database
        self._sources = sources
        self._clock = clock
        self._new_id = new_id

    async def run(self) -> int:
        """Looks at what was answered since the last time; says how many tasks that made. Safe in many workers."""
        made = 0
        last = await self._start()
        while page := await self._sources.rescues.after(last, limit=PAGE):
            by_company: defaultdict[UUID, list[Decision]] = defaultdict(list)
            async with self._database.platform() as tx:
                known = await store.known_decisions(tx, [(one.company_id, one.decision.id) for one in page])
            for placed in page:
                if placed.decision.id not in known:
                    by_company[placed.company_id].append(placed.decision)
            for company_id, decisions in by_company.items():
                made += await self._company(company_id, decisions)
            last = _last(page)
            async with self._database.platform() as tx:
                await store.raise_mark(tx, MARK, last)
        _captured.inc(made)
        return made

    async def _start(self) -> UUID:
        """Where to read on: some minutes before the newest decision that was looked at."""
        async with self._database.platform() as tx:
            seen = await store.mark(tx, MARK)
        if seen is None:
            return uuid_at(_millis(self._clock().timestamp()) - _millis(LOOK_BACK.total_seconds()), bytes(10))
        return uuid_at(max(0, (seen.int >> 80) - _millis(OVERLAP.total_seconds())), bytes(10))

    async def _company(self, company_id: UUID, decisions: Sequence[Decision]) -> int:
        try:
            company = await self._sources.companies.show(company_id)
        except CompanyNotFound:
            return 0
        wanted = [one for one in decisions if teaches(one)]
        if not wanted or not company.settings.get(LearningSettings).auto_learn:
            return 0
        said = await self._sources.recorded.messages(company_id, [one.about.message_id for one in wanted])
        made = 0
        for decision in wanted:
            if (words := said.get(decision.about.message_id)) is not None:
                made += await self._add(company_id, decision, words)
        return made

    async def _add(self, company_id: UUID, decision: Decision, said: Said) -> int:
        rescue = self._rescue(decision, said)
        if rescue is None:
            return 0
        task = Task(self._new_id(), company_id, rescue, TaskStatus.PENDING, self._clock())
        async with self._database.transaction(company_id) as tx:
            return await store.add(tx, task)

    def _rescue(self, decision: Decision, said: Said) -> Rescue | None:
        """What it teaches; None where it cannot be read, which must not keep the others from being learnt from."""
        try:
            return rescue_of(decision, said)
        except Exception as error:  # noqa: BLE001 - one that cannot be read is left out, and named in the log
            log.error("rescue_unreadable", decision=str(decision.id), error=type(error).__name__)
            return None


def _last(page: Sequence[Placed]) -> UUID:
    return page[-1].decision.id


def _millis(seconds: float) -> int:
    return round(seconds * 1000)

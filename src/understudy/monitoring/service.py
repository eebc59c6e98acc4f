"""Notices: raised once by each event, listed, and seen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.infra.database import Database, Tx
from understudy.infra.jobs import Jobs
from understudy.kit.clock import Clock
from understudy.kit.ids import NewId
from understudy.monitoring import store
from understudy.monitoring.domain import (
    EVENTS_KEPT,
    SEEN_KEPT,
    UNSEEN_KEPT,
    HeardElsewhere,
    Notice,
    NoticeNotFound,
    NoticeQuery,
    Raised,
    Severity,
)

SEND_JOB = "notices.send"
"""Sends a new notice on to those who asked for it: `notice_id`, `company_id` (empty: the platform's)."""


class Notices:
    """What people should know about. A company sees its own notices and the platform's, and marks its own as seen."""

    def __init__(self, *, database: Database, jobs: Jobs, clock: Clock, new_id: NewId) -> None:
        self._database = database
        self._jobs = jobs
        self._clock = clock
        self._new_id = new_id

    async def hear(self, event_id: UUID, raised: Raised) -> Notice | None:
        """Raises the notice of an event, or counts it up while nobody has seen it; None: the event was heard before.

        A new notice is sent on; one that is counted up is not.
        """
        now = self._clock()
        async with self._scope(raised.company_id) as tx:
            if await store.was_heard(tx, event_id):
                return None
            kept = await store.raise_notice(tx, self._new_id(), raised, now)
            if not await store.note_heard(tx, event_id, kept, now):
                raise HeardElsewhere(f"the event {event_id} was heard by another worker at the same moment")
            if raised.code.settles:
                await store.settle(tx, raised, raised.code.settles, now)
            if kept.count == 1:
                company = str(raised.company_id or "")
                await self._jobs.defer(tx, SEND_JOB, notice_id=str(kept.id), company_id=company)
        return kept

    async def see(self, principal: Principal, notice_id: UUID) -> Notice:
        """Marks a notice of the company as seen; raises `NoticeNotFound`, also for the platform's."""
        principal.demand(Permission.NOTICE_MANAGE)
        async with self._database.transaction(principal.company) as tx:
            return _found(await store.mark_seen(tx, notice_id, principal.name, self._clock()), notice_id)

    async def list_all(self, wanted: NoticeQuery) -> list[Notice]:
        """The notices of all companies and the platform's, newest first; for those who run the installation."""
        async with self._database.platform() as tx:
            return await store.list_notices(tx, wanted)

    async def see_any(self, by: str, notice_id: UUID) -> Notice:
        """Marks any notice as seen, whosever it is; raises `NoticeNotFound`."""
        async with self._database.platform() as tx:
            return _found(await store.mark_seen(tx, notice_id, by, self._clock()), notice_id)

    async def list(self, company_id: UUID, wanted: NoticeQuery) -> list[Notice]:
        """A company's notices and the platform's, newest first."""
        async with self._database.transaction(company_id) as tx:
            return await store.list_notices(tx, wanted)

    async def unseen(self, company_id: UUID | None = None) -> dict[Severity, int]:
        """How many notices wait to be seen, by severity: of one company with the platform's, or of all."""
        async with self._database.platform() as tx:
            return await store.count_unseen(tx, company_id)

    async def forget_old(self) -> int:
        """Deletes what is older than it is kept; says how many rows."""
        now = self._clock()
        async with self._database.platform() as tx:
            return await store.forget(
                tx, seen_before=now - SEEN_KEPT, made_before=now - UNSEEN_KEPT, heard_before=now - EVENTS_KEPT
            )

    @asynccontextmanager
    async def _scope(self, company_id: UUID | None) -> AsyncIterator[Tx]:
        scope = self._database.platform() if company_id is None else self._database.transaction(company_id)
        async with scope as tx:
            yield tx


def _found(notice: Notice | None, notice_id: UUID) -> Notice:
    if notice is None:
        raise NoticeNotFound(f"there is no notice {notice_id} that can be marked", remedy="list the notices anew")
    return notice

"""The verbs of tasks: claimed, ended, given back, listed, retried by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from understudy.companies.audit import Audit
from understudy.companies.domain import Change, Principal
from understudy.companies.permissions import Permission
from understudy.infra.database import Database
from understudy.kit.clock import Clock
from understudy.kit.text import excerpt
from understudy.learning.domain import Task, TaskStatus
from understudy.learning.settings import LearningProcessSettings
from understudy.learning.tasks import store
from understudy.learning.tasks.domain import Claim, TaskQuery

MAX_PAGE = 200
ERROR_CHARACTERS = 400


class Tasks:
    """Rescues on their way to suggestions, over all companies; each of them sees its own."""

    def __init__(self, *, database: Database, audit: Audit, clock: Clock, settings: LearningProcessSettings) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._settings = settings

    async def claim(self) -> Sequence[Task]:
        """Claims the oldest waiting tasks, and those of dead workers; nobody else gets them meanwhile."""
        now, settings = self._clock(), self._settings
        stale = now - timedelta(seconds=settings.claim_seconds)
        async with self._database.platform() as tx:
            return await store.claim(tx, Claim(now, stale, settings.batch, settings.attempt_cap))

    async def done(self, task: Task, suggestion_ids: Sequence[UUID] = (), *, reason: str | None = None) -> None:
        """Ends a task well. `reason`: why nothing came of it."""
        ended = replace(task, status=TaskStatus.DONE, suggestion_ids=tuple(suggestion_ids), error=reason)
        await self._end(ended)

    async def failed(self, task: Task, error: str) -> None:
        """Ends a task that cannot be worked on; a person may have it retried."""
        await self._end(replace(task, status=TaskStatus.FAILED, error=excerpt(error, ERROR_CHARACTERS)))

    async def give_back(self, task: Task) -> None:
        """Lets a task wait again: something it needs is away just now."""
        async with self._database.transaction(task.company_id) as tx:
            await store.give_back(tx, task)

    async def list(self, principal: Principal, query: TaskQuery) -> Sequence[Task]:
        """The company's tasks, newest first."""
        principal.demand(Permission.SUGGESTION_READ)
        async with self._database.transaction(principal.company) as tx:
            return await store.list_tasks(tx, replace(query, limit=min(query.limit, MAX_PAGE)))

    async def retry(self, principal: Principal, task_id: UUID) -> Task:
        """Lets a failed task be worked on again; raises `TaskNotFound`."""
        principal.demand(Permission.SUGGESTION_DECIDE)
        async with self._database.transaction(principal.company) as tx:
            task = await store.retry(tx, task_id)
            await self._audit.record(tx, Change(principal.name, "learning_task.retried", str(task_id)))
        return task

    async def _end(self, task: Task) -> None:
        async with self._database.transaction(task.company_id) as tx:
            await store.end(tx, task, at=self._clock())

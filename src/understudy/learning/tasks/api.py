"""JSON routes of learning tasks: what paid answers teach, and tasks that failed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from understudy.answering.domain import RungName
from understudy.companies.authorization import caller
from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.learning.domain import Task, TaskStatus
from understudy.learning.tasks.domain import TaskQuery
from understudy.learning.tasks.service import MAX_PAGE, Tasks

Reader = Annotated[Principal, caller(Permission.SUGGESTION_READ)]
Decider = Annotated[Principal, caller(Permission.SUGGESTION_DECIDE)]


class ScoredView(BaseModel):
    """What one rung came to before a model was asked."""

    rung: RungName
    score: float | None
    threshold: float | None
    key: str | None = Field(description="What it would have answered with.", examples=["scenario:Bank/card_arrival"])


class TaskView(BaseModel):
    """A paid answer to learn from. Texts have personal data masked; money in micro-dollars."""

    id: UUID
    status: TaskStatus
    decision_id: UUID
    conversation_id: UUID
    channel: str = Field(examples=["webchat"])
    language: str = Field(examples=["en"])
    text: str = Field(examples=["the courier has had it for a week"])
    key: str = Field(description="What the model picked.", examples=["scenario:Bank/card_arrival"])
    path: str = Field(examples=["rules 0.42 < semantic 0.55 < llm 0.91"])
    scores: list[ScoredView]
    confidence: float
    rationale: str
    latency_ms: int
    tokens: int
    cost_micros: int
    template_version: str = Field(examples=["retail-bank@3"])
    suggestion_ids: list[UUID] = Field(description="The suggestions that rest on it.")
    error: str | None = Field(description="Why it failed, or why nothing came of it.")
    decided_at: datetime
    processed_at: datetime | None

    @classmethod
    def of(cls, task: Task) -> TaskView:
        """The view of a task."""
        rescue = task.rescue
        told = {name: getattr(rescue, name) for name in cls.model_fields if hasattr(rescue, name)}
        kept = {name: getattr(task, name) for name in cls.model_fields if hasattr(task, name)}
        scores = [ScoredView.model_validate(one, from_attributes=True) for one in rescue.scores]
        return cls.model_validate({**told, **kept, "scores": scores})


class TaskPage(BaseModel):
    """A page of tasks; `next` goes into `before` for the following one."""

    items: list[TaskView]
    next: UUID | None


def task_routes(tasks: Tasks) -> APIRouter:
    """The learning tasks of the caller's company."""
    router = APIRouter(prefix="/v1/learning-tasks", tags=["learning"])

    @router.get("")
    async def list_learning_tasks(
        principal: Reader,
        status: Annotated[TaskStatus | None, Query(description="Only those in this state.")] = None,
        key: Annotated[str | None, Query(max_length=400, description="Only those about this answer.")] = None,
        before: Annotated[UUID | None, Query(description="Go on below this task.")] = None,
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE, description="How many at most.")] = 50,
    ) -> TaskPage:
        """Lists what paid answers teach, newest first."""
        found = await tasks.list(principal, TaskQuery(status, key, before, limit))
        return TaskPage(items=[TaskView.of(one) for one in found], next=found[-1].id if len(found) == limit else None)

    @router.post("/{task_id}/retry")
    async def retry_learning_task(
        principal: Decider, task_id: Annotated[UUID, Path(description="A task that failed.")]
    ) -> TaskView:
        """Lets a failed task be worked on again; any other stays as it is."""
        return TaskView.of(await tasks.retry(principal, task_id))

    return router

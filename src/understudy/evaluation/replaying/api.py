"""Routes of replays."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from understudy.answering.domain import RungName
from understudy.companies.authorization import caller
from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.evaluation.domain import Climbed, Effect, Truth
from understudy.evaluation.replaying.contents import Contents, Wanted
from understudy.evaluation.replaying.domain import (
    MOST_DAYS,
    MOST_MESSAGES,
    Listed,
    ListQuery,
    ReplayRun,
    RunStatus,
)
from understudy.evaluation.replaying.service import Replays

MAX_INTEGER = 2**31 - 1
Reader = Annotated[Principal, caller(Permission.EVALUATION_READ)]
Runner = Annotated[Principal, caller(Permission.EVALUATION_RUN)]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Below = Annotated[UUID | None, Query(description="The `next` of the page before.")]
Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class ReplayBody(BaseModel):
    """What is tried, and on which messages."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"thresholds": {"semantic": 0.5}, "days": 30}]}
    )

    thresholds: dict[Annotated[str, Field(max_length=40)], Probability] = Field(
        default_factory=dict, max_length=10, description="Free rung → confidence from which it may answer."
    )
    template_id: UUID | None = Field(None, description="A template whose other content is tried.")
    version: int | None = Field(None, ge=1, le=MAX_INTEGER, description="A version of it; none: its draft.")
    days: int = Field(30, ge=1, le=MOST_DAYS, description="Days of past traffic.")
    at_most: int = Field(100_000, ge=1, le=MOST_MESSAGES, description="Messages at most, the newest first.")

    def wanted(self) -> Wanted:
        """What is tried."""
        return Wanted(self.thresholds, self.template_id, self.version)


class TallyView(BaseModel):
    """What was counted, in messages; golden cases count for what is wrong and mended only."""

    messages: int
    newly_caught: int = Field(description="Answered free now, and not before.")
    changed: int = Field(description="Another free answer than before.")
    newly_wrong: int = Field(description="The answer contradicts what is known to be right, and did not before.")
    mended: int
    lost: int = Field(description="Answered free before, and not now.")
    still_paid: int = Field(description="No free rung answers.")
    golden: int = Field(description="Golden cases that climbed along.")


class SavingView(BaseModel):
    """What a month would save, in micro-dollars, with the interval that it lies in with 95 %."""

    month_micros: int
    low_micros: int
    high_micros: int


class ReplayView(BaseModel):
    """A replay: how far it is, and what it found."""

    id: UUID
    status: RunStatus
    template_id: UUID | None
    thresholds: dict[str, float]
    days: int
    total: int
    done: int
    tally: TallyView
    saving: SavingView | None = Field(description="Once it is done.")
    base_version: str = Field(description="What the company answered from when it was started.")
    asked_by: str
    created_at: datetime
    finished_at: datetime | None
    error: str | None

    @classmethod
    def of(cls, run: ReplayRun) -> ReplayView:
        """The view of a replay."""
        tally, saving = run.tally, None
        if run.saving_month_micros is not None:
            saving = SavingView(
                month_micros=run.saving_month_micros,
                low_micros=run.saving_low_micros or 0,
                high_micros=run.saving_high_micros or 0,
            )
        names = ("id", "status", "template_id", "days", "total", "done", "base_version", "asked_by", "created_at")
        counted = ("messages", "newly_caught", "changed", "newly_wrong", "mended", "lost", "still_paid")
        return cls(
            **{name: getattr(run, name) for name in (*names, "finished_at", "error")},
            thresholds=dict(run.thresholds),
            tally=TallyView(**{name: getattr(tally, name) for name in counted}, golden=run.golden),
            saving=saving,
        )


class ReplayPage(BaseModel):
    """A page of replays; `next` goes into `before` for the following one."""

    items: list[ReplayView]
    next: UUID | None


class ClimbedView(BaseModel):
    """What the free rungs come to; no key where none answers."""

    key: str | None
    rung: RungName | None
    confidence: float | None

    @classmethod
    def of(cls, climbed: Climbed) -> ClimbedView:
        """The view of it."""
        return cls(key=climbed.key, rung=climbed.rung, confidence=climbed.confidence)


class ReplayedView(BaseModel):
    """One message of a replay; `message_id` is missing for golden cases that no message made."""

    id: UUID
    message_id: UUID | None
    text: str
    before: ClimbedView
    after: ClimbedView
    effect: Effect
    expected: str | None
    truth: Truth
    is_wrong: bool
    is_mended: bool

    @classmethod
    def of(cls, listed: Listed) -> ReplayedView:
        """The view of a message."""
        names = ("id", "message_id", "text", "effect", "expected", "truth", "is_wrong", "is_mended")
        before, after = ClimbedView.of(listed.before), ClimbedView.of(listed.after)
        return cls(before=before, after=after, **{name: getattr(listed, name) for name in names})


class ReplayedPage(BaseModel):
    """A page of messages; `next` goes into `after` for the following one."""

    items: list[ReplayedView]
    next: UUID | None


def replay_routes(replays: Replays, contents: Contents) -> APIRouter:
    """Past traffic under other content or settings."""
    router = APIRouter(prefix="/v1/replays", tags=["evaluation"])

    @router.post("", status_code=202)
    async def start_replay(principal: Runner, body: ReplayBody) -> ReplayView:
        """Lets past messages and golden cases climb the free rungs again; nothing is sent, nothing is paid."""
        candidate = await contents.candidate(principal, body.wanted())
        return ReplayView.of(await replays.start(principal, candidate, days=body.days, at_most=body.at_most))

    @router.get("")
    async def list_replays(principal: Reader, before: Below = None, limit: Limit = 50) -> ReplayPage:
        """Lists replays, newest first."""
        found = await replays.list(principal.company, before=before, limit=limit)
        items = [ReplayView.of(run) for run in found]
        return ReplayPage(items=items, next=found[-1].id if len(found) == limit else None)

    @router.get("/{replay_id}")
    async def show_replay(principal: Reader, replay_id: UUID) -> ReplayView:
        """Shows how far a replay is, and what it found."""
        return ReplayView.of(await replays.show(principal.company, replay_id))

    @router.get("/{replay_id}/messages")
    async def list_replayed(
        principal: Reader,
        replay_id: UUID,
        effect: Effect | None = None,
        wrong: Annotated[bool, Query(description="Only those that are wrong now and were not before.")] = False,
        after: Below = None,
        limit: Limit = 50,
    ) -> ReplayedPage:
        """Lists the messages that get something else than before, or are wrong."""
        query = ListQuery(effect, wrong, after, limit)
        found = await replays.messages(principal.company, replay_id, query)
        items = [ReplayedView.of(one) for one in found]
        return ReplayedPage(items=items, next=found[-1].id if len(found) == limit else None)

    @router.post("/{replay_id}/cancel")
    async def cancel_replay(principal: Runner, replay_id: UUID) -> ReplayView:
        """Ends a replay early; what its parts found stays."""
        return ReplayView.of(await replays.cancel(principal, replay_id))

    return router

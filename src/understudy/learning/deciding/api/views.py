"""Suggestions as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from understudy.kit.errors import Invalid
from understudy.learning.deciding.agreeing import REASON_CHARACTERS
from understudy.learning.deciding.domain import MOST_AT_ONCE, Application, Came, Choice, Detail, Line, Sign, Source
from understudy.learning.domain import Backtest, Issue, Maker, Status, Suggestion
from understudy.learning.editing import Edit, as_document, from_document
from understudy.learning.watch.domain import Track

Reason = Annotated[str, Field(max_length=REASON_CHARACTERS)]
Revision = Annotated[int | None, Field(ge=1, description="The revision you saw; without it, whatever it is now.")]


class BacktestView(BaseModel):
    """What the replay of a suggestion on past messages counted. The saving is for a month, in micro-dollars."""

    at: datetime
    content: str = Field(examples=["Retail bank 12, overlay 0"], description="What it was replayed on.")
    messages: int = Field(examples=[9_640])
    newly_caught: int = Field(examples=[41], description="Answered free after it and not now.")
    changed: int = Field(description="Another free answer than now.")
    newly_wrong: int = Field(description="Wrong after it and not now.")
    still_paid: int
    saving_micros: int = Field(examples=[5_412])
    saving_low_micros: int
    saving_high_micros: int
    wrong: list[str] = Field(description="The messages it would break, in words, masked.")

    @classmethod
    def of(cls, backtest: Backtest) -> BacktestView:
        """The view of a backtest."""
        counted = backtest.counted
        names = ("messages", "newly_caught", "changed", "newly_wrong", "still_paid")
        money = ("saving_micros", "saving_low_micros", "saving_high_micros")
        values = {name: getattr(counted, name) for name in (*names, *money)}
        return cls(at=backtest.at, content=backtest.template_version, wrong=list(backtest.wrong), **values)


class DecidedView(BaseModel):
    """Who decided about it last, and why."""

    by: str
    second_by: str | None
    at: datetime
    reason: str


class SuggestionView(BaseModel):
    """A proposed change of what answers free."""

    id: UUID
    revision: int
    status: Status
    issue: Issue
    scenario: str = Field(examples=["card_arrival"])
    language: str = Field(examples=["en"])
    template_id: UUID
    edit: dict[str, Any] = Field(description="The exact change; send it back changed to approve it edited.")
    reasoning: str
    maker: Maker
    model: str | None
    cost_micros: int
    confidence: float = Field(examples=[0.91])
    priority: float = Field(description="What it may save in a month, in micro-dollars, as far as it is right.")
    sources: int = Field(description="Rescues that it rests on.")
    contacts: int = Field(description="Distinct contacts among them.")
    sources_cost_micros: int
    channels: list[str]
    similar_this_month: int
    held_because: str | None
    backtest: BacktestView | None
    decided: DecidedView | None
    applied_version: int | None
    applied_at: datetime | None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, one: Suggestion) -> SuggestionView:
        """The view of a suggestion."""
        proposal, evidence = one.proposal, one.evidence
        own = ("id", "revision", "status", "confidence", "priority", "similar_this_month", "held_because")
        moments = ("applied_version", "applied_at", "created_at", "updated_at", "expires_at")
        proposed = ("issue", "scenario", "language", "reasoning", "maker", "model", "cost_micros")
        return cls(
            template_id=proposal.edit.template_id,
            edit=as_document(proposal.edit),
            sources=evidence.sources,
            contacts=evidence.contacts,
            sources_cost_micros=evidence.cost_micros,
            channels=list(evidence.channels),
            backtest=BacktestView.of(one.backtest) if one.backtest else None,
            decided=DecidedView.model_validate(one.decided, from_attributes=True) if one.decided else None,
            **{name: getattr(one, name) for name in (*own, *moments)},
            **{name: getattr(proposal, name) for name in proposed},
        )


class SuggestionPage(BaseModel):
    """A page of suggestions; `next` goes into `before` for the following one."""

    items: list[SuggestionView]
    next: UUID | None


class LineView(BaseModel):
    """One line of a change."""

    sign: Sign
    scenario: str
    kind: str = Field(examples=["example"])
    text: str

    @classmethod
    def of(cls, line: Line) -> LineView:
        """The view of a line."""
        return cls.model_validate(line, from_attributes=True)


class SourceView(BaseModel):
    """A rescue that a suggestion rests on; its text has personal data masked."""

    task_id: UUID
    message_id: UUID
    text: str
    channel: str
    path: str
    latency_ms: int
    cost_micros: int
    decided_at: datetime

    @classmethod
    def of(cls, source: Source) -> SourceView:
        """The view of a source."""
        return cls.model_validate(source, from_attributes=True)


class ApplicationView(BaseModel):
    """One time that it was applied."""

    version: int | None = Field(description="Of the template, the overlay, or the settings.")
    applied_at: datetime | None
    reverted_at: datetime | None
    reverted_by: str | None

    @classmethod
    def of(cls, one: Application) -> ApplicationView:
        """The view of an application."""
        return cls.model_validate(one, from_attributes=True)


class TrackView(BaseModel):
    """How it does since it was applied last. Each contact counts once."""

    uses: int = Field(description="Answers that it gave.")
    right: int
    wrong: int
    saved_micros: int
    precision_low: float
    precision_high: float

    @classmethod
    def of(cls, track: Track) -> TrackView:
        """The view of a track record."""
        return cls(
            uses=track.uses,
            right=track.right,
            wrong=track.wrong,
            saved_micros=track.saved_micros,
            precision_low=track.low,
            precision_high=track.high,
        )


class DetailView(SuggestionView):
    """A suggestion with all that speaks for and against it."""

    diff: list[LineView]
    rests_on: list[SourceView]
    applications: list[ApplicationView]
    track: TrackView

    @classmethod
    def whole(cls, detail: Detail) -> DetailView:
        """The view of a suggestion in detail."""
        return cls(
            diff=[LineView.of(line) for line in detail.diff],
            rests_on=[SourceView.of(source) for source in detail.sources],
            applications=[ApplicationView.of(one) for one in detail.applications],
            track=TrackView.of(detail.track),
            **SuggestionView.of(detail.suggestion).model_dump(),
        )


class ApprovalBody(BaseModel):
    """An approval."""

    model_config = ConfigDict(extra="forbid")
    revision: Revision = None
    edit: dict[str, Any] | None = Field(None, description="The whole change as you want it; null: as it is.")
    reason: Reason = ""
    is_forced: bool = Field(False, description="Apply it although it is held back, and answer for it.")

    def wanted(self) -> Edit | None:
        """The edit; raises `Invalid` for one that is none."""
        if self.edit is None:
            return None
        try:
            return from_document(self.edit)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Invalid(
                "this is no edit", field="edit", remedy="change the texts of the one that the suggestion shows"
            ) from None


class DecisionBody(BaseModel):
    """Rejecting, putting aside, or taking back one suggestion."""

    model_config = ConfigDict(extra="forbid")
    revision: Revision = None
    reason: Reason = ""


class ChoiceBody(BaseModel):
    """One of several."""

    model_config = ConfigDict(extra="forbid")
    id: UUID
    revision: Revision = None

    def choice(self) -> Choice:
        """Which one, as it was seen."""
        return Choice(self.id, self.revision)


class ManyBody(BaseModel):
    """Several suggestions that are decided about at once."""

    model_config = ConfigDict(extra="forbid")
    suggestions: Annotated[list[ChoiceBody], Field(min_length=1, max_length=MOST_AT_ONCE)]
    reason: Reason = ""


class CameView(BaseModel):
    """What came of one of several."""

    id: UUID
    suggestion: SuggestionView | None
    error: str | None = Field(None, examples=[None], description="Code of what kept it from being done.")
    detail: str | None = None

    @classmethod
    def of(cls, came: Came) -> CameView:
        """The view of what came of one."""
        return cls(
            id=came.suggestion_id,
            suggestion=SuggestionView.of(came.suggestion) if came.suggestion else None,
            error=came.error.code if came.error else None,
            detail=came.error.message if came.error else None,
        )


class CameList(BaseModel):
    """What came of each, in the order they were named."""

    items: list[CameView]

"""JSON routes of suggestions: read, and decided about one by one or several at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from understudy.companies.authorization import caller
from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.learning.deciding.api.views import (
    ApprovalBody,
    CameList,
    CameView,
    DecisionBody,
    DetailView,
    ManyBody,
    SuggestionPage,
    SuggestionView,
)
from understudy.learning.deciding.domain import MOST_LISTED, Approval, Came, Choice, SuggestionQuery
from understudy.learning.deciding.service import Deciding
from understudy.learning.domain import Issue, Status, Suggestion

Reader = Annotated[Principal, caller(Permission.SUGGESTION_READ)]
Decider = Annotated[Principal, caller(Permission.SUGGESTION_DECIDE)]
Text = Annotated[str | None, Query(max_length=200)]


def suggestion_routes(deciding: Deciding) -> APIRouter:
    """The suggestions of the caller's company."""
    router = APIRouter(prefix="/v1/suggestions", tags=["learning"])

    @router.get("")
    async def list_suggestions(
        principal: Reader,
        status: Annotated[
            list[Status] | None, Query(description="Only those that stand so; repeat for several.")
        ] = None,
        issue: Annotated[Issue | None, Query(description="Only those that change this.")] = None,
        scenario: Text = None,
        channel: Text = None,
        language: Text = None,
        min_confidence: Annotated[float | None, Query(ge=0, le=1)] = None,
        before: Annotated[UUID | None, Query(description="Go on below this suggestion.")] = None,
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED, description="How many at most.")] = 50,
    ) -> SuggestionPage:
        """Lists suggestions, those that save most first."""
        wanted = SuggestionQuery(tuple(status or ()), issue, scenario, channel, language, min_confidence, before, limit)
        found = await deciding.list(principal.company, wanted)
        return SuggestionPage(
            items=[SuggestionView.of(one) for one in found], next=found[-1].id if len(found) == limit else None
        )

    @router.get("/{suggestion_id}")
    async def show_suggestion(principal: Reader, suggestion_id: UUID) -> DetailView:
        """Shows a suggestion with its diff, its sources, its replay, and how it does."""
        return DetailView.whole(await deciding.show(principal.company, suggestion_id))

    @router.post("/{suggestion_id}/approve")
    async def approve_suggestion(principal: Decider, suggestion_id: UUID, body: ApprovalBody) -> SuggestionView:
        """Approves a suggestion, as it is or edited, and applies it."""
        approval = Approval(Choice(suggestion_id, body.revision), body.wanted(), body.reason, body.is_forced)
        return SuggestionView.of(await deciding.approve(principal, approval))

    @router.post("/{suggestion_id}/reject")
    async def reject_suggestion(principal: Decider, suggestion_id: UUID, body: DecisionBody) -> SuggestionView:
        """Rejects a suggestion, and says why: the same is not proposed again."""
        return _one(await deciding.reject(principal, [Choice(suggestion_id, body.revision)], body.reason))

    @router.post("/{suggestion_id}/save")
    async def save_suggestion(principal: Decider, suggestion_id: UUID, body: DecisionBody) -> SuggestionView:
        """Puts a suggestion aside for later."""
        return _one(await deciding.save(principal, [Choice(suggestion_id, body.revision)], body.reason))

    @router.post("/{suggestion_id}/revert")
    async def revert_suggestion(principal: Decider, suggestion_id: UUID, body: DecisionBody) -> SuggestionView:
        """Takes an applied suggestion out of the content again."""
        choice = Choice(suggestion_id, body.revision)
        return SuggestionView.of(await deciding.revert(principal, choice, body.reason))

    @router.post("/{suggestion_id}/propose-again")
    async def propose_suggestion_again(principal: Decider, suggestion_id: UUID, body: DecisionBody) -> SuggestionView:
        """Puts one that was rejected, taken back or ran out into the queue again."""
        return SuggestionView.of(await deciding.propose_again(principal, Choice(suggestion_id, body.revision)))

    return router


def many_suggestion_routes(deciding: Deciding) -> APIRouter:
    """Several suggestions of the caller's company at once; what cannot be done of them is told by each."""
    router = APIRouter(prefix="/v1/suggestions", tags=["learning"])

    @router.post("/approve")
    async def approve_suggestions(principal: Decider, body: ManyBody) -> CameList:
        """Approves several: those about the same content become one version, after one replay of them all."""
        return _list(await deciding.approve_many(principal, _choices(body), body.reason))

    @router.post("/reject")
    async def reject_suggestions(principal: Decider, body: ManyBody) -> CameList:
        """Rejects several for one reason."""
        return _list(await deciding.reject(principal, _choices(body), body.reason))

    @router.post("/save")
    async def save_suggestions(principal: Decider, body: ManyBody) -> CameList:
        """Puts several aside for later."""
        return _list(await deciding.save(principal, _choices(body), body.reason))

    return router


def _choices(body: ManyBody) -> list[Choice]:
    return [one.choice() for one in body.suggestions]


def _list(came: Sequence[Came]) -> CameList:
    return CameList(items=[CameView.of(one) for one in came])


def _one(came: Sequence[Came]) -> SuggestionView:
    (only,) = came
    if only.error is not None:
        raise only.error
    found: Suggestion | None = only.suggestion
    assert found is not None
    return SuggestionView.of(found)

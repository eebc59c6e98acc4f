"""The route that shows what was said to providers for a decision."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from understudy.answering.exchanges.domain import Exchange
from understudy.answering.exchanges.service import Exchanges
from understudy.companies.authorization import caller
from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission

Reader = Annotated[Principal, caller(Permission.PROMPT_READ)]


class SectionView(BaseModel):
    """A piece of the instructions."""

    text: str
    is_stable: bool = Field(description="Whether it is the same for every question, so that a provider may keep it.")


class TurnView(BaseModel):
    """Something said."""

    role: str = Field(examples=["user"])
    text: str = Field(examples=["Please write to [EMAIL_1]."])


class ExchangeView(BaseModel):
    """What was sent and what came back, personal data masked as the provider saw it."""

    id: UUID
    at: datetime
    prompt_version: str = Field(examples=["3@1f2e3d4c"])
    call_ids: list[UUID]
    sections: list[SectionView]
    turns: list[TurnView]
    completion: str

    @classmethod
    def of(cls, one: Exchange) -> ExchangeView:
        """The view of an exchange."""
        return cls(
            id=one.id,
            at=one.at,
            prompt_version=one.prompt_version,
            call_ids=list(one.call_ids),
            sections=[SectionView(text=part.text, is_stable=part.is_stable) for part in one.prompt.sections],
            turns=[TurnView(role=turn.role, text=turn.text) for turn in one.prompt.turns],
            completion=one.completion,
        )


def exchange_routes(exchanges: Exchanges) -> APIRouter:
    """What was said to providers."""
    router = APIRouter(prefix="/v1/decisions", tags=["decisions"])

    @router.get("/{decision_id}/exchanges")
    async def list_exchanges(principal: Reader, decision_id: UUID) -> list[ExchangeView]:
        """Lists what was said to providers for a decision; empty where none was asked."""
        return [ExchangeView.of(one) for one in await exchanges.of_decision(principal.company, decision_id)]

    return router

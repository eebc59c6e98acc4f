"""How exchanges with providers are shown."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from understudy.answering.exchanges.domain import Exchange


class SectionView(BaseModel):
    """A piece of the instructions."""

    text: str
    is_stable: bool = Field(description="Whether it is the same for every question, and may be cached.")


class TurnView(BaseModel):
    """Something said, or the question itself."""

    role: str = Field(examples=["user"])
    text: str


class ExchangeView(BaseModel):
    """What was sent to providers for a decision, and what came back; personal data masked as they saw it."""

    at: datetime
    prompt_version: str
    calls: list[UUID]
    sections: list[SectionView]
    turns: list[TurnView]
    completion: str = Field(description="Empty where no call gave a whole answer.")

    @classmethod
    def of(cls, exchange: Exchange) -> ExchangeView:
        """The view of an exchange."""
        prompt = exchange.prompt
        return cls(
            at=exchange.at,
            prompt_version=exchange.prompt_version,
            calls=list(exchange.call_ids),
            sections=[SectionView(text=one.text, is_stable=one.is_stable) for one in prompt.sections],
            turns=[TurnView(role=one.role, text=one.text) for one in prompt.turns],
            completion=exchange.completion,
        )


class PromptView(BaseModel):
    """The rendered prompts of a decision; none where no model was asked."""

    decision_id: UUID
    exchanges: list[ExchangeView]

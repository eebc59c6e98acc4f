"""A company's settings of the front door."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from understudy.companies.settings import SettingsGroup
from understudy.llm.settings import ModelName, Models

MAX_ALLOWED = 100


class AnsweredBy(StrEnum):
    """Who answers what no free rung does."""

    MODEL = "model"
    LADDER = "ladder"


class FrontDoorSettings(SettingsGroup):
    """How programs that speak OpenAI's protocol are answered."""

    climb: bool = Field(True, description="Whether the free rungs are asked first; off: a plain gateway.")
    answered_by: AnsweredBy = Field(
        AnsweredBy.MODEL,
        description="What no free rung answers: model: the model asked for, streamed live. ladder: the paid rung from "
        "the company's own knowledge, checked whole, and then the fallback.",
    )
    forward_to: Models = Field(
        (), description="What the model `understudy` stands for, tried in this order; empty: the route of its tier."
    )
    failover: Models = Field((), description="Asked in this order when the model asked for does not answer.")
    allowed: Annotated[tuple[ModelName, ...], Field(max_length=MAX_ALLOWED)] = Field(
        (), description="Models that may be asked for, as provider/model; empty: all of the providers that are on."
    )

"""A company's settings of learning, and how a process works on it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from understudy.companies.settings import SettingsGroup
from understudy.infra.settings import ProcessSettings

Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class PatternLearning(StrEnum):
    """How far patterns learned from operators may go."""

    OFF = "off"
    SHADOW = "shadow"
    SUGGEST = "suggest"
    LIVE = "live"


class FeedbackPrompts(StrEnum):
    """How often customers are asked how it was."""

    NEVER = "never"
    SOMETIMES = "sometimes"
    ALWAYS = "always"


class LearningSettings(SettingsGroup):
    """What may be learned from this company's conversations, and for whom."""

    auto_learn: bool = Field(True, description="Whether suggestions are made from rescues.")
    share_patterns: bool = Field(False, description="Whether what is learned may be offered to the trade.")
    min_confidence_for_suggestion: Probability = Field(
        0.80, description="Below it a suggestion goes on collecting evidence, unshown."
    )
    coach: bool = Field(False, description="Whether a model may make suggestions too, from the learning budget.")
    second_approver: bool = Field(False, description="Whether two people must approve a suggestion.")
    precision_floor: Probability = Field(
        0.85, description="A suggestion surely below this share of right answers is taken back by itself."
    )
    backtest_days: int = Field(30, ge=1, le=365, description="Days of past traffic that a suggestion is replayed on.")
    expiry_days: int = Field(28, ge=1, le=365, description="Days after which a suggestion without new evidence ends.")
    pattern_learning: PatternLearning = Field(PatternLearning.SHADOW, description="off, shadow, suggest or live.")
    feedback_prompts: FeedbackPrompts = Field(FeedbackPrompts.SOMETIMES, description="never, sometimes or always.")


class LearningProcessSettings(ProcessSettings):
    """How workers learn."""

    capture_every_seconds: float = 30.0
    """How often new rescues are looked for."""
    batch: int = 20
    """Tasks that a worker claims at once."""
    claim_seconds: float = 120.0
    """A claim older than this is a dead worker's: the task goes to another."""
    attempt_cap: int = 3
    """A task that was claimed so often without an end has failed."""
    gate_every_seconds: float = 30.0
    """How often suggestions with enough evidence are replayed on past traffic."""
    watch_every_seconds: float = 60.0
    """How often applied suggestions are measured."""

"""What is asked of the paid side, and what it tells: the answer with its calls and what they cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from understudy.llm.bills import Bill, CallNote, Unpaid
from understudy.llm.domain import Completion, Prompt, Shape, Tier
from understudy.llm.settings import LlmSettings

T = TypeVar("T")


class AllFailed(Unpaid):
    """No model that was asked gave an answer that could be read; `calls` tells of each."""

    code = "all_failed"


@dataclass(frozen=True, slots=True)
class Ask(Generic[T]):
    """A question to the paid side. `question` is the customer's words and `turns` how many were said: complexity.

    `read`: the answer as a value; raises ValueError saying what is wrong with it: one repair, then the next model.
    `sure`: how sure that value is, from 0 to 1. `context_version`: what the answer depends on besides the prompt, a
    hard part of the response cache's key, with the company. `start`: at least this tier, for what came back
    unsolved. `language`: of the question, as a code. `hint`: how close the asker came to an answer of its own,
    from 0 to 1, for the learned router.
    `for_tier`: the prompt of a tier, where tiers are instructed differently; without it `prompt` is for all of them.
    `within_seconds`: when to give up and tell of the calls made until then; None: after the calls' own time limits.
    """

    bill: Bill
    prompt: Prompt
    shape: Shape
    settings: LlmSettings
    question: str
    turns: int
    read: Callable[[Mapping[str, Any]], T]
    sure: Callable[[T, Completion], float]
    context_version: str
    prompt_version: str
    start: Tier | None = None
    language: str = "en"
    hint: float = 0.0
    for_tier: Callable[[Tier], Prompt] | None = None
    within_seconds: float | None = None

    def prompt_of(self, tier: Tier) -> Prompt:
        """The prompt to send to a model of a tier."""
        return self.for_tier(tier) if self.for_tier else self.prompt


@dataclass(frozen=True, slots=True)
class Told(Generic[T]):
    """An answer and how it came about. `cost_micros` sums its calls; `needs_disclaimer`: it is still unsure."""

    value: T
    confidence: float
    needs_disclaimer: bool
    calls: tuple[CallNote, ...]
    tier: Tier
    reason: str
    complexity: float
    cost_micros: int
    from_cache: bool

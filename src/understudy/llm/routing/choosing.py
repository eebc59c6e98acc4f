"""From a question to the tier that is asked first, and why. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.llm.domain import Tier
from understudy.llm.routing.complexity import Complexity, holds_code

LONG_CONTEXT_TOKENS = 100_000
"""Prompts longer than this go to models made for them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The first tier, the reason in words, and whether the prompt needs a model for long contexts."""

    tier: Tier
    reason: str
    complexity: float
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Hints:
    """What else bears on where to begin. `tokens`: of the whole prompt; `start`: at least this tier, for what came back
    unsolved; `learned`: where the company's learned router would begin; `explores`: this question is one of the few
    that begin at the bottom, so that the router learns what would have sufficed.
    """

    tokens: int = 0
    start: Tier | None = None
    learned: Tier | None = None
    explores: bool = False


def plan(question: str, complexity: Complexity, hints: Hints) -> Plan:
    """Where to begin."""
    score, tokens, start = complexity.score, hints.tokens, hints.start
    if tokens > LONG_CONTEXT_TOKENS:
        return Plan(Tier.LARGE, f"long context: {tokens:,} tokens", score, is_long=True)
    if holds_code(question):
        return Plan(Tier.LARGE, "code", score)
    tier, reason = complexity.tier, f"complexity {score:.2f}"
    if hints.learned is not None:
        tier, reason = hints.learned, f"learned from past questions ({reason})"
    if hints.explores and start is None:
        tier, reason = Tier.SMALL, f"explored ({reason})"
    if start is not None and start.rank > tier.rank:
        return Plan(start, f"{reason}, came back unsolved", score)
    return Plan(tier, reason, score)

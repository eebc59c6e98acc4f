"""The models that are taken where a provider names none: per dialect and tier, each with a price in the price list.

All answer without thinking first, or with little of it, because a customer waits; OpenAI's give log-probabilities.
"""

from __future__ import annotations

from understudy.llm.domain import Dialect, Tier

DEFAULT_MODELS: dict[Dialect, dict[Tier, str]] = {
    Dialect.OPENAI: {Tier.SMALL: "gpt-4.1-nano", Tier.MEDIUM: "gpt-4.1-mini", Tier.LARGE: "gpt-4.1"},
    Dialect.ANTHROPIC: {
        Tier.SMALL: "claude-haiku-4-5",
        Tier.MEDIUM: "claude-haiku-4-5",
        Tier.LARGE: "claude-sonnet-4-5",
    },
    Dialect.GEMINI: {
        Tier.SMALL: "gemini-2.5-flash-lite",
        Tier.MEDIUM: "gemini-2.5-flash",
        Tier.LARGE: "gemini-2.5-pro",
    },
}
"""A compatible server and a local file have no defaults: nobody but their owner knows what they run."""

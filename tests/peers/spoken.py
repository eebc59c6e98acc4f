"""What is asked of the peers: a small prompt, a shape, and each dialect at a peer's address."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from understudy.llm.domain import (
    CallFailed,
    Completion,
    Dialect,
    Options,
    Price,
    Prompt,
    Provider,
    Section,
    Shape,
    Target,
    Turn,
)
from understudy.llm.ports import Dialer

SPOKEN = (Dialect.OPENAI, Dialect.COMPATIBLE, Dialect.ANTHROPIC, Dialect.GEMINI)
MODELS = {
    Dialect.OPENAI: "gpt-4.1-mini",
    Dialect.COMPATIBLE: "some-model",
    Dialect.ANTHROPIC: "claude-haiku-4-5",
    Dialect.GEMINI: "gemini-2.5-flash",
}
SHAPE = Shape(
    "answer",
    {
        "type": "object",
        "properties": {"intent": {"type": "string"}, "confidence": {"type": "number"}},
        "required": ["intent", "confidence"],
        "additionalProperties": False,
    },
)
STABLE, CHANGING = "You are the support of Harbour Bank.", "The customer is Ann."


@dataclass(frozen=True)
class Peer:
    """Where a peer speaks each dialect."""

    urls: Mapping[Dialect, str]

    def target(self, dialect: Dialect, key: str | None = "sk-of-the-tests") -> Target:
        provider = Provider(UUID(int=1), None, "peer", dialect, base_url=self.urls[dialect])
        return Target(provider, MODELS[dialect], Price.free(), key)


def prompt(question: str) -> Prompt:
    earlier = (Turn("user", "Good morning."), Turn("assistant", "Good morning, Ann."))
    return Prompt((Section(STABLE), Section(CHANGING, is_stable=False)), (*earlier, Turn("user", question)))


def options(shape: Shape | None = None, *, seconds: float = 5.0, first: float = 4.0, tokens: int = 100) -> Options:
    return Options(0.1, tokens, seconds, first, shape)


@dataclass(frozen=True)
class Outcome:
    """What a call came to: an answer, or a failure; and how long it took."""

    seconds: float
    answer: Completion | None = None
    failure: CallFailed | None = None

    @property
    def fault(self) -> str | None:
        return self.failure.fault.value if self.failure else None


async def outcome(dialer: Dialer, target: Target, question: str, how: Options | None = None) -> Outcome:
    begun = time.monotonic()
    try:
        answer = await dialer.complete(target, prompt(question), how or options())
    except CallFailed as failure:
        return Outcome(time.monotonic() - begun, failure=failure)
    return Outcome(time.monotonic() - begun, answer)

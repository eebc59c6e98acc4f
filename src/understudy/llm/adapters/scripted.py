"""A twin of all providers that answers from a script, for tests, demos and measurements; it says so on its face.

Its default answer begins with "[scripted]", and its provider is named "scripted": nobody can take it for a model.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from understudy.llm.domain import (
    CallFailed,
    Completion,
    Dialect,
    Fault,
    Options,
    Price,
    Prompt,
    Provider,
    Target,
    Tier,
    Usage,
)

NAME = "scripted"
DEFAULT_TEXT = "[scripted] No rule of the script fits this message."
CHARACTERS_PER_TOKEN = 4
"""How the twin counts what a rule gives no usage for."""

Reply = str | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cue:
    """What the twin does when it is asked: waits, then fails or answers.

    `reply`: text, or a mapping for a structured answer. `fault`: instead of it; charged as `usage` says, which is
    nothing where it is None and the fault comes before an answer.
    """

    reply: Reply = DEFAULT_TEXT
    latency_seconds: float = 0.0
    fault: Fault | None = None
    retry_after: float | None = None
    usage: Usage | None = None
    likelihood: float | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A cue for the questions that hold `contains`, asked of `model` (any, when None), for the first `times` calls."""

    contains: str
    cue: Cue
    model: str | None = None
    times: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A call as the twin got it."""

    target: Target
    prompt: Prompt
    options: Options


@dataclass(slots=True)
class ScriptedDialer:
    """A `Dialer` over a script: the first rule that fits, else `otherwise`. `asked` and `cancelled` are its journal.

    `script`: rules, or a function from the call to a cue.
    """

    script: Sequence[Rule] | Callable[[Asked], Cue] = ()
    otherwise: Cue = field(default_factory=Cue)
    asked: list[Asked] = field(default_factory=list)
    cancelled: int = 0
    _used: dict[int, int] = field(default_factory=dict)

    async def complete(self, target: Target, prompt: Prompt, options: Options) -> Completion:
        """See `Dialer`."""
        asked = Asked(target, prompt, options)
        self.asked.append(asked)
        cue = self._cue(asked)
        try:
            async with asyncio.timeout(options.timeout_seconds):
                await asyncio.sleep(cue.latency_seconds)
        except TimeoutError as error:
            raise CallFailed("scripted: timed out", fault=Fault.TIMED_OUT) from error
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if cue.fault is not None:
            raise CallFailed(
                f"scripted: {cue.fault.value}",
                fault=cue.fault,
                retry_after=cue.retry_after,
                usage=cue.usage,
                was_sent=cue.fault is not Fault.UNREACHABLE,
            )
        return _completion(asked, cue)

    async def close(self) -> None:
        """Nothing is open."""

    def _cue(self, asked: Asked) -> Cue:
        if callable(self.script):
            return self.script(asked)
        question = asked.prompt.turns[-1].text if asked.prompt.turns else ""
        for place, rule in enumerate(self.script):
            fits = rule.contains in question and rule.model in {None, asked.target.model}
            if fits and (rule.times is None or self._used.get(place, 0) < rule.times):
                self._used[place] = self._used.get(place, 0) + 1
                return rule.cue
        return self.otherwise


def scripted_target(model: str = "scripted-small", price: Price | None = None) -> Target:
    """A target for the twin. `price`: free when None."""
    provider = Provider(UUID(int=0), None, NAME, Dialect.COMPATIBLE, tiers=dict.fromkeys(Tier, model))
    return Target(provider, model, price or Price.free())


def _completion(asked: Asked, cue: Cue) -> Completion:
    is_structured = not isinstance(cue.reply, str)
    text = json.dumps(cue.reply) if is_structured else str(cue.reply)
    value = None
    if asked.options.shape is not None:
        value = _object(text, cue)
    usage = cue.usage or Usage(sum(map(_tokens, asked.prompt.texts)), _tokens(text))
    return Completion(
        text=text,
        usage=usage,
        value=value,
        likelihood=cue.likelihood,
        first_token_ms=round(1000 * cue.latency_seconds),
    )


def _object(text: str, cue: Cue) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise CallFailed("scripted: not the JSON object asked for", fault=Fault.MALFORMED, usage=cue.usage)
    return value


def _tokens(text: str) -> int:
    return -(-len(text) // CHARACTERS_PER_TOKEN)

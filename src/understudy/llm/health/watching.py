"""A dialer that gives up on a provider which has gone silent, long before each single call runs out of time.

A dead provider that still takes connections would keep every message waiting for its whole time limit. But when several
calls have waited for much longer than is usual with it, and none that began after them was answered, it is dead.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

from understudy.kit.clock import Timer
from understudy.kit.errors import Unavailable
from understudy.llm.domain import CallFailed, Completion, Fault, Options, Prompt, Target
from understudy.llm.health.circuits import Circuits
from understudy.llm.ports import Dialer
from understudy.llm.settings import LlmProcessSettings

TIMES_THE_USUAL = 2.0
"""A call that takes longer than this many times the usual is late."""
NEWEST = 0.1
"""Weight of the newest call in what is usual."""
LOOKS = 8
"""How often within that time a late call looks again."""
SILENT = "silent"


@dataclass(slots=True)
class _Line:
    """The calls of one provider: when those under way began, what is usual, and when the latest answered one began."""

    began: list[float] = field(default_factory=list)
    usual: float | None = None
    answered_began: float = float("-inf")

    def patience(self, least: float, most: float) -> float:
        """After how many seconds a call is late; `most` while nothing is known of the provider."""
        return most if self.usual is None else min(most, max(least, TIMES_THE_USUAL * self.usual))

    def answered(self, began: float, now: float) -> None:
        """Learns from an answer."""
        took = now - began
        self.usual = took if self.usual is None else (1 - NEWEST) * self.usual + NEWEST * took
        self.answered_began = max(self.answered_began, began)

    def is_silent(self, since: float, enough: int) -> bool:
        """Whether so many calls wait since then, and none that began after them was answered."""
        return sum(self.answered_began < moment <= since for moment in self.began) >= enough


class Watched:
    """A `Dialer` around another one."""

    def __init__(self, dialer: Dialer, *, circuits: Circuits, settings: LlmProcessSettings, timer: Timer) -> None:
        self._dialer = dialer
        self._circuits = circuits
        self._settings = settings
        self._timer = timer
        self._lines: dict[UUID, _Line] = {}

    async def complete(self, target: Target, prompt: Prompt, options: Options) -> Completion:
        """See `Dialer`. Fails with SLOW_START when the provider is silent, or its breaker opens meanwhile.

        A call that probes an open breaker fails as soon as it is late.
        """
        line = self._lines.setdefault(target.provider.id, _Line())
        patience = line.patience(self._settings.silent_seconds, options.first_token_seconds)
        is_probe = await self._is_probe(target)
        began = self._timer()
        line.began.append(began)
        calling = asyncio.ensure_future(self._dialer.complete(target, prompt, options))
        try:
            await asyncio.wait({calling}, timeout=patience)
            while not calling.done():
                if is_probe or await self._is_given_up(target, line, patience):
                    raise CallFailed("the provider has gone silent", fault=Fault.SLOW_START)
                await asyncio.wait({calling}, timeout=patience / LOOKS)
            completion = calling.result()
            line.answered(began, self._timer())
            return completion
        finally:
            line.began.remove(began)
            if not calling.done():
                calling.cancel()
                await asyncio.gather(calling, return_exceptions=True)

    async def _is_probe(self, target: Target) -> bool:
        try:
            return await self._circuits.is_tripped(target.provider)
        except Unavailable:  # nobody could keep the answer: better to ask later than to pay for it twice
            raise CallFailed("the database went away before the call", fault=Fault.CANCELLED, was_sent=False) from None

    async def _is_given_up(self, target: Target, line: _Line, patience: float) -> bool:
        if line.is_silent(self._timer() - patience, self._settings.breaker_failures):
            await self._circuits.give_up(target.provider, SILENT)
        return await self._circuits.is_tripped(target.provider)

"""Which adapter speaks which dialect; the one place where a module is loaded when it is first needed.

The client libraries of all providers together take 1.5 s to import and 118 MB; a process that asks none, or one, of
them must not pay for all. So each dialect's module is imported at its first call, in a thread, while the loop goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from understudy.infra.http.outbound import Reach
from understudy.llm.domain import Completion, Dialect, Options, Prompt, Provider, Target
from understudy.llm.ports import Dialer

MODULES = {
    Dialect.OPENAI: "understudy.llm.adapters.openai",
    Dialect.COMPATIBLE: "understudy.llm.adapters.openai_compatible",
    Dialect.ANTHROPIC: "understudy.llm.adapters.anthropic",
    Dialect.GEMINI: "understudy.llm.adapters.gemini",
    Dialect.LOCAL: "understudy.llm.adapters.local",
}
"""Each has a function `open_dialer(parts) -> OpenDialer`."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What adapters are made of: where a provider may lie, and how tokens are counted that a provider did not count."""

    reach: Callable[[Provider], Reach]
    count_tokens: Callable[[str], int]


class OpenDialer(Dialer, Protocol):
    """A dialer that holds connections, or a model."""

    async def close(self) -> None:
        """Lets go of them."""
        ...


class ByDialect:
    """The `Dialer` of the product: hands each call to the adapter of the target's dialect."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._loading: dict[Dialect, asyncio.Task[OpenDialer]] = {}

    async def complete(self, target: Target, prompt: Prompt, options: Options) -> Completion:
        """See `Dialer`."""
        dialer = await self._dialer(target.provider.dialect)
        return await dialer.complete(target, prompt, options)

    async def warm(self, dialect: Dialect) -> None:
        """Loads the adapter of a dialect ahead of its first call."""
        await self._dialer(dialect)

    async def close(self) -> None:
        """Closes the adapters that were loaded."""
        for dialer in await asyncio.gather(*self._loading.values()):
            await dialer.close()
        self._loading.clear()

    async def _dialer(self, dialect: Dialect) -> OpenDialer:
        loading = self._loading.get(dialect)
        if loading is None:
            loading = self._loading[dialect] = asyncio.create_task(self._load(dialect))
        try:
            return await asyncio.shield(loading)
        finally:
            if loading.done() and (loading.cancelled() or loading.exception()):
                self._loading.pop(dialect, None)

    async def _load(self, dialect: Dialect) -> OpenDialer:
        module = await asyncio.to_thread(import_module, MODULES[dialect])
        dialer: OpenDialer = module.open_dialer(self._parts)
        return dialer

"""Asks a provider for its list of models, which costs nothing: whether it is there, and takes the key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx2

from understudy.llm.adapters.lines import ADDRESSES, KEY_HEADERS
from understudy.llm.domain import CallFailed, Dialect, Fault, Provider, Target

PATHS = {
    Dialect.OPENAI: "/models",
    Dialect.COMPATIBLE: "/models",
    Dialect.ANTHROPIC: "/v1/models",
    Dialect.GEMINI: "/v1beta/models",
}
VERSION = {"anthropic-version": "2023-06-01"}
"""Anthropic refuses requests that name no version of its interface."""
NOT_THERE = frozenset((404, 405))
"""A server that has no such list is there all the same."""
ClientFor = Callable[[Provider], httpx2.AsyncClient]


class Pinging:
    """Asks providers whether they are there."""

    def __init__(self, *, client_for: ClientFor) -> None:
        self._client_for = client_for

    async def ping(self, target: Target) -> None:
        """Raises `CallFailed` when the provider does not answer, or refuses the key. A local model is always there."""
        provider = target.provider
        if provider.dialect is Dialect.LOCAL:
            return
        address = (provider.base_url or ADDRESSES[provider.dialect]).rstrip("/") + PATHS[provider.dialect]
        headers = dict(VERSION) if provider.dialect is Dialect.ANTHROPIC else {}
        if target.key:
            name, form = KEY_HEADERS[provider.dialect]
            headers[name] = form.format(target.key)
        try:
            async with asyncio.timeout(provider.timeout_seconds):
                response = await self._client_for(provider).get(address, headers=headers)
        except TimeoutError:
            raise CallFailed("the provider took too long", fault=Fault.TIMED_OUT) from None
        except httpx2.HTTPError as error:
            raise CallFailed(f"no connection: {type(error).__name__}", fault=Fault.UNREACHABLE) from None
        if response.status_code in {401, 403}:
            raise CallFailed("the provider refused the key", fault=Fault.KEY_REFUSED)
        if response.status_code >= 400 and response.status_code not in NOT_THERE:
            raise CallFailed(f"the provider answered {response.status_code}", fault=Fault.OVERLOADED)

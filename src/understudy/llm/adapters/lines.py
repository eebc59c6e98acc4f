"""The line to a provider: one HTTP client per provider, address and key, and nothing on it but what belongs there."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx2

from understudy.infra.http.outbound import DEFAULT_PORTS, Reach, outbound_client, outbound_transport
from understudy.llm.domain import Dialect, Target

ADDRESSES = {
    Dialect.OPENAI: "https://api.openai.com/v1",
    Dialect.ANTHROPIC: "https://api.anthropic.com",
    Dialect.GEMINI: "https://generativelanguage.googleapis.com",
}
"""Where a dialect's own provider is, used when a provider names no base URL."""

KEY_HEADERS = {
    Dialect.OPENAI: ("authorization", "Bearer {}"),
    Dialect.COMPATIBLE: ("authorization", "Bearer {}"),
    Dialect.ANTHROPIC: ("x-api-key", "{}"),
    Dialect.GEMINI: ("x-goog-api-key", "{}"),
}

SENT_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "anthropic-beta",
        "anthropic-version",
        "connection",
        "content-length",
        "content-type",
        "host",
        "transfer-encoding",
    }
)
"""All that is sent beside the key. The client libraries would add more, some of it from the environment: other keys,
organisations, custom headers, the machine's versions."""


class Elsewhere(httpx2.ConnectError):
    """A request that would have left for another server than the provider's."""


@dataclass(frozen=True, slots=True)
class Line:
    """What tells one line from another."""

    dialect: Dialect
    base_url: str
    reach: Reach
    key: str | None = field(repr=False)

    @classmethod
    def to(cls, target: Target, reach: Reach) -> Line:
        """The line to a target's provider."""
        provider = target.provider
        return cls(provider.dialect, provider.base_url or ADDRESSES[provider.dialect], reach, target.key)


class KeyedTransport(httpx2.AsyncBaseTransport):
    """Sends requests to the provider's own server only, with its key and no other header that could carry a secret."""

    def __init__(self, line: Line, transport: httpx2.AsyncBaseTransport) -> None:
        self._home = _origin(line.base_url)
        self._transport = transport
        self._key = None
        if line.key:
            name, form = KEY_HEADERS[line.dialect]
            self._key = (name, form.format(line.key))

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Sends a request on; raises `Elsewhere`."""
        if _origin(str(request.url)) != self._home:
            raise Elsewhere("the request leads away from the provider's address", request=request)
        kept = [(name, value) for name, value in request.headers.items() if name.lower() in SENT_HEADERS]
        request.headers = httpx2.Headers([*kept, ("user-agent", "understudy"), *([self._key] if self._key else [])])
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._transport.aclose()


def open_client(line: Line, *, timeout_seconds: float) -> httpx2.AsyncClient:
    """The HTTP client of a line; `timeout_seconds` holds for each read, the dialer watches over the whole call."""
    transport = KeyedTransport(line, outbound_transport(line.reach))
    return outbound_client(line.reach, timeout_seconds=timeout_seconds, transport=transport)


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or DEFAULT_PORTS.get(parts.scheme, 0)

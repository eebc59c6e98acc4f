"""Requests in OpenAI's dialect, handed on as they are but for the model's name, and answered as the answer comes.

One plain HTTP client per reach keeps connections open. Anthropic and Gemini are asked at their own addresses for this
dialect. A failure before the first event of an answer is raised on entering, so that another model can be asked.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx2

from understudy.llm.adapters.lines import ADDRESSES
from understudy.llm.adapters.plain.chat_stream import ChatStream, read_whole
from understudy.llm.domain import CallFailed, Dialect, Fault, Provider, Target, Usage
from understudy.llm.ports import DONE

PATHS = {
    Dialect.OPENAI: "/chat/completions",
    Dialect.COMPATIBLE: "/chat/completions",
    Dialect.ANTHROPIC: "/v1/chat/completions",
    Dialect.GEMINI: "/v1beta/openai/chat/completions",
}
"""Where each dialect's provider takes requests in OpenAI's, below its address."""
EVENT_STREAM = "text/event-stream"
JSON = "application/json"
MAX_ANSWER_BYTES = 32_000_000
"""A longer answer than this is broken off: pictures in base64 take a few megabytes."""
LIMIT, OLD_LIMIT = "max_completion_tokens", "max_tokens"
"""The limit of an answer, and its name before; servers that know the old one only would write without end."""
REFUSALS = {
    401: Fault.KEY_REFUSED,
    403: Fault.KEY_REFUSED,
    404: Fault.NO_MODEL,
    408: Fault.TIMED_OUT,
    429: Fault.RATE_LIMITED,
}
"""Statuses that concern us or another model may do without; other 4xx are the caller's, and go back to it."""

CONNECT_SECONDS, OTHER_SECONDS = 5.0, 300.0
"""For the connection, and for any other step: above every call's own limit, which ends the call first."""
TIMEOUTS = {"connect": CONNECT_SECONDS, "read": OTHER_SECONDS, "write": OTHER_SECONDS, "pool": OTHER_SECONDS}

TransportFor = Callable[[Provider], httpx2.AsyncBaseTransport]
"""What makes connections that may go where this provider is allowed to lie.

A client around it would add cookies, redirects and merged defaults, which no call needs.
"""


@dataclass
class Answered:
    """A whole answer, or the refusal of a request."""

    status: int
    body: bytes
    text: str | None
    usage: Usage | None
    content_type: str = JSON

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body, at once."""
        yield self.body


class Streaming:
    """An answer as it comes in; its first events are there already."""

    status = 200
    content_type = EVENT_STREAM

    def __init__(self, parts: AsyncIterator[bytes], stream: ChatStream, limits: _Limits) -> None:
        self._parts = parts
        self._stream = stream
        self._limits = limits
        self._first = b""

    @property
    def usage(self) -> Usage | None:
        """What was used, once the provider told."""
        return self._stream.usage

    @property
    def text(self) -> str | None:
        """What was said so far."""
        return self._stream.text

    async def begin(self) -> None:
        """Waits for the first event that says something; raises `CallFailed`."""
        async with self._limits.step(Fault.SLOW_START, self._stream):
            while not self._stream.has_begun and (data := await anext(self._parts, None)) is not None:
                self._first += self._stream.feed(data)
        if not self._stream.has_begun:
            self._stream.end()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Whole events, as many as came at once; the last is `DONE`. Raises `CallFailed` when they break off."""
        if self._first:
            yield self._first
        while not self._stream.is_done and (data := await self._next()) is not None:
            if passed := self._stream.feed(data):
                yield passed
        self._stream.end()
        yield DONE

    async def _next(self) -> bytes | None:
        async with self._limits.step(Fault.TIMED_OUT, self._stream):
            return await anext(self._parts, None)


@dataclass(frozen=True, slots=True)
class _Limits:
    """Until when (of the loop's clock) the answer must have begun and be whole; seconds that a part of it may take."""

    begun_until: float
    until: float
    step_seconds: float

    @asynccontextmanager
    async def step(self, fault: Fault, stream: ChatStream | None = None) -> AsyncIterator[None]:
        """Limits one wait: for the beginning with SLOW_START, for a part with TIMED_OUT; raises `CallFailed`."""
        now = asyncio.get_running_loop().time()
        limit = min(self.begun_until if fault is Fault.SLOW_START else now + self.step_seconds, self.until)
        usage = stream.usage if stream else None
        try:
            async with asyncio.timeout_at(limit):
                yield
        except TimeoutError:
            found = Fault.TIMED_OUT if limit >= self.until else fault
            raise CallFailed("the provider took too long", fault=found, usage=usage) from None
        except httpx2.HTTPError as error:
            raise _broken(error, usage, has_begun=stream is not None) from None


class Forwarding:
    """Hands requests on."""

    def __init__(self, *, transport_for: TransportFor) -> None:
        self._transport_for = transport_for

    @asynccontextmanager
    async def forward(self, target: Target, body: Mapping[str, Any]) -> AsyncIterator[Answered | Streaming]:
        """The answer; raises `CallFailed` before its first byte. Leaving early closes the provider's connection."""
        provider = target.provider
        streams = bool(body.get("stream"))
        now = asyncio.get_running_loop().time()
        step_seconds = provider.first_token_seconds if streams else provider.timeout_seconds
        limits = _Limits(now + step_seconds, now + provider.timeout_seconds, step_seconds)
        request = httpx2.Request(
            "POST",
            _address(provider),
            content=_body(target, body),
            headers=_headers(target, streams=streams),
            extensions={"timeout": TIMEOUTS},
        )
        async with limits.step(Fault.SLOW_START):
            response = await self._transport_for(provider).handle_async_request(request)
        try:
            if response.status_code >= 400:
                yield await _refused(response, limits)
            elif response.status_code != 200:
                raise CallFailed(f"the provider answered {response.status_code}", fault=Fault.MALFORMED)
            elif streams:
                yield await _streamed(response, body, limits)
            else:
                content = await _content(response, limits)
                yield Answered(200, content, *read_whole(content))
        finally:
            await response.aclose()


async def _streamed(response: httpx2.Response, body: Mapping[str, Any], limits: _Limits) -> Streaming:
    asked = body.get("stream_options")
    shows_usage = isinstance(asked, Mapping) and bool(asked.get("include_usage"))
    streaming = Streaming(response.aiter_bytes(), ChatStream(shows_usage=shows_usage), limits)
    await streaming.begin()
    return streaming


async def _content(response: httpx2.Response, limits: _Limits) -> bytes:
    """The whole body."""
    parts, length = [], 0
    async with limits.step(Fault.TIMED_OUT, ChatStream(shows_usage=False)):
        async for part in response.aiter_bytes():
            parts.append(part)
            length += len(part)
            if length > MAX_ANSWER_BYTES:
                raise CallFailed("the answer is longer than any", fault=Fault.MALFORMED)
    return b"".join(parts)


async def _refused(response: httpx2.Response, limits: _Limits) -> Answered:
    """The provider's refusal, to be handed back; raises `CallFailed` where it is not the caller's doing."""
    status = response.status_code
    fault = Fault.OVERLOADED if status >= 500 else REFUSALS.get(status)
    if fault is not None:
        raise CallFailed(
            f"the provider answered {status}",
            fault=fault,
            retry_after=_seconds(response.headers.get("retry-after")),
            usage=Usage(0, 0),
        )
    return Answered(status, _in_openais_shape(await _content(response, limits), status), None, Usage(0, 0))


def _in_openais_shape(content: bytes, status: int) -> bytes:
    """A refusal as OpenAI words it, whoever it came from."""
    try:
        told = json.loads(content)
    except ValueError:
        told = None
    error = told.get("error") if isinstance(told, dict) else None
    if isinstance(error, dict) and isinstance(error.get("message"), str):
        kept = {name: error.get(name) for name in ("message", "type", "param", "code")}
    else:
        message = error if isinstance(error, str) else f"the provider refused the request with status {status}"
        kept = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
    return json.dumps({"error": kept}).encode()


def _address(provider: Provider) -> httpx2.URL:
    if provider.dialect not in PATHS:
        raise CallFailed("this provider takes no forwarded requests", fault=Fault.REFUSED, was_sent=False)
    address = provider.base_url or ADDRESSES.get(provider.dialect, "")
    try:
        return _url(address.rstrip("/") + PATHS[provider.dialect])
    except httpx2.InvalidURL:
        raise CallFailed("the provider's address is none", fault=Fault.UNREACHABLE, was_sent=False) from None


@lru_cache(maxsize=1_000)
def _url(address: str) -> httpx2.URL:
    return httpx2.URL(address)


def _body(target: Target, body: Mapping[str, Any]) -> bytes:
    sent = {**body, "model": target.model}
    if target.provider.dialect is Dialect.COMPATIBLE and body.get(LIMIT):
        sent.setdefault(OLD_LIMIT, body[LIMIT])
    if body.get("stream"):
        options = body.get("stream_options")
        sent["stream_options"] = {**(options if isinstance(options, Mapping) else {}), "include_usage": True}
    return json.dumps(sent, separators=(",", ":")).encode()


def _headers(target: Target, *, streams: bool) -> dict[str, str]:
    headers = {
        "content-type": JSON,
        "accept": EVENT_STREAM if streams else JSON,
        "accept-encoding": "identity",
        "user-agent": "understudy",
    }
    if target.key:
        headers["authorization"] = f"Bearer {target.key}"
    return headers


def _broken(error: httpx2.HTTPError, usage: Usage | None, *, has_begun: bool) -> CallFailed:
    """What a failure of the connection amounts to; only one that never opened is known to have sent nothing."""
    if isinstance(error, httpx2.TimeoutException):
        fault = Fault.TIMED_OUT
    else:
        fault = Fault.CUT if has_begun else Fault.UNREACHABLE
    was_sent = not isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout)
    return CallFailed("the connection to the provider failed", fault=fault, usage=usage, was_sent=was_sent)


def _seconds(value: str | None) -> float | None:
    try:
        return max(0.0, float(value)) if value else None
    except ValueError:
        return None

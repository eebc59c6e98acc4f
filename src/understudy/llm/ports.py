"""What the paid side needs of the systems that answer. Each adapter speaks to one kind of them and keeps no secret."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol
from uuid import UUID

from understudy.llm.domain import Completion, Options, Price, Prompt, Target, Tier, Usage

DONE = b"data: [DONE]\n\n"
"""What ends a forwarded stream; always a chunk by itself."""


class Targets(Protocol):
    """Knows the providers of a company and of the platform."""

    async def targets(
        self, company_id: UUID, choice: Tier | Sequence[str], prices: Mapping[str, Price] = ...
    ) -> tuple[Target, ...]:
        """The models of a tier, or those named provider/model, in the order to try.

        `prices`: the company's own, by provider/model. What is switched off, gone or without a price is left out.
        """
        ...


class Dialer(Protocol):
    """Asks a model for one whole answer."""

    async def complete(self, target: Target, prompt: Prompt, options: Options) -> Completion:
        """The answer; raises `CallFailed` with its fault. Never retries, never logs what was said."""
        ...


class Forwarded(Protocol):
    """What a provider answers to a forwarded request, as it comes in."""

    @property
    def status(self) -> int:
        """The provider's HTTP status."""
        ...

    @property
    def content_type(self) -> str:
        """The kind of the body."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """The body as it comes; raises `CallFailed` when it breaks off, stalls, or ends without a finish reason."""
        ...

    @property
    def usage(self) -> Usage | None:
        """What was used, once the body has been read; None where the provider did not say."""
        ...

    @property
    def text(self) -> str | None:
        """What the model said so far in its first choice; None where it said nothing in words."""
        ...


class Forwarder(Protocol):
    """Hands a request in OpenAI's dialect on, as it is but for the model's name."""

    def forward(self, target: Target, body: Mapping[str, Any]) -> AbstractAsyncContextManager[Forwarded]:
        """The answer, streamed where the body asks for it; raises `CallFailed` before the first byte."""
        ...

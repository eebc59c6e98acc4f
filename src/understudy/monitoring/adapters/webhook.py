"""Posts over HTTP, through the guard against addresses that lead inside."""

from __future__ import annotations

from collections.abc import Mapping

import httpx2

from understudy.infra.http.outbound import Reach, check_url, outbound_client
from understudy.monitoring.domain import NotDelivered

TIMEOUT_SECONDS = 10.0
"""A receiver that only notes what it gets answers within this."""


class HttpSender:
    """Posts to webhooks. `reach`: where they may lie."""

    def __init__(self, *, reach: Reach, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._reach = reach
        self._client = outbound_client(reach, timeout_seconds=timeout_seconds)

    async def check(self, url: str) -> None:
        """Raises `AddressRefused` when the address leads where it must not."""
        await check_url(url, self._reach, field="webhook_url")

    async def post(self, url: str, *, content: bytes, headers: Mapping[str, str]) -> int:
        """The HTTP status; raises `NotDelivered` when there is no answer, or the address is refused."""
        try:
            async with self._client.stream("POST", url, content=content, headers=dict(headers)) as answer:
                return answer.status_code
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise NotDelivered(
                f"the webhook did not answer: {type(error).__name__}", remedy="check its address and that it is up"
            ) from error

    async def close(self) -> None:
        """Gives its connections back."""
        await self._client.aclose()

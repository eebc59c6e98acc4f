"""What notices need of the machine room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Sender(Protocol):
    """Posts to an address that somebody typed in: it may lie in wait, so it is checked on every connection."""

    async def check(self, url: str) -> None:
        """Raises `Invalid` when the address leads where it must not."""
        ...

    async def post(self, url: str, *, content: bytes, headers: Mapping[str, str]) -> int:
        """The HTTP status; follows no redirect. Raises `NotDelivered` when there is no answer."""
        ...


class Vault(Protocol):
    """Seals secrets before they are stored; what was sealed for one purpose opens for no other."""

    def seal(self, secret: str, *, purpose: str) -> bytes:
        """The secret as it may be stored."""
        ...

    def open(self, sealed: bytes, *, purpose: str) -> str:
        """The secret again."""
        ...

    def rotate(self, sealed: bytes) -> bytes:
        """The same secret, sealed with the newest key."""
        ...

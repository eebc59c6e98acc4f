"""What this package needs from the machine room."""

from __future__ import annotations

from typing import Protocol


class Signer(Protocol):
    """Makes codes that nobody can make who lacks the installation's keys."""

    def codes(self, message: bytes, *, purpose: str) -> tuple[bytes, ...]:
        """A code by each key, the newest first; raises `Unavailable` where there is no key."""
        ...

    def reload(self) -> None:
        """Reads the keys anew when they are next needed."""
        ...

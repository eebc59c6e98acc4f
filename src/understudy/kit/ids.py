"""Identifiers are UUIDs of version 7, so that they sort by the moment they were made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from understudy.kit.errors import Invalid

NewId = Callable[[], UUID]
"""Makes a new time-ordered identifier."""

MAX_48_BITS = (1 << 48) - 1


def uuid_at(millis: int, entropy: bytes) -> UUID:
    """The version 7 UUID of a moment.

    `millis`: milliseconds since 1970, 48 bits; `entropy`: 10 random bytes. Source: RFC 9562, section 5.7.
    """
    random = int.from_bytes(entropy[:10], "big")
    value = (millis & MAX_48_BITS) << 80
    value |= 0x7 << 76
    value |= ((random >> 62) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= random & ((1 << 62) - 1)
    return UUID(int=value)


def first_id(at: datetime) -> UUID:
    """The least identifier that can be made at a moment: with it, an index of identifiers finds spans of time."""
    return uuid_at(int(at.timestamp() * 1000), bytes(10))


def made_at(identifier: UUID) -> datetime:
    """The moment in which an identifier of version 7 was made, in UTC, to the millisecond."""
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, UTC)


def parse_id(text: str, *, field: str) -> UUID:
    """Reads an identifier given by a caller; raises `Invalid` naming the field."""
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(f"{text!r} is not an identifier", field=field, remedy="give a UUID") from None

"""The two things a program takes from the machine: the present moment and fresh identifiers."""

from __future__ import annotations

import os
import random
import time
from datetime import UTC, datetime
from uuid import UUID

from understudy.kit.ids import uuid_at


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def elapsed() -> float:
    """Seconds on a clock that never goes back."""
    return time.perf_counter()


def chance() -> float:
    """A random number from 0 up to 1; no secret."""
    return random.random()  # noqa: S311 - spreads load


def new_id() -> UUID:
    """A fresh UUID of version 7: time-ordered, 74 random bits."""
    return uuid_at(time.time_ns() // 1_000_000, os.urandom(10))

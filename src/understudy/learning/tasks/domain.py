"""What is asked of tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from understudy.learning.domain import TaskStatus


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """Which tasks to list, newest first; None: any. `before`: the identifier to go on below."""

    status: TaskStatus | None = None
    key: str | None = None
    before: UUID | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Claim:
    """How tasks are claimed: now, how many, from when on a claim is a dead worker's, and how often at most."""

    now: datetime
    stale: datetime
    limit: int
    cap: int

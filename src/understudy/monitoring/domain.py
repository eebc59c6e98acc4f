"""Notices and their deliveries as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from understudy.kit.errors import Conflict, Invalid, NotFound, Unavailable

MOST_NOTICES = 200
"""Most notices in one page."""
SEEN_KEPT = timedelta(days=90)
"""How long a notice is kept after somebody saw it."""
UNSEEN_KEPT = timedelta(days=400)
"""How long one is kept that nobody ever saw: the same month a year later still shows it."""
EVENTS_KEPT = timedelta(days=30)
"""How long it is known which events were heard; the job engine hands an event on within minutes."""
GIVEN_UP_AFTER = timedelta(hours=24)
"""How long a delivery is tried."""
TRIED_AGAIN_AFTER = timedelta(minutes=30)
"""Pause between the rounds of a delivery; within a round the job engine repeats it some times."""


class NoticeNotFound(NotFound):
    """No such notice in this company."""

    code = "notice_not_found"


class HeardElsewhere(Conflict):
    """Two workers heard one event at the same moment: the other one counts it."""

    code = "heard_elsewhere"


class NoWebhook(Invalid):
    """The company has not set where its notices go."""

    code = "no_webhook"


class NoSecret(Conflict):
    """The company has no secret to sign its deliveries with."""

    code = "no_webhook_secret"


class NotDelivered(Unavailable):
    """The webhook did not take it."""

    code = "webhook_failed"


class Severity(StrEnum):
    """How much a notice presses."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class Code(StrEnum):
    """What notices there are."""

    BUDGET_50 = "BUDGET_50"
    BUDGET_80 = "BUDGET_80"
    BUDGET_100 = "BUDGET_100"
    """The month's budget is used up: no paid call until it turns."""
    HOLD_TOO_SMALL = "HOLD_TOO_SMALL"
    """A call cost more than was set aside for it."""
    LLM_DOWN = "LLM_DOWN"
    """A provider is left alone."""
    LLM_SLOW = "LLM_SLOW"
    """A provider's health check took too long."""
    LLM_BACK = "LLM_BACK"
    """A provider that was left alone answers again."""
    SUGGESTION_DEMOTED = "SUGGESTION_DEMOTED"
    """What was learnt did harm and was taken back."""

    @property
    def severity(self) -> Severity:
        """How much it presses."""
        return _SEVERITIES.get(self, Severity.WARNING)

    @property
    def settles(self) -> tuple[Code, ...]:
        """The notices about the same subject that it makes out of date."""
        return _SETTLED.get(self, ())


_SEVERITIES = {
    Code.BUDGET_100: Severity.CRITICAL,
    Code.LLM_DOWN: Severity.CRITICAL,
    Code.LLM_BACK: Severity.INFO,
}
_SETTLED = {Code.LLM_BACK: (Code.LLM_DOWN, Code.LLM_SLOW)}


@dataclass(frozen=True, slots=True)
class Raised:
    """Something that happened, put into words. `company_id` None: the platform's."""

    company_id: UUID | None
    code: Code
    subject: str
    title: str
    text: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it is kept. `count`: how often it happened while nobody had seen it."""

    id: UUID
    company_id: UUID | None
    code: Code
    severity: Severity
    subject: str
    title: str
    text: str
    details: Mapping[str, Any]
    count: int
    first_at: datetime
    last_at: datetime
    seen_by: str | None
    seen_at: datetime | None

    @property
    def is_seen(self) -> bool:
        """Whether somebody saw it, or what followed made it out of date."""
        return self.seen_at is not None


@dataclass(frozen=True, slots=True)
class NoticeQuery:
    """Which notices to list, newest first; None: any. `before`: the notice to go on below.

    `company_id` narrows what the platform sees; a company sees its own and the platform's anyway.
    """

    company_id: UUID | None = None
    code: Code | None = None
    severity: Severity | None = None
    is_seen: bool | None = None
    before: UUID | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice for one company's webhook. `id` is the same however often it is sent."""

    id: UUID
    company_id: UUID
    notice_id: UUID
    made_at: datetime
    tries: int = 0
    delivered_at: datetime | None = None
    fault: str | None = None

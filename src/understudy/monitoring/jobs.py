"""Background work of notices: events heard, notices sent on, old ones forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from understudy.infra.jobs import Job, Sweep
from understudy.learning.events import SuggestionDemoted
from understudy.llm.events import BudgetReached, HoldTooSmall, ProviderBack, ProviderDown, ProviderSlow
from understudy.monitoring.service import SEND_JOB, Notices
from understudy.monitoring.webhooks import DELIVER_JOB, Webhooks
from understudy.monitoring.wording import Event, put_into_words

HEARD: dict[type[Event], str] = {
    BudgetReached: "notices.on_budget_reached",
    HoldTooSmall: "notices.on_hold_too_small",
    ProviderDown: "notices.on_provider_down",
    ProviderSlow: "notices.on_provider_slow",
    ProviderBack: "notices.on_provider_back",
    SuggestionDemoted: "notices.on_suggestion_demoted",
}
SUBSCRIPTIONS: Mapping[type, Sequence[str]] = {kind: (name,) for kind, name in HEARD.items()}
"""Which events become notices, for the outbox."""
TAKE_UP_EVERY_SECONDS = 60.0
FORGET_EVERY_SECONDS = 3600.0
IDENTIFIERS = frozenset({"company_id", "provider_id", "suggestion_id"})


def jobs(notices: Notices, webhooks: Webhooks) -> tuple[Job, ...]:
    """The kinds of jobs of this package."""

    async def send(*, notice_id: str, company_id: str) -> None:
        await webhooks.send(UUID(notice_id), UUID(company_id) if company_id else None)

    async def deliver(*, company_id: str, delivery_id: str) -> None:
        await webhooks.deliver(UUID(company_id), UUID(delivery_id))

    heard = (_hearing(notices, kind, name) for kind, name in HEARD.items())
    return (*heard, Job(SEND_JOB, send), Job(DELIVER_JOB, deliver))


def sweeps(notices: Notices, webhooks: Webhooks) -> tuple[Sweep, ...]:
    """What workers repeat for this package."""
    return (
        Sweep("take_up_deliveries", webhooks.take_up, TAKE_UP_EVERY_SECONDS),
        Sweep("forget_notices", notices.forget_old, FORGET_EVERY_SECONDS),
    )


def _hearing(notices: Notices, kind: type[Event], name: str) -> Job:
    async def hear(*, event_id: str, **payload: Any) -> None:
        await notices.hear(UUID(event_id), put_into_words(_event(kind, payload)))

    return Job(name, hear)


def _event(kind: type[Event], payload: Mapping[str, Any]) -> Event:
    values: dict[str, Any] = {field.name: payload[field.name] for field in fields(kind)}
    for name in IDENTIFIERS & values.keys():
        values[name] = values[name] and UUID(values[name])
    return kind(**values)

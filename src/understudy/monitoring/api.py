"""JSON routes of notices and of the webhook they are sent to."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from understudy.companies.authorization import caller
from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.monitoring.domain import MOST_NOTICES, Code, Notice, NoticeQuery, Severity
from understudy.monitoring.service import Notices
from understudy.monitoring.webhooks import Webhook, Webhooks

Reader = Annotated[Principal, caller(Permission.NOTICE_READ)]
Keeper = Annotated[Principal, caller(Permission.NOTICE_MANAGE)]


class NoticeView(BaseModel):
    """Something that a person should know about."""

    id: UUID
    code: Code = Field(examples=[Code.BUDGET_80])
    severity: Severity = Field(examples=[Severity.WARNING])
    subject: str = Field(examples=["budget:answering:2026-11"], description="What it is about.")
    title: str = Field(examples=["80 per cent of the budget for November 2026 is spent"])
    text: str = Field(description="A few sentences that can be read aloud.")
    details: dict[str, Any] = Field(examples=[{"pot": "answering", "month": "2026-11", "percent": 80}])
    count: int = Field(examples=[1], description="How often it happened while nobody had seen it.")
    first_at: datetime
    last_at: datetime
    seen_by: str | None = Field(examples=[None])
    seen_at: datetime | None = Field(examples=[None])
    is_platform: bool = Field(examples=[False], description="Whether it concerns all companies; those see it only.")

    @classmethod
    def of(cls, notice: Notice) -> NoticeView:
        """The view of a notice."""
        names = (name for name in cls.model_fields if name != "is_platform")
        return cls(is_platform=notice.company_id is None, **{name: getattr(notice, name) for name in names})


class NoticePage(BaseModel):
    """A page of notices; `next` goes into `before` for the following one."""

    items: list[NoticeView]
    next: UUID | None


class WebhookAddress(BaseModel):
    """Where notices are to go."""

    model_config = ConfigDict(extra="forbid")
    url: str = Field(max_length=500, examples=["https://hooks.example.com/understudy"], description="Empty: nowhere.")


class WebhookView(BaseModel):
    """Where notices go. The secret is there only when it was just made, and shown this once."""

    url: str = Field(examples=["https://hooks.example.com/understudy"])
    secret: str | None = Field(None, examples=[None], description="What deliveries are signed with.")

    @classmethod
    def of(cls, webhook: Webhook) -> WebhookView:
        """The view of a webhook."""
        return cls(url=webhook.url, secret=webhook.secret)


class SecretMade(BaseModel):
    """A new secret to check signatures with, shown this once."""

    secret: str


class WebhookTested(BaseModel):
    """A test that the webhook took."""

    url: str
    delivered: bool = True


def notice_routes(notices: Notices) -> APIRouter:
    """The notices of the caller's company."""
    router = APIRouter(prefix="/v1/notices", tags=["notices"])

    @router.get("")
    async def list_notices(
        principal: Reader,
        code: Annotated[Code | None, Query(description="Only those of this code.")] = None,
        severity: Annotated[Severity | None, Query(description="Only those that press so much.")] = None,
        seen: Annotated[bool | None, Query(description="Only those that were seen, or that were not.")] = None,
        before: Annotated[UUID | None, Query(description="Go on below this notice.")] = None,
        limit: Annotated[int, Query(ge=1, le=MOST_NOTICES, description="How many at most.")] = 50,
    ) -> NoticePage:
        """Lists the company's notices and those that concern all companies, newest first."""
        found = await notices.list(principal.company, NoticeQuery(None, code, severity, seen, before, limit))
        return NoticePage(
            items=[NoticeView.of(notice) for notice in found], next=found[-1].id if len(found) == limit else None
        )

    @router.post("/{notice_id}/seen")
    async def mark_notice_seen(principal: Keeper, notice_id: UUID) -> NoticeView:
        """Marks a notice as seen; the next of its kind is a new one."""
        return NoticeView.of(await notices.see(principal, notice_id))

    return router


def webhook_routes(webhooks: Webhooks) -> APIRouter:
    """The webhook of the caller's company."""
    router = APIRouter(prefix="/v1/notices/webhook", tags=["notices"])

    @router.put("")
    async def set_webhook(principal: Keeper, body: WebhookAddress) -> WebhookView:
        """Sets where notices go. The first time, a secret is made and shown this once."""
        return WebhookView.of(await webhooks.set_address(principal, body.url))

    @router.post("/secret")
    async def renew_webhook_secret(principal: Keeper) -> SecretMade:
        """Makes a new secret; the old one signs nothing any more."""
        return SecretMade(secret=await webhooks.renew_secret(principal))

    @router.post("/test")
    async def test_webhook(principal: Keeper) -> WebhookTested:
        """Posts a signed test, once; 503 when the webhook does not take it."""
        return WebhookTested(url=(await webhooks.test(principal)).url)

    return router

"""The page of notices: what waits to be seen, what was seen, and the number beside its name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from understudy.companies.domain import Company
from understudy.console.site import Blocks, Site
from understudy.console.views import Choice
from understudy.infra.http.safety import origin_is_allowed
from understudy.infra.system import utc_now
from understudy.kit.errors import Forbidden, Invalid
from understudy.kit.ids import parse_id
from understudy.monitoring.domain import Notice, NoticeQuery, Severity
from understudy.monitoring.service import Notices

TEMPLATE = "notices.html"
HERE = "/console/notices"
PAGE = 50
BY = "console"
PLATFORM = "All companies"
ICONS = {Severity.INFO: "info-circle", Severity.WARNING: "alert-triangle", Severity.CRITICAL: "alert-triangle"}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for. `show`: `all`, or only what waits to be seen."""

    company: Annotated[str, Query(max_length=100)] = ""
    severity: Annotated[str, Query(max_length=20)] = ""
    show: Annotated[str, Query(max_length=20)] = ""
    before: Annotated[str, Query(max_length=60)] = ""

    def query(self, **changes: str) -> str:
        """The filters as a query string with its question mark; empty when nothing is filtered."""
        kept = {"company": self.company, "severity": self.severity, "show": self.show} | changes
        chosen = {name: value for name, value in kept.items() if value}
        return f"?{urlencode(chosen)}" if chosen else ""


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice as it is listed."""

    notice: Notice
    icon: str
    company_name: str


@dataclass(frozen=True, slots=True)
class NoticesView:
    """The page of notices."""

    rows: tuple[NoticeRow, ...]
    companies: tuple[Choice, ...]
    severities: tuple[Choice, ...]
    is_all: bool
    unseen_query: str
    all_query: str
    older_query: str | None
    now: datetime


def add_notices(router: APIRouter, site: Site, notices: Notices) -> None:
    """Adds the routes of notices."""

    @router.get("/notices")
    async def show_notices(request: Request, asked: Annotated[Filters, Depends()]) -> Response:
        companies = await site.reading.companies()
        found = await notices.list_all(_wanted(asked, companies))
        return site.page(request, TEMPLATE, page="notices", view=_view(asked, found, companies))

    @router.get("/notices/badge")
    async def show_badge() -> Response:
        return site.part(Blocks(TEMPLATE, ("badge",)), unseen=await notices.unseen())

    @router.post("/notices/{notice_id}/seen")
    async def mark_seen(request: Request, notice_id: str) -> Response:
        if not origin_is_allowed(request.headers):
            raise Forbidden("this was asked for by another site")
        notice = await notices.see_any(BY, parse_id(notice_id, field="notice"))
        if "hx-request" not in request.headers:
            return RedirectResponse(HERE, HTTPStatus.SEE_OTHER)
        companies = await site.reading.companies()
        response = site.part(Blocks(TEMPLATE, ("rows",)), view=_view(Filters(), [notice], companies))
        response.headers["hx-trigger"] = "seen"
        return response


def _wanted(asked: Filters, companies: list[Company]) -> NoticeQuery:
    company = next((company for company in companies if company.slug == asked.company), None)
    if asked.company and company is None:
        raise Invalid(f"there is no company {asked.company!r}", field="company", remedy="choose one from the list")
    if asked.severity and asked.severity not in set(Severity):
        raise Invalid(f"there is no severity {asked.severity!r}", field="severity", remedy="choose one from the list")
    return NoticeQuery(
        company_id=company.id if company else None,
        severity=Severity(asked.severity) if asked.severity else None,
        is_seen=None if asked.show == "all" else False,
        before=parse_id(asked.before, field="before") if asked.before else None,
        limit=PAGE + 1,
    )


def _view(asked: Filters, found: list[Notice], companies: list[Company]) -> NoticesView:
    names = {company.id: company.name for company in companies}
    listed = found[:PAGE]
    return NoticesView(
        rows=tuple(
            NoticeRow(
                notice,
                ICONS[notice.severity],
                names.get(notice.company_id, "another company") if notice.company_id else PLATFORM,
            )
            for notice in listed
        ),
        companies=tuple(Choice(company.slug, company.name, company.slug == asked.company) for company in companies),
        severities=tuple(Choice(one.value, one.value.title(), one.value == asked.severity) for one in Severity),
        is_all=asked.show == "all",
        unseen_query=asked.query(show=""),
        all_query=asked.query(show="all"),
        older_query=asked.query(before=str(listed[-1].id)) if len(found) > PAGE else None,
        now=utc_now(),
    )

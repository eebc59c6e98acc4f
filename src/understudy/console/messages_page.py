"""The page of recent messages: filtered, paged, and growing by itself while it is looked at."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from understudy.companies.domain import Company
from understudy.console.appearance import BY_NAME, LOOKS, PERSON, SILENT, TO_COME
from understudy.console.reading import Listed, Wanted
from understudy.console.sign_in_page import enter
from understudy.console.site import Blocks, Site
from understudy.console.views import Choice, MessagesView, RungChoice
from understudy.infra.system import utc_now
from understudy.kit.errors import Invalid
from understudy.kit.ids import MAX_48_BITS, parse_id, uuid_at

MAX_WORDS = 200
OVERLAP_MILLIS = 5_000
"""New messages are asked for from a little before the newest one shown: a slow transaction may come in below it."""
FIRST_MESSAGE = {"contact": {"kind": "external", "value": "customer-1"}, "text": "Where is my card?"}
TEMPLATE = "messages.html"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for."""

    company: Annotated[str, Query(max_length=100)] = ""
    rung: Annotated[str, Query(max_length=40)] = ""
    text: Annotated[str, Query(max_length=MAX_WORDS)] = ""
    before: Annotated[str, Query(max_length=60)] = ""
    after: Annotated[str, Query(max_length=60)] = ""

    def query(self, **changes: str) -> str:
        """The filters as a query string with its question mark; empty when nothing is filtered."""
        kept = {"company": self.company, "rung": self.rung, "text": self.text.strip()} | changes
        chosen = {name: value for name, value in kept.items() if value}
        return f"?{urlencode(chosen)}" if chosen else ""

    @property
    def is_empty(self) -> bool:
        """Whether everything is shown, from the newest on."""
        return not (self.company or self.rung or self.text.strip() or self.before)


Asked = Annotated[Filters, Depends()]


def add_messages(router: APIRouter, site: Site) -> None:
    """Adds the routes of the list."""

    @router.get("", include_in_schema=False)
    async def without_slash() -> Response:
        return RedirectResponse("/console/", HTTPStatus.PERMANENT_REDIRECT)

    @router.get("/")
    async def show_messages(request: Request, asked: Asked, token: str = "") -> Response:
        if "token" in request.query_params:
            return enter(site, request, token)
        companies = await site.reading.companies()
        wanted = _wanted(asked, companies)
        listed = await site.reading.messages(wanted)
        view = await _view(site, asked, wanted, listed, companies)
        first = companies[0] if companies else None
        return site.page(
            request,
            TEMPLATE,
            page="messages",
            view=view,
            is_empty=not listed.rows and asked.is_empty,
            base_url=str(request.base_url).rstrip("/"),
            first_message=json.dumps(FIRST_MESSAGE),
            chat_slug=first.slug if first else "",
            chat_name=first.name if first else "",
        )

    @router.get("/messages/older")
    async def show_older(asked: Asked) -> Response:
        companies = await site.reading.companies()
        wanted = _wanted(asked, companies)
        view = await _view(site, asked, wanted, await site.reading.messages(wanted), companies)
        return site.part(Blocks(TEMPLATE, ("rows", "more")), view=view)

    @router.get("/messages/new")
    async def show_new(asked: Asked, was_empty: bool = False) -> Response:
        companies = await site.reading.companies()
        wanted = _wanted(asked, companies)
        listed = await site.reading.messages(_overlapping(wanted))
        if not listed.rows:
            return Response(status_code=HTTPStatus.NO_CONTENT)
        if was_empty:
            return Response(headers={"hx-refresh": "true"})
        view = await _view(site, asked, wanted, listed, companies)
        blocks = ("rows", "traffic", "poll")
        is_full = listed.oldest is not None
        response = site.part(
            Blocks(TEMPLATE, (*blocks, "more") if is_full else blocks),
            view=view,
            is_fresh=True,
            is_empty=False,
        )
        if is_full:  # more came in than one page holds: the list starts anew, so that it has no hidden gap
            response.headers["hx-reswap"] = "innerHTML"
        return response


def _wanted(asked: Filters, companies: list[Company]) -> Wanted:
    company = next((company for company in companies if company.slug == asked.company), None)
    if asked.company and company is None:
        raise Invalid(f"there is no company {asked.company!r}", field="company", remedy="choose one from the list")
    if asked.rung and asked.rung not in BY_NAME:
        raise Invalid(f"there is no rung {asked.rung!r}", field="rung", remedy="choose one from the row above the list")
    return Wanted(
        company=company,
        seen_as=asked.rung,
        words=asked.text.strip(),
        before=parse_id(asked.before, field="before") if asked.before else None,
        after=parse_id(asked.after, field="after") if asked.after else None,
    )


def _overlapping(wanted: Wanted) -> Wanted:
    if wanted.after is None:
        return wanted
    millis = (wanted.after.int >> 80) & MAX_48_BITS
    return replace(wanted, after=uuid_at(max(0, millis - OVERLAP_MILLIS), bytes(10)))


async def _view(site: Site, asked: Filters, wanted: Wanted, listed: Listed, companies: list[Company]) -> MessagesView:
    newest = [cursor for cursor in (listed.newest, wanted.after) if cursor is not None]
    return MessagesView(
        rows=listed.rows,
        traffic=await site.reading.traffic(wanted.company),
        companies=tuple(Choice(company.slug, company.name, company == wanted.company) for company in companies),
        rungs=tuple(_rung_choices(asked)),
        text=asked.text,
        query=asked.query(),
        newest=_cursor(max(newest, default=None)),
        oldest=_cursor(listed.oldest) or None,
        is_filtered=not asked.is_empty,
        now=utc_now(),
    )


def _rung_choices(asked: Filters) -> list[RungChoice]:
    shown = (*(look for look in LOOKS if look.name not in TO_COME), PERSON, SILENT)
    return [
        RungChoice(look, asked.query(rung="" if look.name == asked.rung else look.name), look.name == asked.rung)
        for look in shown
    ]


def _cursor(value: UUID | None) -> str:
    return str(value) if value else ""

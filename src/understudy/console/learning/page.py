"""The routes of the page of learning. A decision exchanges its card in place; without scripts the page comes again."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from understudy.companies.domain import Company, Principal
from understudy.console.learning.reading import LearningReading, Shelf
from understudy.console.site import Blocks, Site
from understudy.infra.http.safety import origin_is_allowed
from understudy.kit.errors import Conflict, Forbidden, Invalid
from understudy.kit.ids import parse_id
from understudy.learning.deciding.agreeing import answering
from understudy.learning.deciding.domain import Approval, Choice
from understudy.learning.deciding.service import Deciding
from understudy.learning.domain import Suggestion

TEMPLATE = "learning.html"
HERE = "/console/learning"
BY = "console"
NO_REASON = "rejected in the console"
VERBS = frozenset({"approve", "revert", "again", "reject", "save"})
"""The buttons of a card."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for."""

    company: Annotated[str, Query(max_length=100)] = ""
    show: Annotated[str, Query(max_length=20)] = ""
    before: Annotated[str, Query(max_length=60)] = ""


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a card's form says. `verb`: the button that was pressed."""

    verb: Annotated[str, Form(max_length=20)] = ""
    revision: Annotated[int, Form(ge=1)] = 1
    reason: Annotated[str, Form(max_length=500)] = ""
    show: Annotated[str, Form(max_length=20)] = ""
    reply: Annotated[str, Form(max_length=2_000)] = ""


def add_learning(router: APIRouter, site: Site, reading: LearningReading, deciding: Deciding) -> None:
    """Adds the routes of learning."""

    @router.get("/learning")
    async def show_learning(request: Request, asked: Annotated[Filters, Depends()]) -> Response:
        companies = await site.reading.companies()
        company = await reading.chosen(asked.company, companies)
        before = parse_id(asked.before, field="before") if asked.before else None
        view = await reading.view(company, companies, _shelf(asked.show), before) if company else None
        shown: dict[str, Any] = (
            {"cards": view.cards, "company": view.company, "shelf": view.shelf, "now": view.now} if view else {}
        )
        return site.page(request, TEMPLATE, page="learning", view=view, **shown)

    @router.get("/learning/{slug}/{suggestion_id}/sources")
    async def show_sources(slug: str, suggestion_id: str) -> Response:
        company = await _company(reading, slug)
        detail = await deciding.show(company.id, parse_id(suggestion_id, field="suggestion"))
        return site.part(Blocks(TEMPLATE, ("sources",)), detail=detail, now=reading.now())

    @router.post("/learning/{slug}/many")
    async def approve_many(request: Request, slug: str) -> Response:
        _check_origin(request)
        company = await _company(reading, slug)
        form = await request.form()
        chosen = [_chosen(str(value)) for value in form.getlist("chosen")]
        if chosen:
            await deciding.approve_many(_somebody(company), chosen)
        return RedirectResponse(_address(company, Shelf.WAITING), HTTPStatus.SEE_OTHER)

    @router.post("/learning/{slug}/{suggestion_id}")
    async def decide(
        request: Request, slug: str, suggestion_id: str, pressed: Annotated[Pressed, Depends()]
    ) -> Response:
        _check_origin(request)
        company = await _company(reading, slug)
        choice = Choice(parse_id(suggestion_id, field="suggestion"), pressed.revision)
        told = {}
        try:
            found = await _decided(deciding, _somebody(company), choice, pressed)
        except (Conflict, Invalid) as error:
            if pressed.verb not in VERBS:
                raise
            told[choice.suggestion_id] = f"{error.message[:1].upper()}{error.message[1:]}."
            found = (await deciding.show(company.id, choice.suggestion_id)).suggestion
        if "hx-request" not in request.headers and not told:
            return RedirectResponse(_address(company, _shelf(pressed.show)), HTTPStatus.SEE_OTHER)
        cards = await reading.cards(company.id, [found], told)
        shared = {"cards": cards, "company": company, "shelf": _shelf(pressed.show), "now": reading.now()}
        return site.part(Blocks(TEMPLATE, ("cards",)), **shared)


async def _decided(deciding: Deciding, principal: Principal, choice: Choice, pressed: Pressed) -> Suggestion:
    reason = pressed.reason
    match pressed.verb:
        case "approve":
            edit = None
            if pressed.reply.strip():
                known = (await deciding.show(principal.company, choice.suggestion_id)).suggestion
                edit = answering(known.proposal.edit, pressed.reply)
            return await deciding.approve(principal, Approval(choice, edit, reason))
        case "revert":
            return await deciding.revert(principal, choice, reason)
        case "again":
            return await deciding.propose_again(principal, choice)
        case "reject":
            (came,) = await deciding.reject(principal, [choice], reason or NO_REASON)
        case "save":
            (came,) = await deciding.save(principal, [choice], reason)
        case _:
            raise Invalid(f"there is no button {pressed.verb!r}", field="verb", remedy="use the buttons of the page")
    if came.error is not None:
        raise came.error
    assert came.suggestion is not None
    return came.suggestion


async def _company(reading: LearningReading, slug: str) -> Company:
    company = await reading.chosen(slug, [])
    assert company is not None
    return company


def _somebody(company: Company) -> Principal:
    return Principal(BY, company.id, frozenset())


def _check_origin(request: Request) -> None:
    if not origin_is_allowed(request.headers):
        raise Forbidden("this was asked for by another site")


def _chosen(text: str) -> Choice:
    """A box that was ticked: suggestion and the revision that was seen."""
    suggestion_id, _, revision = text.partition(":")
    if not revision.isascii() or not revision.isdigit() or len(revision) > len("999999999"):
        raise Invalid(f"{text!r} names no suggestion", field="chosen", remedy="use the boxes of the page")
    return Choice(parse_id(suggestion_id, field="chosen"), int(revision))


def _shelf(name: str) -> Shelf:
    if name and name not in set(Shelf):
        raise Invalid(f"there is no list {name!r}", field="show", remedy="choose one from the page")
    return Shelf(name) if name else Shelf.WAITING


def _address(company: Company, shelf: Shelf) -> str:
    return f"{HERE}?{urlencode({'company': company.slug, 'show': shelf.value})}"

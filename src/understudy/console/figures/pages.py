"""The pages of money and of routing."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from understudy.console.figures.asking import Asked, AskedFor, Frame, frame
from understudy.console.figures.money import MoneyReading
from understudy.console.figures.routing import RoutingReading
from understudy.console.site import Site
from understudy.infra.system import utc_now


def add_figures(router: APIRouter, site: Site, money: MoneyReading, routing: RoutingReading) -> None:
    """Adds the routes of both pages."""

    @router.get("/money")
    async def show_money(request: Request, asked: Asked) -> Response:
        view = await money.view(await _frame(site, asked))
        return site.page(request, "money.html", page="money", view=view)

    @router.get("/routing")
    async def show_routing(request: Request, asked: Asked) -> Response:
        view = await routing.view(await _frame(site, asked))
        return site.page(request, "routing.html", page="routing", view=view)


async def _frame(site: Site, asked: AskedFor) -> Frame:
    return frame(asked, await site.reading.companies(), utc_now())

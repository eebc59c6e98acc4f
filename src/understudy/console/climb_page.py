"""The page of one message: its conversation and the ladder it climbed."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from understudy.console.site import Site
from understudy.kit.ids import parse_id


def add_climb(router: APIRouter, site: Site) -> None:
    """Adds the route. It stands after those of the list, whose paths are more exact."""

    @router.get("/messages/{decision_id}")
    async def show_climb(request: Request, decision_id: str) -> Response:
        view = await site.reading.climb(parse_id(decision_id, field="message"))
        return site.page(request, "climb.html", view=view, page="climb")

    @router.get("/messages/{decision_id}/prompt")
    async def show_prompt(request: Request, decision_id: str) -> Response:
        view = await site.reading.prompt(parse_id(decision_id, field="message"))
        return site.page(request, "prompt.html", view=view, page="climb")

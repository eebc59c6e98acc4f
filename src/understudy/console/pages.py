"""All routes of the console. Each page has a module of its own; `app.include_router(routes(site))` mounts them."""

from __future__ import annotations

from fastapi import APIRouter

from understudy.console.climb_page import add_climb
from understudy.console.messages_page import add_messages
from understudy.console.sign_in_page import add_sign_in
from understudy.console.site import Site, page_route


def routes(site: Site) -> APIRouter:
    """The router of the console, below /console."""
    router = APIRouter(prefix="/console", route_class=page_route(site), include_in_schema=False)
    add_sign_in(router, site)
    add_messages(router, site)
    add_climb(router, site)
    return router

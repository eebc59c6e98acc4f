"""All routes of the console, page by page; `app.include_router(routes(site, desk))` mounts them."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from understudy.console.climb_page import add_climb
from understudy.console.figures.money import MoneyReading
from understudy.console.figures.pages import add_figures
from understudy.console.figures.routing import RoutingReading
from understudy.console.learning.page import add_learning
from understudy.console.learning.reading import LearningReading
from understudy.console.messages_page import add_messages
from understudy.console.notices.page import add_notices
from understudy.console.sign_in_page import add_sign_in
from understudy.console.site import Site, page_route
from understudy.learning.deciding.service import Deciding
from understudy.monitoring.service import Notices


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages beyond the messages are made from."""

    money: MoneyReading
    routing: RoutingReading
    notices: Notices
    learning: LearningReading
    deciding: Deciding


def routes(site: Site, desk: Desk) -> APIRouter:
    """The router of the console, below /console."""
    router = APIRouter(prefix="/console", route_class=page_route(site), include_in_schema=False)
    add_sign_in(router, site)
    add_messages(router, site)
    add_climb(router, site)
    add_figures(router, site, desk.money, desk.routing)
    add_notices(router, site, desk.notices)
    add_learning(router, site, desk.learning, desk.deciding)
    return router

"""What all pages share: who may see them, how they are drawn, how their errors look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi.routing import APIRoute
from jinja2_fragments import render_block
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from understudy.console.reading import Reading
from understudy.console.rendering import assets, environment
from understudy.console.session import COOKIE, COOKIE_PATH, LASTS, Sessions
from understudy.infra.http.safety import host_is_allowed, page_headers
from understudy.infra.telemetry import get_logger
from understudy.kit.errors import Forbidden, Invalid, NotFound, Unavailable, UnderstudyError

HOME = "/console/"
OPEN_TO_ALL = ("/console/static/", "/console/sign-in")
STATUS = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Forbidden, HTTPStatus.FORBIDDEN),
)
HEADINGS = {
    HTTPStatus.NOT_FOUND: "It is not here",
    HTTPStatus.UNPROCESSABLE_ENTITY: "That cannot be read",
    HTTPStatus.FORBIDDEN: "Not allowed",
    HTTPStatus.SERVICE_UNAVAILABLE: "Not available just now",
}
Handler = Callable[[Request], Awaitable[Response]]
log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Blocks:
    """Parts of a template to be sent instead of the whole page."""

    template: str
    names: tuple[str, ...]


class Site:
    """The pages' common ground. `listens_on`: the server's address, which decides by which names it may be called."""

    def __init__(self, *, reading: Reading, sessions: Sessions, listens_on: str) -> None:
        self.reading = reading
        self.sessions = sessions
        self.assets = assets()
        self._jinja = environment(self.assets)
        self._listens_on = listens_on

    def page(self, request: Request, template: str, *, status: HTTPStatus = HTTPStatus.OK, **context: Any) -> Response:
        """A whole page."""
        context = {
            "is_signed_in": self.is_signed_in(request),
            "page": "",
            "is_part": False,
            "is_fresh": False,
            **context,
        }
        return HTMLResponse(self._jinja.get_template(template).render(context), status_code=status)

    def part(self, blocks: Blocks, **context: Any) -> Response:
        """Some blocks of a page, for what is exchanged in place."""
        context = {"is_part": True, "is_fresh": False, **context}
        drawn = [render_block(self._jinja, blocks.template, name, **context) for name in blocks.names]
        return HTMLResponse("".join(drawn))

    def is_signed_in(self, request: Request) -> bool:
        """Whether the request carries a cookie of ours."""
        return self.sessions.is_open(request.cookies.get(COOKIE))

    def let_in(self, request: Request, response: Response, token: str) -> Response:
        """Gives the browser its cookie; raises `WrongToken` or `TooManyTries`."""
        response.set_cookie(
            COOKIE,
            self.sessions.open(token),
            max_age=int(LASTS.total_seconds()),
            path=COOKIE_PATH,
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
        return response

    def let_out(self, response: Response) -> Response:
        """Takes the cookie back."""
        response.delete_cookie(COOKIE, path=COOKIE_PATH, httponly=True, samesite="strict")
        return response

    async def answer(self, request: Request, handle: Handler) -> Response:
        """Runs a page's handler behind the checks, and turns what it raises into a page."""
        if not host_is_allowed(request.headers, self._listens_on):
            return PlainTextResponse("this server is not known by that name\n", HTTPStatus.MISDIRECTED_REQUEST)
        try:
            response = await self._guarded(request, handle)
        except UnderstudyError as error:
            response = self._problem(request, error)
        for name, value in page_headers().items():
            response.headers.setdefault(name, value)
        return response

    async def _guarded(self, request: Request, handle: Handler) -> Response:
        is_open = request.url.path.startswith(OPEN_TO_ALL) or "token" in request.query_params
        if is_open or self.is_signed_in(request):
            return await handle(request)
        if "hx-request" in request.headers:
            return Response(status_code=HTTPStatus.UNAUTHORIZED, headers={"hx-redirect": HOME})
        return self.page(request, "sign_in.html", status=HTTPStatus.UNAUTHORIZED, problem=None)

    def _problem(self, request: Request, error: UnderstudyError) -> Response:
        status = next((status for kind, status in STATUS if isinstance(error, kind)), HTTPStatus.SERVICE_UNAVAILABLE)
        if isinstance(error, Unavailable):
            log.warning("page_unavailable", code=error.code)
        return self.page(
            request,
            "problem.html",
            status=status,
            heading=HEADINGS[status],
            message=error.message[:1].upper() + error.message[1:] + ".",
            remedy=f"{error.remedy[:1].upper()}{error.remedy[1:]}." if error.remedy else None,
        )


def page_route(site: Site) -> type[APIRoute]:
    """The kind of route that all pages are: their handlers run behind `Site.answer`."""

    class PageRoute(APIRoute):
        """A page."""

        def get_route_handler(self) -> Callable[[Request], Any]:
            """The handler behind the checks."""
            handle = super().get_route_handler()

            async def guarded(request: Request) -> Response:
                return await site.answer(request, handle)

            return guarded

    return PageRoute

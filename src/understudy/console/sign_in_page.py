"""Signing in with the token, signing out, and the static files, which need neither."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from understudy.console.session import TooManyTries, WrongToken
from understudy.console.site import HOME, Site

MAX_TOKEN = 400


def add_sign_in(router: APIRouter, site: Site) -> None:
    """Adds the routes."""

    @router.post("/sign-in")
    async def sign_in(request: Request, token: Annotated[str, Form(max_length=MAX_TOKEN)] = "") -> Response:
        return enter(site, request, token)

    @router.post("/sign-out")
    async def sign_out() -> Response:
        return site.let_out(RedirectResponse(HOME, HTTPStatus.SEE_OTHER))

    @router.get("/static/{name:path}")
    async def static_file(request: Request, name: str) -> Response:
        return site.assets.serve(request, name)


def enter(site: Site, request: Request, token: str) -> Response:
    """Lets in whoever has the token, and leads to the messages, so that no address holds the token for long."""
    try:
        return site.let_in(request, RedirectResponse(HOME, HTTPStatus.SEE_OTHER), token[:MAX_TOKEN])
    except (WrongToken, TooManyTries) as error:
        problem = f"{error.message[:1].upper()}{error.message[1:]}: {error.remedy}."
        return site.page(request, "sign_in.html", status=HTTPStatus.FORBIDDEN, problem=problem)

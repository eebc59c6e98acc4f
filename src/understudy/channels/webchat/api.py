"""The page of the web chat and its socket. Open to anybody, so everything here has a limit."""

from __future__ import annotations

import asyncio
import ipaddress
import json
from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter, Request, WebSocket
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.websockets import WebSocketDisconnect

from understudy.channels.webchat import protocol
from understudy.channels.webchat.protocol import DoNotAsk, Frame, FrameUnreadable, Hello, Ping, Rate, Read, Say
from understudy.channels.webchat.seats import ChatFull, Room
from understudy.channels.webchat.service import Webchat
from understudy.channels.webchat.settings import WebchatSettings
from understudy.companies.domain import Company, CompanyNotFound
from understudy.infra.http.assets import Assets
from understudy.infra.http.safety import host_is_allowed, origin_is_allowed, page_headers
from understudy.infra.telemetry import get_logger
from understudy.kit.errors import UnderstudyError

HERE = Path(__file__).parent
GOING_AWAY, REFUSED, TRY_LATER = 1001, 1008, 1013
"""Close codes. Source: RFC 6455 and its registry."""
log = get_logger(__name__)


class Seat:
    """One open socket: frames wait in a bounded queue for a task that sends them."""

    def __init__(self, socket: WebSocket, *, room_for: int) -> None:
        self._socket = socket
        self._waiting: asyncio.Queue[Frame] = asyncio.Queue(room_for)
        self.is_lost = asyncio.Event()

    def deliver(self, frame: Frame) -> None:
        """Queues a frame. A browser that does not keep up is let go: it comes again and is shown everything."""
        try:
            self._waiting.put_nowait(frame)
        except asyncio.QueueFull:
            self.is_lost.set()

    async def send(self) -> None:
        """Sends what is queued, until cancelled or the browser is gone."""
        while True:
            frame = await self._waiting.get()
            await self._socket.send_text(json.dumps(frame, ensure_ascii=False))

    async def read(self) -> Read:
        """The next frame; raises `WebSocketDisconnect` or `FrameUnreadable`."""
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", GOING_AWAY))
        text = message.get("text")
        if text is None:
            raise FrameUnreadable("frames are text")
        return protocol.read(text)


def webchat_routes(webchat: Webchat, *, listens_on: str) -> APIRouter:
    """The chat of every company, below /chat. `listens_on`: the server's address."""
    router = APIRouter(prefix="/chat", include_in_schema=False)
    assets = Assets(HERE / "static", prefix="/chat/static")
    pages = Environment(loader=FileSystemLoader(HERE / "page"), autoescape=True, undefined=StrictUndefined)
    pages.globals["asset"] = assets.url

    @router.get("/static/{name:path}")
    async def chat_file(request: Request, name: str) -> Response:
        return assets.serve(request, name)

    @router.get("/{slug}")
    async def chat_page(request: Request, slug: str) -> Response:
        if not host_is_allowed(request.headers, listens_on):
            return PlainTextResponse("this server is not known by that name\n", HTTPStatus.MISDIRECTED_REQUEST)
        try:
            company = await webchat.company(slug)
        except CompanyNotFound:
            text = pages.get_template("absent.html").render()
            return HTMLResponse(text, HTTPStatus.NOT_FOUND, page_headers())
        text = pages.get_template("chat.html").render(company=company)
        return HTMLResponse(text, headers=page_headers(frame_ancestors=_frames(company)))

    @router.websocket("/{slug}/socket")
    async def chat_socket(socket: WebSocket, slug: str) -> None:
        try:
            company = await webchat.company(slug)
        except UnderstudyError:
            await socket.close(REFUSED)
            return
        others = frozenset(company.settings.get(WebchatSettings).allowed_origins)
        if not host_is_allowed(socket.headers, listens_on) or not origin_is_allowed(socket.headers, others):
            await socket.close(REFUSED)
            return
        await attend(webchat, company, socket)

    return router


async def attend(webchat: Webchat, company: Company, socket: WebSocket) -> None:
    """Holds one socket from its opening to its end."""
    address = _counted(socket)
    await socket.accept()
    try:
        webchat.admit(address)
    except ChatFull as error:
        await socket.send_text(json.dumps({"type": "full", "text": error.message}))
        await socket.close(TRY_LATER)
        return
    seat = Seat(socket, room_for=webchat.settings.queue)
    tasks = [
        asyncio.create_task(_listen(webchat, company, seat)),
        asyncio.create_task(seat.send()),
        asyncio.create_task(seat.is_lost.wait()),
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        webchat.dismiss(address)
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    code = _ending(results, is_lost=seat.is_lost.is_set())
    with suppress(RuntimeError, WebSocketDisconnect):  # it is closed already where the browser left
        await socket.close(code)


async def _listen(webchat: Webchat, company: Company, seat: Seat) -> None:
    """Reads frames until the browser leaves: first who comes, then what they say, one after the other."""
    async with asyncio.timeout(webchat.settings.hello_seconds):
        first = await seat.read()
    if not isinstance(first, Hello):
        raise FrameUnreadable("the first frame says who comes")
    room = await webchat.enter(company, first.secret, seat.deliver)
    try:
        while True:
            await _heed(webchat, room, seat, await seat.read())
    finally:
        webchat.leave(room, seat.deliver)


async def _heed(webchat: Webchat, room: Room, seat: Seat, frame: Read) -> None:
    if isinstance(frame, Say):
        await webchat.say(room, frame, seat.deliver)
    elif isinstance(frame, Rate | DoNotAsk):
        await webchat.rate(room, frame, seat.deliver)
    elif isinstance(frame, Ping):
        seat.deliver({"type": "pong"})
    else:
        raise FrameUnreadable("who comes was said already")


def _ending(results: Sequence[object], *, is_lost: bool) -> int:
    """The close code for how the tasks ended; what was not foreseen is logged as a bug."""
    for result in results:
        if isinstance(result, FrameUnreadable | TimeoutError):
            return REFUSED
        if isinstance(result, UnderstudyError):
            return TRY_LATER
        if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect | RuntimeError):
            log.error("bug", exc_info=result, path="webchat")
            return TRY_LATER
    return TRY_LATER if is_lost else GOING_AWAY


def _counted(socket: WebSocket) -> str | None:
    """The browser's address, unless it is this machine's own: a proxy here speaks for many."""
    host = socket.client.host if socket.client else ""
    try:
        return None if ipaddress.ip_address(host).is_loopback else host
    except ValueError:
        return None


def _frames(company: Company) -> str:
    """Who may show the page in a frame."""
    return " ".join(company.settings.get(WebchatSettings).allowed_origins) or "'none'"

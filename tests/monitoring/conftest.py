"""Notices, and a receiver of webhooks on this machine that answers as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from fastapi import FastAPI, Request, Response

from tests.serving import served
from understudy.infra.http.outbound import Reach
from understudy.infra.postgres.place import Place
from understudy.monitoring.service import Notices
from understudy.wiring.notices import NoticeServices, build_notices
from understudy.wiring.paid import build_vault
from understudy.wiring.product import Product


@dataclass
class Receiver:
    """What came in: bodies with their headers. `answers`: the statuses to give, then 204."""

    authority: str = ""
    answers: list[int] = field(default_factory=list)
    received: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{self.authority}/hook"

    async def came(self, count: int) -> None:
        """Waits until so many have come in."""
        async with asyncio.timeout(20):
            while len(self.received) < count:
                await asyncio.sleep(0.02)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A webhook of somebody's."""
    receiver, app = Receiver(), FastAPI()

    @app.post("/hook")
    async def hook(request: Request) -> Response:
        receiver.received.append((await request.body(), dict(request.headers)))
        status = receiver.answers.pop(0) if receiver.answers else 204
        headers = {"location": receiver.url} if status in range(300, 400) else {}
        return Response(status_code=status, headers=headers)

    async with served(app) as receiver.authority:
        yield receiver


@pytest.fixture
async def services(product: Product, place: Place, receiver: Receiver) -> AsyncIterator[NoticeServices]:
    """Notices whose webhooks may lie where the receiver is, and nowhere else inside."""
    host, port = receiver.authority.split(":")
    vault = build_vault(place, product.configuration.secrets)
    services = build_notices(product.base, vault, Reach(allow=frozenset({(host, int(port))})))
    yield services
    await services.sender.close()


@pytest.fixture
def notices(product: Product) -> Notices:
    """Notices."""
    return product.notices.notices

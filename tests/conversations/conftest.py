"""A company's conversations, with short waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from understudy.companies.domain import Company
from understudy.conversations.domain import ContactRef, Inbound, Received
from understudy.conversations.settings import ConversationSettings
from understudy.infra.system import new_id
from understudy.wiring.product import Product

ANN = ContactRef("email", "ann@example.com", display_name="Ann")
QUICK = ConversationSettings(lease_seconds=0.3, lease_wait_seconds=2)

Receive = Callable[..., Awaitable[Received]]
"""receive(text, external_id=…, contact=…, conversation_id=…, company_id=…, settings=…)."""


def said(text: str, **values: Any) -> Inbound:
    """An inbound message of Ann through the API; without `external_id` one of its own."""
    given: dict[str, Any] = {"channel": "api", "external_id": str(new_id()), "contact": ANN, "text": text}
    return Inbound(**(given | values))


@pytest.fixture
def receive(product: Product, company: Company) -> Receive:
    """Takes a message in."""

    async def take(
        text: str, *, settings: ConversationSettings = QUICK, company_id: UUID = company.id, **values: Any
    ) -> Received:
        return await product.conversations.receive(
            company_id=company_id, inbound=said(text, **values), settings=settings
        )

    return take


@pytest.fixture
def answer(product: Product, company: Company) -> Callable[[Received, str], Awaitable[UUID]]:
    """Answers a received message."""

    async def give(received: Received, text: str) -> UUID:
        assert received.lease is not None
        async with product.database.transaction(company.id) as tx:
            return (await product.conversations.reply(tx, lease=received.lease, text=text)).id

    return give

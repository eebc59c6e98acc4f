"""23: webhooks replayed or doubled (Chatwoot #15450, #11901): ten parallel replays make one message."""

from __future__ import annotations

import asyncio

import pytest

from understudy.companies.domain import Company
from understudy.conversations.domain import ContactRef, Inbound, Received
from understudy.conversations.settings import ConversationSettings
from understudy.wiring.product import Product

TIMES = 10
INBOUND = Inbound("api", "event-1", ContactRef("phone", "+15550100"), "Where is my card?")


async def deliver(product: Product, company: Company, settings: ConversationSettings) -> Received:
    """What a channel does with one delivery: take it in, and answer it if that is its turn."""
    received = await product.conversations.receive(company_id=company.id, inbound=INBOUND, settings=settings)
    if received.lease is not None:
        await asyncio.sleep(0.05)
        async with product.database.transaction(company.id) as tx:
            await product.conversations.reply(tx, lease=received.lease, text="On its way.")
    return received


async def everything(product: Product, company: Company) -> tuple[int, int, int, int]:
    """Contacts, conversations, inbound and outbound messages."""
    async with product.database.transaction(company.id) as tx:
        row = await (
            await tx.raw.execute(
                "SELECT (SELECT count(*) FROM contact), (SELECT count(*) FROM conversation),"
                " (SELECT count(*) FROM message WHERE direction = 'in'),"
                " (SELECT count(*) FROM message WHERE direction = 'out')"
            )
        ).fetchone()
    assert row is not None
    return row


@pytest.mark.parametrize("already_answered", [False, True])
async def test_ten_parallel_replays_make_one_message_and_one_reply(
    product: Product, company: Company, already_answered: bool
) -> None:
    settings = ConversationSettings(lease_seconds=30, lease_wait_seconds=10)
    if already_answered:
        await deliver(product, company, settings)
    received = await asyncio.gather(*(deliver(product, company, settings) for _ in range(TIMES)))
    assert sum(r.lease is not None for r in received) == (0 if already_answered else 1)
    assert len({r.message.id for r in received}) == 1
    assert {r.earlier_reply.text for r in received if r.earlier_reply} == {"On its way."}
    assert await everything(product, company) == (1, 1, 1, 1)


async def test_replays_of_a_message_whose_process_died_are_answered_once(product: Product, company: Company) -> None:
    settings = ConversationSettings(lease_seconds=0.3, lease_wait_seconds=10)
    died = await product.conversations.receive(company_id=company.id, inbound=INBOUND, settings=settings)
    assert died.lease is not None
    await asyncio.gather(*(deliver(product, company, settings) for _ in range(TIMES)))
    assert await everything(product, company) == (1, 1, 1, 1)

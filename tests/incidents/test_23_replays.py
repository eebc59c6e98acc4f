"""23: webhooks replayed or doubled (Chatwoot #15450, #11901): ten parallel replays make one message."""

from __future__ import annotations

import asyncio

import pytest

from tests.answering.conftest import bank
from tests.answering.paid_side import COST, ScriptedModel, picks
from tests.answering.test_llm_rung import ODD, Paying, paying, said
from tests.answering.test_service import inbound, rows
from understudy.companies.domain import Company
from understudy.conversations.domain import ContactRef, Inbound, Received
from understudy.conversations.settings import ConversationSettings
from understudy.wiring.product import Product

__all__ = ["bank", "paying"]
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


async def test_the_same_message_ten_times_at_once_is_one_reply_and_one_charge(
    product: Product, bank: Company, paying: Paying
) -> None:
    model = ScriptedModel(picks("card_arrival"), delay_seconds=0.2)
    channels = paying(model)
    taken = await asyncio.gather(*(channels.take(bank.id, inbound(ODD)) for _ in range(10)))
    assert len(model.asked) == 1
    assert len({said(one) for one in taken}) == 1
    assert await rows(product, bank, "SELECT count(*), sum(cost_micros) FROM decision") == [(1, COST)]
    assert await rows(product, bank, "SELECT count(*) FROM message WHERE direction = 'out'") == [(1,)]
    assert await rows(product, bank, "SELECT count(*) FROM exchange") == [(1,)]

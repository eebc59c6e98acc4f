"""Contacts are shown, exported and erased over every table; what is old is forgotten."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest

from tests.conversations.conftest import QUICK, Receive, said
from understudy.companies.domain import Company, Principal
from understudy.conversations.domain import (
    ContactNotFound,
    ContactRef,
    EscalationKind,
    LeaseLost,
    NewEscalation,
    Received,
)
from understudy.conversations.service import Conversations
from understudy.conversations.settings import ConversationSettings
from understudy.infra.system import new_id, utc_now
from understudy.wiring.product import Product

Answer = Callable[[Received, str], Awaitable[UUID]]
SECRETS = ("Zanzibar", "zan@example.com", "Ann Onymous", "555-SECRET")
EXPECTED_WHEN_ERASED = {"lease_lost", "message_not_found", "contact_not_found"}
ZAN = ContactRef("email", "zan@example.com", "Ann Onymous", attributes={"note": "555-SECRET"})


@pytest.fixture
async def everything(receive: Receive, product: Product, company: Company) -> Received:
    """A contact that left something in every table."""
    received = await receive("My card is lost in Zanzibar", contact=ZAN)
    assert received.lease is not None
    async with product.database.transaction(company.id) as tx:
        await product.conversations.hand_over(
            tx,
            lease=received.lease,
            text="Somebody will call you in Zanzibar.",
            escalation=NewEscalation(EscalationKind.CALLBACK, "lost", "Zanzibar", {"phone": "555-SECRET"}),
        )
        await product.conversations.keep_embedding(
            tx, message_id=received.message.id, encoder="minilm", vector=np.ones(8, dtype=np.float32)
        )
    return received


async def traces(product: Product, company: Company) -> list[str]:
    """The tables that still hold one of the secrets."""
    found = []
    async with product.database.transaction(company.id) as tx:
        tables = await (
            await tx.raw.execute("SELECT table_name FROM information_schema.columns WHERE column_name = 'company_id'")
        ).fetchall()
        for (table,) in tables:
            rows = await (await tx.raw.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')).fetchall()
            if any(secret in row[0] for row in rows for secret in SECRETS):
                found.append(table)
    return sorted(found)


OUTLIVING = {"llm_call", "llm_route", "suggestion_use"}
"""What calls cost, how they were routed, and what a learnt answer saved: kept for the money, with an identifier of a
message that is gone; of the last the contact is forgotten."""


async def test_every_table_about_a_contact_is_exported_and_erased(product: Product) -> None:
    """Fails for a new table until its package joins the registry."""
    async with product.database.platform() as tx:
        rows = await (
            await tx.raw.execute("""
                SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema = 'public'
                AND column_name IN ('contact_id', 'message_id', 'conversation_id', 'in_reply_to')""")
        ).fetchall()
    assert {table for (table,) in rows} - OUTLIVING == product.contacts.tables - {"contact"}


async def test_an_export_holds_what_is_kept(everything: Received, product: Product, principal: Principal) -> None:
    exported = await product.contacts.export(principal, everything.contact.id)
    assert set(exported) == set(product.contacts.tables)
    text = json.dumps(exported)
    assert all(secret in text for secret in SECRETS)
    assert [row["author"] for row in exported["message"]] == ["contact", "understudy"]
    assert "lease_owner" not in exported["conversation"][0]
    assert len(exported["message_embedding"]) == 1


async def test_nothing_personal_is_left_after_an_erasure(
    everything: Received, product: Product, company: Company, principal: Principal, receive: Receive
) -> None:
    await receive("I stay")
    assert await traces(product, company) == ["contact", "contact_identity", "escalation", "message"]
    erased = await product.contacts.erase(principal, everything.contact.id)
    assert erased["message"] == 2
    assert await traces(product, company) == []
    with pytest.raises(ContactNotFound):
        await product.contacts.show(company.id, everything.contact.id)
    kept = await product.contacts.find(company.id, kind="email", value="ANN@example.com")
    assert kept.display_name == "Ann"
    async with product.database.transaction(company.id) as tx:
        entry = (await product.audit.entries(tx, action="contact.erased"))[0]
    assert entry.change.subject == str(everything.contact.id)
    with pytest.raises(ContactNotFound):
        await product.contacts.erase(principal, everything.contact.id)


async def test_a_contact_of_another_company_is_not_found(
    everything: Received, product: Product, principal: Principal, other_company: Company
) -> None:
    foreign = Principal("test", other_company.id, principal.permissions)
    for verb in (product.contacts.export, product.contacts.erase):
        with pytest.raises(ContactNotFound):
            await verb(foreign, everything.contact.id)


async def test_an_answer_to_an_erased_contact_is_refused(
    receive: Receive, answer: Answer, product: Product, principal: Principal
) -> None:
    received = await receive("hello")
    await product.contacts.erase(principal, received.contact.id)
    with pytest.raises(LeaseLost):
        await answer(received, "Hi!")


async def test_messages_that_come_in_during_erasures_are_whole_or_gone(
    receive: Receive, product: Product, company: Company, principal: Principal
) -> None:
    async def erase() -> None:
        await asyncio.sleep(0.01)
        found = await product.contacts.find(company.id, kind="email", value="ann@example.com")
        await product.contacts.erase(principal, found.id)

    async def write(i: int) -> None:
        received = await receive(f"message {i}", settings=ConversationSettings(lease_wait_seconds=5))
        assert received.lease is not None
        async with product.database.transaction(company.id) as tx:
            await product.conversations.reply(tx, lease=received.lease, text="Hi!")

    await receive("first", settings=QUICK)
    outcomes = await asyncio.gather(
        *(write(i) for i in range(15)), *(erase() for _ in range(3)), return_exceptions=True
    )
    unexpected = [o for o in outcomes if o is not None and getattr(o, "code", None) not in EXPECTED_WHEN_ERASED]
    assert unexpected == []


async def test_what_is_old_is_forgotten_and_what_is_new_stays(
    product: Product, company: Company, other_company: Company
) -> None:
    now = utc_now()
    then = now - timedelta(days=40)
    past = Conversations(
        database=product.database,
        outbox=product.outbox,
        clock=lambda: then,
        new_id=lambda: UUID(int=(new_id().int & ((1 << 80) - 1)) | (int(then.timestamp() * 1000) << 80)),
    )
    for who in (company, other_company):
        for i in range(5):
            ref = ContactRef("external", str(i))
            await past.receive(company_id=who.id, inbound=said("old", contact=ref), settings=QUICK)
    mixed = ContactRef("external", "0")
    await product.conversations.receive(company_id=company.id, inbound=said("new", contact=mixed), settings=QUICK)
    contacts = product.contacts
    assert await contacts.forget_old(company.id, ConversationSettings(retention_days=41)) == 0
    assert await contacts.forget_old(company.id, ConversationSettings(retention_days=39)) == 5 + 5 + 4
    assert await sizes(product, company) == (1, 1, 1)
    assert await sizes(product, other_company) == (5, 5, 5)


async def sizes(product: Product, company: Company) -> tuple[int, ...]:
    async with product.database.transaction(company.id) as tx:
        row = await (
            await tx.raw.execute(
                "SELECT (SELECT count(*) FROM contact), (SELECT count(*) FROM conversation),"
                " (SELECT count(*) FROM message)"
            )
        ).fetchone()
    assert row is not None
    return tuple(row)


async def test_the_nightly_job_keeps_each_company_s_time(product: Product, company: Company) -> None:
    job = next(job for job in product.job_kinds if job.name == "conversations.forget_old")
    assert job.cron is not None
    await job.run()

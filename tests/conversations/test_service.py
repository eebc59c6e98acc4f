"""Messages come in once and in order; what came of them is recorded once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from tests.conftest import PLATFORM
from tests.conversations.conftest import QUICK, Receive, said
from understudy.companies.domain import Company
from understudy.conversations.domain import (
    ContactRef,
    ConversationBusy,
    ConversationClosed,
    ConversationNotFound,
    ConversationState,
    EscalationKind,
    EscalationState,
    Filter,
    LeaseLost,
    MessageDiffers,
    NewEscalation,
    Received,
)
from understudy.conversations.service import Conversations
from understudy.conversations.settings import ConversationSettings
from understudy.infra.system import new_id, utc_now
from understudy.wiring.product import Product

Answer = Callable[[Received, str], Awaitable[UUID]]
IMPATIENT = ConversationSettings(lease_seconds=30, lease_wait_seconds=0.2)
PERSON = NewEscalation(EscalationKind.TRANSFER, "asked for", "Ann wants a person", {"phone": "+15550100"})


async def count(product: Product, company: Company, table: str) -> int:
    async with product.database.transaction(company.id) as tx:
        row = await (await tx.raw.execute(f"SELECT count(*) FROM {table}")).fetchone()
    assert row is not None
    return int(row[0])


async def test_a_first_message_makes_a_contact_and_a_conversation_and_takes_its_turn(receive: Receive) -> None:
    received = await receive("Where is my card?")
    assert received.lease is not None
    assert received.contact.display_name == "Ann"
    assert received.message.position == 1
    assert received.message.awaits_reply
    assert received.conversation.state is ConversationState.OPEN
    assert (received.earlier_reply, received.history, received.is_replay) == (None, (), False)
    assert (received.messages_last_minute, received.messages_last_day) == (1, 1)


async def test_the_next_message_continues_the_conversation_with_its_history(receive: Receive, answer: Answer) -> None:
    first = await receive("Where is my card?")
    await answer(first, "On its way.")
    second = await receive("And when does it come?")
    assert second.conversation.id == first.conversation.id
    assert [(m.author, m.text) for m in second.history] == [
        ("contact", "Where is my card?"),
        ("understudy", "On its way."),
    ]
    assert second.message.position == 3
    assert second.conversation.version > first.conversation.version


async def test_a_replay_of_an_answered_message_gives_back_its_reply(receive: Receive, answer: Answer) -> None:
    reply = await answer(await receive("hello", external_id="m1"), "Hi!")
    again = await receive("hello", external_id="m1")
    assert again.lease is None
    assert again.is_replay
    assert again.earlier_reply is not None
    assert again.earlier_reply.id == reply


@pytest.mark.parametrize("other", [{"text": "bye"}, {"contact": ContactRef("email", "bob@example.com")}])
async def test_a_replay_that_carries_another_message_is_refused(
    receive: Receive, product: Product, company: Company, other: dict[str, Any]
) -> None:
    await receive("hello", external_id="m1")
    with pytest.raises(MessageDiffers) as refused:
        await receive(**({"text": "hello", "external_id": "m1"} | other))
    assert refused.value.field == "external_id"
    assert await count(product, company, "message") == 1
    assert await count(product, company, "contact") == 1


async def test_the_same_external_id_on_another_channel_is_another_message(receive: Receive) -> None:
    first = await receive("hello", external_id="m1")
    second = await receive("hello", external_id="m1", channel="webchat")
    assert first.message.id != second.message.id


async def test_messages_of_one_conversation_are_answered_in_the_order_of_arrival(
    receive: Receive, answer: Answer
) -> None:
    patient = ConversationSettings(lease_seconds=10, lease_wait_seconds=10)
    order: list[str] = []

    async def converse(text: str, delay: float) -> None:
        await asyncio.sleep(delay)
        received = await receive(text, settings=patient)
        order.append(text)
        await asyncio.sleep(0.15)
        await answer(received, f"re {text}")

    await asyncio.gather(*(converse(str(i), i * 0.04) for i in range(6)))
    assert order == ["0", "1", "2", "3", "4", "5"]


async def test_conversations_do_not_wait_for_each_other(receive: Receive) -> None:
    await receive("one", settings=IMPATIENT)
    other = await receive("two", contact=ContactRef("phone", "+1 555 0100"), settings=IMPATIENT)
    assert other.lease is not None


async def test_who_waits_too_long_is_told_and_the_message_is_kept(
    receive: Receive, answer: Answer, product: Product, company: Company
) -> None:
    first = await receive("one", settings=IMPATIENT)
    with pytest.raises(ConversationBusy):
        await receive("two", external_id="m2", settings=IMPATIENT)
    await answer(first, "re one")
    assert (await receive("two", external_id="m2")).lease is not None


async def test_a_lease_that_ran_out_lets_a_replay_answer_and_the_first_one_not(
    receive: Receive, answer: Answer
) -> None:
    dead = await receive("hello", external_id="m1")
    alive = await receive("hello", external_id="m1")
    assert alive.lease is not None
    assert alive.is_replay
    await answer(alive, "Hi!")
    with pytest.raises(LeaseLost):
        await answer(dead, "Hi twice!")


async def test_a_released_turn_can_be_taken_at_once(receive: Receive, product: Product, company: Company) -> None:
    received = await receive("hello", settings=IMPATIENT)
    assert received.lease is not None
    resume = product.conversations.resume
    assert await resume(company_id=company.id, message_id=received.message.id, settings=IMPATIENT) is None
    await product.conversations.release(company_id=company.id, lease=received.lease)
    resumed = await resume(company_id=company.id, message_id=received.message.id, settings=IMPATIENT)
    assert resumed is not None
    assert resumed.lease is not None


async def test_the_sweeper_finds_what_is_unanswered_in_every_company(
    receive: Receive, answer: Answer, product: Product, company: Company, other_company: Company
) -> None:
    mine = await receive("one")
    theirs = await receive("one", company_id=other_company.id)
    find = product.conversations.unanswered
    assert await find(older_than=timedelta(seconds=60)) == []
    assert await find(older_than=timedelta(0)) == [
        (company.id, mine.message.id),
        (other_company.id, theirs.message.id),
    ]
    await answer(mine, "re one")
    assert await find(older_than=timedelta(0)) == [(other_company.id, theirs.message.id)]


async def test_the_sweeper_leaves_archived_companies_alone(
    receive: Receive, product: Product, company: Company
) -> None:
    await receive("one")
    await product.companies.archive(PLATFORM, company.id)
    assert await product.conversations.unanswered(older_than=timedelta(0)) == []


async def test_nothing_answered_is_recorded_too(receive: Receive, product: Product, company: Company) -> None:
    received = await receive("hello", external_id="m1")
    assert received.lease is not None
    async with product.database.transaction(company.id) as tx:
        await product.conversations.settle(tx, lease=received.lease)
    again = await receive("hello", external_id="m1")
    assert (again.lease, again.earlier_reply) == (None, None)
    assert await product.conversations.unanswered(older_than=timedelta(0)) == []


async def test_after_a_hand_over_the_ladder_is_silent(receive: Receive, product: Product, company: Company) -> None:
    received = await receive("a person please")
    assert received.lease is not None
    waiting = asyncio.ensure_future(receive("are you there?"))
    await asyncio.sleep(0.1)
    async with product.database.transaction(company.id) as tx:
        reply, escalation = await product.conversations.hand_over(
            tx, lease=received.lease, text="A colleague will answer you.", escalation=PERSON
        )
    assert escalation.state is EscalationState.OPEN
    for later in (await waiting, await receive("hello?")):
        assert (later.lease, later.earlier_reply) == (None, None)
        assert later.conversation.state is ConversationState.WAITING_FOR_PERSON
        assert not later.message.awaits_reply
    thread = await product.conversations.read(company_id=company.id, conversation_id=reply.conversation_id)
    assert [m.author for m in thread.messages].count("understudy") == 1
    assert thread.escalations == (escalation,)
    assert escalation.fields == {"phone": "+15550100"}


async def test_after_the_time_out_a_new_conversation_begins(product: Product, company: Company) -> None:
    now = utc_now()
    moments = iter([now, now + timedelta(minutes=59), now + timedelta(minutes=120)])
    conversations = Conversations(
        database=product.database, outbox=product.outbox, clock=lambda: next(moments), new_id=new_id
    )
    settings = ConversationSettings(lease_wait_seconds=0.1)
    first = await conversations.receive(company_id=company.id, inbound=said("1"), settings=settings)
    assert first.lease is not None
    await product.conversations.release(company_id=company.id, lease=first.lease)
    moments = iter([now + timedelta(minutes=59), *[now + timedelta(minutes=60)] * 20])
    with pytest.raises(ConversationBusy):
        await conversations.receive(company_id=company.id, inbound=said("2"), settings=settings)
    moments = iter([now + timedelta(minutes=120)])
    third = await conversations.receive(company_id=company.id, inbound=said("3"), settings=settings)
    assert third.conversation.id != first.conversation.id
    assert third.message.position == 1
    old = await product.conversations.read(company_id=company.id, conversation_id=first.conversation.id)
    assert old.conversation.state is ConversationState.CLOSED
    with pytest.raises(ConversationClosed):
        await product.conversations.receive(
            company_id=company.id, inbound=said("4", conversation_id=first.conversation.id), settings=QUICK
        )


async def test_a_conversation_of_someone_else_is_not_found(receive: Receive, other_company: Company) -> None:
    mine = await receive("hello")
    bob = ContactRef("email", "bob@example.com")
    with pytest.raises(ConversationNotFound):
        await receive("hello", contact=bob, conversation_id=mine.conversation.id)
    with pytest.raises(ConversationNotFound):
        await receive("hello", company_id=other_company.id, conversation_id=mine.conversation.id)


async def test_what_is_learned_of_a_contact_is_added(receive: Receive, answer: Answer) -> None:
    await answer(await receive("1"), "re 1")
    rich = ContactRef("email", " ANN@example.com ", language="fr", attributes={"lifetime_value": 6000})
    second = await receive("2", contact=rich)
    assert (second.contact.display_name, second.contact.language) == ("Ann", "fr")
    assert second.contact.attributes == {"lifetime_value": 6000}


async def test_many_first_messages_at_once_make_one_contact_and_one_conversation(
    receive: Receive, product: Product, company: Company
) -> None:
    patient = ConversationSettings(lease_wait_seconds=0.1)
    await asyncio.gather(*(receive(str(i), settings=patient) for i in range(20)), return_exceptions=True)
    assert await count(product, company, "contact") == 1
    assert await count(product, company, "conversation") == 1
    assert await count(product, company, "message") == 20


async def test_an_embedding_is_kept_in_half_precision(receive: Receive, product: Product, company: Company) -> None:
    received = await receive("hello")
    vector = np.linspace(-1, 1, 384, dtype=np.float32)
    async with product.database.transaction(company.id) as tx:
        await product.conversations.keep_embedding(tx, message_id=received.message.id, encoder="minilm", vector=vector)
        row = await (await tx.raw.execute("SELECT encoder, vector::real[] FROM message_embedding")).fetchone()
    assert row is not None
    assert row[0] == "minilm"
    assert np.allclose(row[1], vector, atol=1e-3)


async def test_conversations_are_listed_newest_first_by_pages(
    receive: Receive, product: Product, company: Company
) -> None:
    made = [(await receive("hello", contact=ContactRef("external", str(i)))).conversation.id for i in range(3)]
    pages = product.conversations.list
    first = await pages(company_id=company.id, where=Filter(), before=None, limit=2)
    assert [c.id for c in first] == [made[2], made[1]]
    rest = await pages(company_id=company.id, where=Filter(), before=first[-1].id, limit=2)
    assert [c.id for c in rest] == [made[0]]
    nothing = Filter(state=ConversationState.CLOSED, contact_id=first[0].contact_id)
    assert await pages(company_id=company.id, where=nothing, before=None, limit=2) == []

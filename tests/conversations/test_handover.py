"""Operators answer, take over, hand back, and see to escalations."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

import pytest

from tests.conversations.conftest import Receive
from understudy.companies.domain import Company, NotAllowed, Principal
from understudy.conversations.domain import (
    ConversationClosed,
    ConversationMoved,
    ConversationNotFound,
    ConversationState,
    Escalation,
    EscalationKind,
    EscalationNotFound,
    EscalationState,
    LeaseLost,
    MessageDiffers,
    NewEscalation,
    Received,
)
from understudy.conversations.handover import OperatorReply
from understudy.conversations.inbound import InvalidMessage
from understudy.wiring.product import Product

Answer = Callable[[Received, str], Awaitable[UUID]]
HELLO = OperatorReply("Hello, this is Bea.", external_id="r1")
PERSON = NewEscalation(EscalationKind.CALLBACK, "asked for", "Ann wants to be called back")


@pytest.fixture
async def escalation(receive: Receive, product: Product, company: Company) -> Escalation:
    received = await receive("call me")
    assert received.lease is not None
    async with product.database.transaction(company.id) as tx:
        _, made = await product.conversations.hand_over(
            tx, lease=received.lease, text="Somebody will call you.", escalation=PERSON
        )
    return made


async def test_an_operator_answers_and_hands_back(
    escalation: Escalation, product: Product, principal: Principal, receive: Receive
) -> None:
    message = await product.handover.reply(principal, escalation.conversation_id, HELLO)
    assert message.author == "operator:test"
    assert (await receive("thanks")).lease is None
    back = await product.handover.hand_back(principal, escalation.conversation_id)
    assert back.state is ConversationState.OPEN
    assert (await receive("Where is my card?")).lease is not None
    closed, *_ = await product.handover.escalations(principal.company)
    assert closed.state is EscalationState.CLOSED


async def test_answering_and_handing_back_are_one_step_if_wanted(
    escalation: Escalation, product: Product, principal: Principal, receive: Receive
) -> None:
    await product.handover.reply(principal, escalation.conversation_id, replace(HELLO, hand_back=True))
    received = await receive("thanks")
    assert received.lease is not None
    assert [m.author for m in received.history] == ["contact", "understudy", "operator:test"]


async def test_ten_parallel_repeats_of_a_reply_are_one_message(
    escalation: Escalation, product: Product, principal: Principal
) -> None:
    replies = await asyncio.gather(
        *(product.handover.reply(principal, escalation.conversation_id, HELLO) for _ in range(10))
    )
    assert len({reply.id for reply in replies}) == 1
    with pytest.raises(MessageDiffers):
        await product.handover.reply(principal, escalation.conversation_id, replace(HELLO, text="Another"))


async def test_an_operator_takes_the_turn_from_the_ladder(
    receive: Receive, answer: Answer, product: Product, principal: Principal
) -> None:
    received = await receive("Where is my card?")
    await product.handover.reply(principal, received.conversation.id, HELLO)
    with pytest.raises(LeaseLost):
        await answer(received, "On its way.")
    thread = await product.conversations.read(company_id=principal.company, conversation_id=received.conversation.id)
    assert [m.author for m in thread.messages] == ["contact", "operator:test"]
    assert thread.conversation.state is ConversationState.WAITING_FOR_PERSON


async def test_a_reply_to_what_moved_on_is_refused(
    receive: Receive, answer: Answer, product: Product, principal: Principal
) -> None:
    received = await receive("hello")
    await answer(received, "Hi!")
    stale = replace(HELLO, expected_version=received.conversation.version)
    with pytest.raises(ConversationMoved):
        await product.handover.reply(principal, received.conversation.id, stale)
    with pytest.raises(ConversationMoved):
        await product.handover.take_over(principal, received.conversation.id, expected_version=99)


async def test_moves_are_made_once_however_often_they_are_asked_for(
    receive: Receive, product: Product, principal: Principal
) -> None:
    conversation_id = (await receive("hello")).conversation.id
    handover = product.handover
    for move in (handover.take_over, handover.hand_back, handover.close):
        first = await move(principal, conversation_id)
        assert await move(principal, conversation_id) == first
    for closed in (handover.take_over, handover.hand_back):
        with pytest.raises(ConversationClosed):
            await closed(principal, conversation_id)
    with pytest.raises(ConversationClosed):
        await handover.reply(principal, conversation_id, HELLO)
    assert (await receive("again")).conversation.id != conversation_id
    async with product.database.transaction(principal.company) as tx:
        entries = await product.audit.entries(tx, action="conversation.moved")
    assert [entry.change.after["state"] for entry in entries] == ["closed", "open", "waiting_for_person"]


async def test_an_escalation_is_taken_by_one(escalation: Escalation, product: Product, principal: Principal) -> None:
    taken = await product.handover.take(principal, escalation.id)
    assert (taken.state, taken.taken_by) == (EscalationState.TAKEN, "test")
    assert await product.handover.take(principal, escalation.id, expected_version=1) == taken
    with pytest.raises(ConversationMoved):
        await product.handover.take(replace(principal, name="bob"), escalation.id)
    listed = await product.handover.escalations(principal.company, state=EscalationState.TAKEN)
    assert listed == [taken]
    assert await product.handover.escalations(principal.company, before=taken.id) == []


async def test_an_escalation_is_closed_with_a_note(
    escalation: Escalation, product: Product, principal: Principal
) -> None:
    with pytest.raises(ConversationMoved):
        await product.handover.resolve(principal, escalation.id, resolution="Called.", expected_version=7)
    closed = await product.handover.resolve(principal, escalation.id, resolution="Called.")
    assert (closed.state, closed.resolution) == (EscalationState.CLOSED, "Called.")
    assert await product.handover.resolve(principal, escalation.id, resolution="Again.") == closed
    with pytest.raises(ConversationMoved):
        await product.handover.take(principal, escalation.id)


async def test_bad_replies_and_foreign_conversations_are_refused(
    escalation: Escalation, product: Product, principal: Principal, other_company: Company
) -> None:
    reply = product.handover.reply
    with pytest.raises(InvalidMessage):
        await reply(principal, escalation.conversation_id, OperatorReply("\x00"))
    with pytest.raises(InvalidMessage):
        await reply(principal, escalation.conversation_id, OperatorReply("Hello", external_id="a\nb"))
    with pytest.raises(NotAllowed):
        await reply(replace(principal, permissions=frozenset()), escalation.conversation_id, HELLO)
    foreign = replace(principal, company_id=other_company.id)
    with pytest.raises(ConversationNotFound):
        await reply(foreign, escalation.conversation_id, HELLO)
    with pytest.raises(EscalationNotFound):
        await product.handover.take(foreign, escalation.id)

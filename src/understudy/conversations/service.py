"""Conversations: messages come in once, in order, and what came of them is recorded once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from understudy.conversations.domain import (
    Conversation,
    ConversationBusy,
    ConversationClosed,
    ConversationNotFound,
    Escalation,
    Filter,
    Inbound,
    Lease,
    LeaseLost,
    Message,
    MessageNotFound,
    NewEscalation,
    Received,
    Thread,
    external_id_taken,
)
from understudy.conversations.events import HandedOver, MessageReceived, ReplyRecorded
from understudy.conversations.inbound import check_inbound, waits
from understudy.conversations.settings import ConversationSettings
from understudy.conversations.store import messages, threads
from understudy.conversations.store.messages import Look, NewIds, Outcome
from understudy.infra.database import Database, Tx
from understudy.infra.outbox import Outbox
from understudy.kit.clock import Clock
from understudy.kit.ids import NewId

MAX_PAGE = 200


class Conversations:
    """What contacts and the ladder say to each other."""

    def __init__(self, *, database: Database, outbox: Outbox, clock: Clock, new_id: NewId) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._new_id = new_id

    async def receive(self, *, company_id: UUID, inbound: Inbound, settings: ConversationSettings) -> Received:
        """Stores a message once and waits, without a connection, until it is its turn to be answered.

        The same external id again is the same message: it gives back the first one's reply, waiting for it if need be.
        Raises `InvalidMessage`, `MessageDiffers` (the external id belongs to another message), `ConversationNotFound`,
        `ConversationClosed`, and `ConversationBusy` when it was not its turn within `lease_wait_seconds`: then the
        message is stored and the sweeper answers it.
        """
        now = self._clock()
        check_inbound(inbound, now=now, max_chars=settings.max_message_chars)
        ids = NewIds(self._new_id(), self._new_id(), self._new_id(), self._new_id())
        async with self._database.hot(company_id) as tx:
            look = await messages.receive(tx, inbound, ids, now, settings)
            received = _stored(look, inbound)
            if look.outcome == "stored":
                message = received.message
                await self._outbox.announce(tx, MessageReceived(company_id, message.conversation_id, message.id))
        if received.lease or not received.message.awaits_reply:
            return received
        waited = await self._wait_for_turn(company_id, received.message.id, ids.owner, settings)
        return replace(waited, is_replay=received.is_replay)

    async def resume(self, *, company_id: UUID, message_id: UUID, settings: ConversationSettings) -> Received | None:
        """Takes the turn of a message that was left unanswered; None when it is not its turn, without waiting."""
        return await self._look(company_id, message_id, self._new_id(), settings)

    async def release(self, *, company_id: UUID, lease: Lease) -> None:
        """Gives a turn back unused, so that another may answer the message at once."""
        async with self._database.transaction(company_id) as tx:
            await messages.release(tx, lease)

    async def reply(self, tx: Tx, *, lease: Lease, text: str) -> Message:
        """Stores the ladder's reply in the caller's transaction and gives the turn back.

        Raises `LeaseLost` when somebody else answers by now. Call it before other writes that refer to the message.
        """
        reply, _ = await self._record(tx, lease, Outcome(self._clock(), text, self._new_id()))
        assert reply is not None
        await self._announce_reply(tx, lease, reply)
        return reply

    async def hand_over(
        self, tx: Tx, *, lease: Lease, text: str, escalation: NewEscalation
    ) -> tuple[Message, Escalation]:
        """Hands the conversation to a person and tells the contact so with `text`; otherwise like `reply`.

        From now on the ladder is silent in it, also about messages that waited for their turn.
        """
        outcome = Outcome(self._clock(), text, self._new_id(), self._new_id(), escalation)
        reply, handed = await self._record(tx, lease, outcome)
        assert reply is not None
        assert handed is not None
        await self._announce_reply(tx, lease, reply)
        await self._outbox.announce(tx, HandedOver(_company(tx), lease.conversation_id, handed.id))
        return reply, handed

    async def settle(self, tx: Tx, *, lease: Lease) -> None:
        """Records that nothing is answered to the message, and gives the turn back; raises `LeaseLost`."""
        await self._record(tx, lease, Outcome(self._clock()))

    async def keep_embedding(self, tx: Tx, *, message_id: UUID, encoder: str, vector: NDArray[np.float32]) -> None:
        """Keeps a message's embedding (one dimension, half precision), erased with the message."""
        await messages.keep_embedding(tx, message_id, encoder, vector)

    async def read(self, *, company_id: UUID, conversation_id: UUID) -> Thread:
        """A conversation with everything in it; raises `ConversationNotFound`."""
        async with self._database.transaction(company_id) as tx:
            return await threads.read(tx, conversation_id)

    async def unanswered(self, *, older_than: timedelta, limit: int = 100) -> list[tuple[UUID, UUID]]:
        """Company and message of what has awaited its reply for longer, over all companies, oldest first."""
        async with self._database.platform() as tx:
            return await messages.unanswered(tx, self._clock() - older_than, limit)

    async def list(self, *, company_id: UUID, where: Filter, before: UUID | None, limit: int) -> list[Conversation]:
        """Conversations, the one begun last first; `before`: id of the last one seen."""
        async with self._database.transaction(company_id) as tx:
            return await threads.list_conversations(tx, where, before, min(limit, MAX_PAGE))

    async def _wait_for_turn(
        self, company_id: UUID, message_id: UUID, owner: UUID, settings: ConversationSettings
    ) -> Received:
        for seconds in waits(settings.lease_wait_seconds):
            await asyncio.sleep(seconds)
            received = await self._look(company_id, message_id, owner, settings)
            if received:
                return received
        raise ConversationBusy(
            "an earlier message of this conversation is still being answered; this one is stored and will be answered",
            remedy="send it again with the same external_id to get its reply",
        )

    async def _look(
        self, company_id: UUID, message_id: UUID, owner: UUID, settings: ConversationSettings
    ) -> Received | None:
        async with self._database.transaction(company_id) as tx:
            look = await messages.attend(tx, message_id, owner, self._clock(), settings)
        if look and look.received is None:
            raise MessageNotFound("the message is gone: its contact was erased, or it was too old to keep")
        return look.received if look else None

    async def _record(self, tx: Tx, lease: Lease, outcome: Outcome) -> tuple[Message | None, Escalation | None]:
        recorded = await messages.record(tx, lease, outcome)
        if recorded is None:
            raise LeaseLost("this message is answered by somebody else by now", remedy="read the conversation again")
        return recorded

    async def _announce_reply(self, tx: Tx, lease: Lease, reply: Message) -> None:
        event = ReplyRecorded(_company(tx), lease.conversation_id, lease.message_id, reply.id)
        await self._outbox.announce(tx, event)


def _company(tx: Tx) -> UUID:
    assert tx.company_id is not None
    return tx.company_id


def _stored(look: Look, inbound: Inbound) -> Received:
    if look.received is not None:
        return look.received
    if look.outcome == "differs":
        raise external_id_taken(inbound.external_id)
    if look.outcome == "closed":
        raise ConversationClosed(
            f"the conversation {inbound.conversation_id} is closed",
            field="conversation_id",
            remedy="leave conversation_id out to begin a new one",
        )
    raise ConversationNotFound(
        f"this contact has no conversation {inbound.conversation_id}",
        field="conversation_id",
        remedy="leave it out, or give one of this contact",
    )

"""Exchanges: a question from the front door is stored, and leased to whoever answers it."""

from __future__ import annotations

from uuid import UUID

from understudy.conversations.domain import Channel, ContactRef, ConversationBusy, Inbound, external_id_taken
from understudy.conversations.events import MessageReceived, ReplyRecorded
from understudy.conversations.exchanges import store
from understudy.conversations.exchanges.domain import Begun, NewExchange, Reply
from understudy.conversations.inbound import check_inbound
from understudy.infra.database import Tx
from understudy.infra.outbox import Outbox
from understudy.kit.clock import Clock
from understudy.kit.ids import NewId

LEASE_SECONDS = 660.0
"""How long a question with a key has its turn: longer than any provider is given (600 s)."""


class Exchanges:
    """What comes through the front door."""

    def __init__(self, *, outbox: Outbox, clock: Clock, new_id: NewId) -> None:
        self._outbox = outbox
        self._clock = clock
        self._new_id = new_id

    def prepare(self, *, contact: ContactRef, text: str, key: str | None, max_chars: int) -> NewExchange:
        """A question with fresh identifiers, nothing stored yet; raises `InvalidMessage`."""
        inbound = Inbound(channel=Channel.OPENAI, external_id=key or "-", contact=contact, text=text)
        check_inbound(inbound, now=self._clock(), max_chars=max_chars)
        ids = (self._new_id(), self._new_id(), self._new_id(), self._new_id())
        return NewExchange(*ids, contact.kind, contact.value, text, key, LEASE_SECONDS)

    async def begin(self, tx: Tx, new: NewExchange) -> Begun:
        """Stores the question in the caller's transaction and takes its turn.

        The same key again gives back the reply without a lease, or the turn where nothing was answered. Raises
        `MessageDiffers`, and `ConversationBusy` while the first one is still being answered.
        """
        begun = await store.begin(tx, new, self._clock())
        if begun == "differs":
            raise external_id_taken(new.key)
        if isinstance(begun, str):
            raise ConversationBusy("the same question is being answered just now", remedy="send it again in a moment")
        if begun.message.id == new.message_id and tx.company_id is not None:
            await self._outbox.announce(
                tx, MessageReceived(tx.company_id, begun.message.conversation_id, new.message_id)
            )
        return begun

    async def keep(self, tx: Tx, new: NewExchange, text: str | None) -> UUID | None:
        """Stores a question without a key together with its reply, None: nothing was said; gives the reply's id.

        Nothing is read, so `tx` may be one of `Database.unseen`.
        """
        assert new.key is None
        assert tx.company_id is not None
        now, reply_id = self._clock(), self._new_id()
        await store.keep(tx, new, Reply(now, reply_id, text), now)
        await self._outbox.announce(tx, MessageReceived(tx.company_id, new.conversation_id, new.message_id))
        if text is None:
            return None
        await self._outbox.announce(tx, ReplyRecorded(tx.company_id, new.conversation_id, new.message_id, reply_id))
        return reply_id

"""Handover: what operators do in conversations, and the escalations that ask them to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from understudy.companies.audit import Audit
from understudy.companies.domain import Change, Principal
from understudy.companies.permissions import Permission
from understudy.conversations.domain import (
    Conversation,
    ConversationClosed,
    ConversationMoved,
    ConversationState,
    Direction,
    Escalation,
    EscalationState,
    Message,
    external_id_taken,
)
from understudy.conversations.events import OperatorReplied
from understudy.conversations.inbound import MAX_EXTERNAL_ID, MAX_OPERATOR_CHARS, name_problems, refuse, text_problems
from understudy.conversations.store import desk, threads
from understudy.infra.changes import announce
from understudy.infra.database import Database, Tx
from understudy.infra.outbox import Outbox
from understudy.kit.clock import Clock
from understudy.kit.ids import NewId

MAX_PAGE = 200
TOPIC = "conversation"
"""The change notice of what people do in a conversation, for whoever has it open; its key is the conversation."""
OPERATOR = "operator:"
"""What the author of a person's message begins with; their name follows."""


@dataclass(frozen=True, slots=True)
class OperatorReply:
    """What a person answers. `external_id` makes a repeated call the same reply; `expected_version` refuses when the
    conversation has moved on."""

    text: str
    hand_back: bool = False
    external_id: str | None = None
    expected_version: int | None = None


class Handover:
    """The operators' side: they answer, take over, hand back, and see to escalations."""

    def __init__(self, *, database: Database, outbox: Outbox, audit: Audit, clock: Clock, new_id: NewId) -> None:
        self._database = database
        self._outbox = outbox
        self._audit = audit
        self._clock = clock
        self._new_id = new_id

    async def reply(self, principal: Principal, conversation_id: UUID, given: OperatorReply) -> Message:
        """Answers as a person and takes the conversation over, or hands it back in the same step.

        A message that the ladder is answering just then is taken from it. The same `external_id` again gives back
        the first reply; with another text it raises `MessageDiffers`. Raises `InvalidMessage`, `ConversationNotFound`,
        `ConversationClosed`, `ConversationMoved`.
        """
        principal.demand(Permission.CONVERSATION_REPLY)
        _check_reply(given)
        async with self._database.transaction(principal.company) as tx:
            talk = await threads.find_conversation(tx, conversation_id, lock=True)
            if given.external_id is not None:
                earlier = await desk.find_reply(tx, talk.channel, given.external_id)
                if earlier is not None:
                    return _same_reply(earlier, conversation_id, given)
            _check_open(talk)
            _check_version(talk.version, given.expected_version)
            message = self._message(principal, talk, given)
            await desk.add_message(tx, message)
            state = ConversationState.OPEN if given.hand_back else ConversationState.WAITING_FOR_PERSON
            await self._move(tx, principal, talk, state, message)
            await self._outbox.announce(tx, OperatorReplied(principal.company, talk.id, message.id))
        return message

    async def hand_back(
        self, principal: Principal, conversation_id: UUID, *, expected_version: int | None = None
    ) -> Conversation:
        """Gives a conversation back to the ladder and closes its escalations; does nothing when it is the ladder's."""
        return await self._put(principal, conversation_id, ConversationState.OPEN, expected_version)

    async def take_over(
        self, principal: Principal, conversation_id: UUID, *, expected_version: int | None = None
    ) -> Conversation:
        """Takes a conversation from the ladder; does nothing when a person has it already."""
        return await self._put(principal, conversation_id, ConversationState.WAITING_FOR_PERSON, expected_version)

    async def close(
        self, principal: Principal, conversation_id: UUID, *, expected_version: int | None = None
    ) -> Conversation:
        """Ends a conversation and closes its escalations; does nothing when it has ended."""
        return await self._put(principal, conversation_id, ConversationState.CLOSED, expected_version)

    async def escalations(
        self, company_id: UUID, *, state: EscalationState | None = None, before: UUID | None = None, limit: int = 50
    ) -> list[Escalation]:
        """Escalations, newest first; `before`: id of the last one seen."""
        async with self._database.transaction(company_id) as tx:
            return await desk.list_escalations(tx, state, before, min(limit, MAX_PAGE))

    async def take(
        self, principal: Principal, escalation_id: UUID, *, expected_version: int | None = None
    ) -> Escalation:
        """Says that this person sees to an escalation; raises `ConversationMoved` when it is another's, or closed."""
        principal.demand(Permission.CONVERSATION_REPLY)
        async with self._database.transaction(principal.company) as tx:
            old = await desk.lock_escalation(tx, escalation_id)
            if old.state is EscalationState.TAKEN and old.taken_by == principal.name:
                return old
            _check_version(old.version, expected_version)
            if old.state is not EscalationState.OPEN:
                raise _moved(f"the escalation is {old.state}" + (f" by {old.taken_by}" if old.taken_by else ""))
            taken = replace(
                old,
                state=EscalationState.TAKEN,
                version=old.version + 1,
                taken_by=principal.name,
                taken_at=self._clock(),
            )
            await desk.change_escalation(tx, taken)
            await self._audit.record(tx, Change(principal.name, "escalation.taken", str(escalation_id)))
        return taken

    async def resolve(
        self, principal: Principal, escalation_id: UUID, *, resolution: str, expected_version: int | None = None
    ) -> Escalation:
        """Closes an escalation with a note; does nothing when it is closed."""
        principal.demand(Permission.CONVERSATION_REPLY)
        refuse(tuple(text_problems("resolution", resolution, MAX_OPERATOR_CHARS)))
        async with self._database.transaction(principal.company) as tx:
            old = await desk.lock_escalation(tx, escalation_id)
            if old.state is EscalationState.CLOSED:
                return old
            _check_version(old.version, expected_version)
            closed = replace(
                old,
                state=EscalationState.CLOSED,
                version=old.version + 1,
                closed_at=self._clock(),
                resolution=resolution,
            )
            await desk.change_escalation(tx, closed)
            await self._audit.record(tx, Change(principal.name, "escalation.closed", str(escalation_id)))
        return closed

    async def _put(
        self, principal: Principal, conversation_id: UUID, state: ConversationState, expected_version: int | None
    ) -> Conversation:
        principal.demand(Permission.CONVERSATION_REPLY)
        async with self._database.transaction(principal.company) as tx:
            talk = await threads.find_conversation(tx, conversation_id, lock=True)
            if talk.state is state:
                return talk
            _check_open(talk)
            _check_version(talk.version, expected_version)
            return await self._move(tx, principal, talk, state, None)

    async def _move(
        self,
        tx: Tx,
        principal: Principal,
        talk: Conversation,
        state: ConversationState,
        message: Message | None,
    ) -> Conversation:
        now = self._clock()
        moved = _moved_to(talk, state, message, now)
        await desk.move_conversation(tx, moved)
        await announce(tx, TOPIC, str(talk.id))
        if state is not ConversationState.WAITING_FOR_PERSON:
            await desk.close_escalations(tx, talk.id, now)
        if state is not talk.state:
            change = Change(
                principal.name, "conversation.moved", str(talk.id), {"state": talk.state}, {"state": moved.state}
            )
            await self._audit.record(tx, change)
        return moved

    def _message(self, principal: Principal, talk: Conversation, given: OperatorReply) -> Message:
        return Message(
            id=self._new_id(),
            conversation_id=talk.id,
            contact_id=talk.contact_id,
            position=talk.message_count + 1,
            direction=Direction.OUT,
            author=OPERATOR + principal.name,
            channel=talk.channel,
            modality="text",
            text=given.text,
            external_id=given.external_id,
            at=self._clock(),
            sent_at=None,
            in_reply_to=None,
            awaits_reply=False,
        )


def _moved_to(talk: Conversation, state: ConversationState, message: Message | None, now: datetime) -> Conversation:
    moved = replace(talk, state=state, version=talk.version + 1)
    if message is not None:
        moved = replace(moved, message_count=message.position, last_message_at=message.at)
    return replace(moved, closed_at=now if state is ConversationState.CLOSED else None)


def _check_reply(given: OperatorReply) -> None:
    problems = [*text_problems("text", given.text, MAX_OPERATOR_CHARS)]
    if given.external_id is not None:
        problems += name_problems("external_id", given.external_id, MAX_EXTERNAL_ID)
    refuse(tuple(problems))


def _check_open(talk: Conversation) -> None:
    if talk.state is ConversationState.CLOSED:
        raise ConversationClosed(f"the conversation {talk.id} is closed", remedy="its contact can begin a new one")


def _check_version(version: int, expected: int | None) -> None:
    if expected not in (None, version):
        raise _moved(f"it is at version {version}, not {expected}")


def _moved(message: str) -> ConversationMoved:
    return ConversationMoved(message, remedy="read it again and decide anew")


def _same_reply(earlier: Message, conversation_id: UUID, given: OperatorReply) -> Message:
    if earlier.conversation_id != conversation_id or earlier.text != given.text:
        raise external_id_taken(given.external_id)
    return earlier

"""The web chat: visitors come in, say things, and hear what is answered, here or elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from understudy.channels.service import Channels, Taken
from understudy.channels.webchat import protocol
from understudy.channels.webchat.protocol import DoNotAsk, Rate, Say, Welcome
from understudy.channels.webchat.seats import Deliver, Room, Rooms
from understudy.channels.webchat.settings import WebchatSettings
from understudy.companies.domain import Company, CompanyNotFound
from understudy.companies.service import Companies
from understudy.conversations.domain import (
    Channel,
    ContactNotFound,
    ContactRef,
    ConversationNotFound,
    ConversationState,
    Filter,
    IdentityKind,
    Inbound,
    Thread,
)
from understudy.conversations.feedback.domain import Given, Invited, TokenRefused
from understudy.conversations.people import Contacts
from understudy.conversations.service import Conversations
from understudy.infra.settings import ProcessSettings
from understudy.infra.telemetry import counter, gauge, get_logger
from understudy.kit.clock import Clock
from understudy.kit.errors import Conflict, Unavailable, UnderstudyError

UNTOLD = 10_000
"""Changes that may wait to be looked at; more are found by the poll."""

log = get_logger(__name__)
_open = gauge("understudy_webchat_open", "Open web chats.")
_refused = counter("understudy_webchat_refused_total", "Messages that were not taken.", ("code",))


class ChatSettings(ProcessSettings):
    """How much one process holds of the web chat."""

    most_open: int = 2_000
    """Sockets that one process holds; more visitors are asked to wait."""
    most_per_address: int = 50
    """Sockets from one address. Addresses of this machine are not counted: a proxy speaks for many."""
    messages_per_minute: int = 30
    """Messages that one visitor may send in a minute, over all their windows."""
    hello_seconds: float = 10.0
    """How long a new socket may take to say who comes."""
    queue: int = 64
    """Frames that may wait for a slow browser; one more, and it has to come again."""
    poll_seconds: float = 5.0
    """How often chats that wait for a person are looked up, should a change notice be lost."""


@dataclass(frozen=True, slots=True)
class Behind:
    """The services that the chat stands on."""

    companies: Companies
    channels: Channels
    conversations: Conversations
    contacts: Contacts


class Webchat:
    """The chats of one process. `new_secret` makes at least 192 random bits as URL-safe text."""

    def __init__(self, *, behind: Behind, settings: ChatSettings, clock: Clock, new_secret: Callable[[], str]) -> None:
        self.settings = settings
        self._behind = behind
        self._clock = clock
        self._new_secret = new_secret
        self._rooms = Rooms(most=settings.most_open, most_per_address=settings.most_per_address)
        self._changed: asyncio.Queue[UUID | None] = asyncio.Queue(UNTOLD)
        self._courier: asyncio.Task[None] | None = None

    async def company(self, slug: str) -> Company:
        """The company whose chat this is; raises `CompanyNotFound`, also where the chat is switched off."""
        company = await self._behind.companies.by_slug(slug)
        if not company.settings.get(WebchatSettings).enabled:
            raise CompanyNotFound(f"{slug} has no web chat")
        return company

    def admit(self, address: str | None) -> None:
        """Counts a socket in; raises `ChatFull`."""
        self._rooms.admit(address)
        _open.set(self._rooms.open)
        if self._courier is None or self._courier.done():
            self._courier = asyncio.create_task(self._carry(), name="webchat-courier")

    def dismiss(self, address: str | None) -> None:
        """Counts a socket out."""
        self._rooms.dismiss(address)
        _open.set(self._rooms.open)
        if not self._rooms.open and self._courier is not None:
            self._courier.cancel()
            self._courier = None

    async def enter(self, company: Company, secret: str | None, seat: Deliver) -> Room:
        """Seats a visitor and shows them what was said before. Without a secret they are new and get one."""
        secret = secret or self._new_secret()
        visitor = protocol.name_of(secret)
        thread = await self._newest_thread(company.id, visitor)
        room = self._rooms.sit(company.id, visitor, seat)
        if thread is not None:
            _remember(room, thread)
        invited = await self._behind.channels.inviting.in_thread(company, thread) if thread else {}
        greeting = company.settings.get(WebchatSettings).greeting
        seat(Welcome(secret, company.name, greeting, thread, invited).frame())
        return room

    def leave(self, room: Room, seat: Deliver) -> None:
        """Takes the seat away."""
        self._rooms.leave(room, seat)

    async def say(self, room: Room, said: Say, seat: Deliver) -> None:
        """Takes a visitor's message and delivers what is answered; what went wrong is told to the seat it came from."""
        if not room.may_say(self._clock(), self.settings.messages_per_minute):
            _refused.labels("too_fast").inc()
            seat(_refusal(said, "You write faster than we can read. Please wait a moment.", again=True))
            return
        room.deliver({"type": "typing", "on": True})
        try:
            taken = await self._behind.channels.take(room.company_id, _inbound(room, said))
        except (Conflict, Unavailable) as error:
            _refused.labels(error.code).inc()
            room.awaits = True  # it may be stored, and then the sweeper answers
            seat(_refusal(said, "That takes longer than usual. We keep trying.", again=True))
        except UnderstudyError as error:
            _refused.labels(error.code).inc()
            seat(_refusal(said, f"{error.message[:1].upper()}{error.message[1:]}.", again=False))
        else:
            _deliver(room, taken, seat)
        finally:
            room.deliver({"type": "typing", "on": False})

    async def rate(self, room: Room, said: Rate | DoNotAsk, seat: Deliver) -> None:
        """Takes what a visitor thinks of an answer, or that they want not to be asked; tells all their windows."""
        if not room.may_say(self._clock(), self.settings.messages_per_minute):
            return
        feedback = self._behind.channels.inviting.feedback
        try:
            company_id, reply_id = feedback.about(said.token)
            if company_id != room.company_id:
                raise TokenRefused("this token is another company's")
            if isinstance(said, DoNotAsk):
                await feedback.submit(said.token, Given(), may_ask=False)
                room.deliver({"type": "asks_no_more"})
            else:
                await feedback.submit(said.token, Given(is_helpful=said.helpful))
                room.deliver({"type": "rated", "id": str(reply_id), "helpful": said.helpful})
        except UnderstudyError as error:
            _refused.labels(error.code).inc()
            seat({"type": "not_rated", "text": "That could not be kept. Please try again later."})

    def changed(self, key: str) -> None:
        """Hears that people did something in a conversation; "*": perhaps in any. Called on a change notice."""
        if not self._rooms.open:
            return
        try:
            self._changed.put_nowait(None if key == "*" else UUID(key))
        except asyncio.QueueFull:
            log.warning("webchat_changes_dropped")

    async def _carry(self) -> None:
        """Looks up what changed elsewhere, one conversation after the other, and now and then all that wait."""
        while True:
            try:
                key = await asyncio.wait_for(self._changed.get(), self.settings.poll_seconds)
                rooms = list(self._rooms) if key is None else self._rooms.of_conversation(key)
            except TimeoutError:
                rooms = [room for room in self._rooms if room.awaits]
            for room in rooms:
                try:
                    await self._catch_up(room)
                except UnderstudyError as error:
                    log.info("webchat_not_caught_up", code=error.code)

    async def _catch_up(self, room: Room) -> None:
        """Delivers what the room has not seen yet."""
        thread = await self._newest_thread(room.company_id, room.visitor)
        if thread is None:
            return
        is_new = thread.conversation.id != room.conversation_id
        for message in thread.messages:
            if is_new or message.position > room.position:
                room.deliver(protocol.message_frame(message))
        room.deliver(protocol.state_frame(thread.conversation.state))
        _remember(room, thread)

    async def _newest_thread(self, company_id: UUID, visitor: str) -> Thread | None:
        try:
            contact = await self._behind.contacts.find(company_id, kind=IdentityKind.WEBCHAT, value=visitor)
            of_contact = Filter(contact_id=contact.id, channel=Channel.WEBCHAT)
            found = await self._behind.conversations.list(company_id=company_id, where=of_contact, before=None, limit=1)
            if not found:
                return None
            return await self._behind.conversations.read(company_id=company_id, conversation_id=found[0].id)
        except (ContactNotFound, ConversationNotFound):
            return None


def _inbound(room: Room, said: Say) -> Inbound:
    return Inbound(
        channel=Channel.WEBCHAT,
        external_id=protocol.external_id(room.visitor, said.id),
        contact=ContactRef(IdentityKind.WEBCHAT, room.visitor),
        text=said.text,
    )


def _deliver(room: Room, taken: Taken, seat: Deliver) -> None:
    """Tells the sender that it is stored, the visitor's other windows what was said, and all what was answered."""
    message, answer = taken.message, taken.answer
    seat({"type": "stored", "id": protocol.frame_id(message), "at": message.at.isoformat()})
    room.deliver(protocol.message_frame(message), but=seat)
    if answer.reply is not None:
        invited = Invited(taken.invitation) if taken.invitation else None
        room.deliver(protocol.message_frame(answer.reply, invited))
    room.deliver(protocol.state_frame(answer.state))
    if room.conversation_id != message.conversation_id:
        room.conversation_id, room.position = message.conversation_id, 0
    room.position = max(room.position, message.position, answer.reply.position if answer.reply else 0)
    room.awaits = answer.state is ConversationState.WAITING_FOR_PERSON


def _remember(room: Room, thread: Thread) -> None:
    room.conversation_id = thread.conversation.id
    room.position = max((message.position for message in thread.messages), default=0)
    is_answered = not any(message.awaits_reply for message in thread.messages)
    room.awaits = thread.conversation.state is ConversationState.WAITING_FOR_PERSON or not is_answered


def _refusal(said: Say, text: str, *, again: bool) -> protocol.Frame:
    """`again`: the page may send it once more by itself."""
    return {"type": "refused", "id": said.id, "text": text, "again": again}

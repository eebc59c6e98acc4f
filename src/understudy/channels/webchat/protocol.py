"""What goes over the socket: frames as values, read strictly from what a browser sends."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from understudy.conversations.domain import CONTACT, UNDERSTUDY, ConversationState, Direction, Message, Thread
from understudy.conversations.feedback.domain import Invited
from understudy.conversations.feedback.tokens import TOKEN_CHARS
from understudy.kit.errors import Invalid

MAX_FRAME_CHARS = 24_000
"""Above the longest message a company can allow (20,000 characters), with room for what stands around it."""
MAX_TEXT_CHARS = 20_000
SHOWN_AT_MOST = 200
VISITOR = re.compile(r"[A-Za-z0-9_-]{32,64}")
"""A visitor's secret: 24 random bytes and more, as URL-safe text."""
NAME_CHARS = 32
"""How much of the secret's hash names the visitor: 128 bits."""

Frame = dict[str, Any]


class FrameUnreadable(Invalid):
    """The browser sent what our page never sends."""

    code = "frame_unreadable"


class _Frame(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hello(_Frame):
    """The first frame: who comes, if they were here before."""

    type: Literal["hello"]
    visitor: str | None = Field(None, max_length=64)

    @property
    def secret(self) -> str | None:
        """The visitor's secret if it has the form of one."""
        return self.visitor if self.visitor and VISITOR.fullmatch(self.visitor) else None


class Say(_Frame):
    """A message. The page makes its id and sends it again, with the same id, until it is told that it is stored."""

    type: Literal["say"]
    id: str = Field(pattern=r"^[A-Za-z0-9-]{8,64}$")
    text: str = Field(max_length=MAX_TEXT_CHARS)


class Ping(_Frame):
    """A sign of life; browsers cannot send the protocol's own."""

    type: Literal["ping"]


class Rate(_Frame):
    """What the visitor thinks of an answer; None takes it back."""

    type: Literal["rate"]
    token: str = Field(max_length=TOKEN_CHARS)
    helpful: bool | None


class DoNotAsk(_Frame):
    """The visitor wants not to be asked how answers are."""

    type: Literal["do_not_ask"]
    token: str = Field(max_length=TOKEN_CHARS)


Read = Hello | Say | Rate | DoNotAsk | Ping
_READER: TypeAdapter[Read] = TypeAdapter(Annotated[Read, Field(discriminator="type")])


def read(text: str) -> Read:
    """A frame from a browser; raises `FrameUnreadable`."""
    if len(text) > MAX_FRAME_CHARS:
        raise FrameUnreadable(f"a frame has {MAX_FRAME_CHARS} characters at most")
    try:
        return _READER.validate_json(text)
    except ValidationError as error:
        raise FrameUnreadable(f"this frame cannot be read: {error.errors()[0]['msg']}") from None


def name_of(secret: str) -> str:
    """What a visitor is called in the database: whoever reads it there cannot take the visitor's place."""
    return hashlib.sha256(secret.encode()).hexdigest()[:NAME_CHARS]


def external_id(visitor: str, frame_id: str) -> str:
    """The message's id within the company: no visitor can name another one's message."""
    return f"{visitor}/{frame_id}"


def frame_id(message: Message) -> str:
    """The id by which the page knows a message: its own for what it sent, ours for the rest."""
    if message.direction is Direction.IN and message.external_id and "/" in message.external_id:
        return message.external_id.rpartition("/")[2]
    return str(message.id)


def message_frame(message: Message, invited: Invited | None = None) -> Frame:
    """A message as the page shows it, with what it needs to take the visitor's opinion, where it may ask for one."""
    asked = invited is not None and (invited.invitation.asks or invited.is_helpful is not None)
    is_person = message.author not in {CONTACT, UNDERSTUDY}
    return {
        "type": "message",
        "id": frame_id(message),
        "from": "visitor" if message.author == CONTACT else "person" if is_person else "understudy",
        "name": message.author.rpartition(":")[2] if is_person else None,
        "text": message.text,
        "at": message.at.isoformat(),
        "feedback": {"token": invited.invitation.token, "helpful": invited.is_helpful} if invited and asked else None,
    }


def state_frame(state: ConversationState) -> Frame:
    """Who speaks next."""
    return {"type": "state", "state": state.value}


@dataclass(frozen=True, slots=True)
class Welcome:
    """What a visitor is shown on coming in."""

    secret: str
    company_name: str
    greeting: str
    thread: Thread | None
    invited: Mapping[UUID, Invited] = field(default_factory=dict)

    def frame(self) -> Frame:
        """The same over the socket: the newest messages, oldest first."""
        state = self.thread.conversation.state if self.thread else ConversationState.OPEN
        messages = self.thread.messages[-SHOWN_AT_MOST:] if self.thread else ()
        return {
            "type": "welcome",
            "visitor": self.secret,
            "company": self.company_name,
            "greeting": self.greeting,
            "state": state.value,
            "messages": [message_frame(message, self.invited.get(message.id)) for message in messages],
        }

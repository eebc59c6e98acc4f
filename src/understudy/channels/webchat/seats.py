"""Who sits where: the open sockets of a process, and how fast each visitor writes. Pure: `now` is handed in."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from understudy.channels.webchat.protocol import Frame
from understudy.kit.errors import Unavailable

Deliver = Callable[[Frame], None]
MINUTE = timedelta(minutes=1)


class ChatFull(Unavailable):
    """As many chats are open as this process holds."""

    code = "chat_full"


@dataclass(slots=True, eq=False)
class Room:
    """One visitor of a company: the seats they have open, and what of their conversation those have seen."""

    company_id: UUID
    visitor: str
    seats: set[Deliver] = field(default_factory=set)
    conversation_id: UUID | None = None
    position: int = 0
    """Position of the newest message that was shown."""
    awaits: bool = False
    """Whether something may come from elsewhere: a person has it, or the sweeper has to answer."""
    said: deque[datetime] = field(default_factory=deque)

    def deliver(self, frame: Frame, *, but: Deliver | None = None) -> None:
        """Hands a frame to every seat, on demand but one."""
        for seat in tuple(self.seats):
            if seat != but:
                seat(frame)

    def may_say(self, now: datetime, per_minute: int) -> bool:
        """Whether the visitor may write again; counts it if so."""
        while self.said and now - self.said[0] >= MINUTE:
            self.said.popleft()
        if len(self.said) >= per_minute:
            return False
        self.said.append(now)
        return True


class Rooms:
    """The rooms of one process. A room exists while somebody sits in it."""

    def __init__(self, *, most: int, most_per_address: int) -> None:
        self._most = most
        self._most_per_address = most_per_address
        self._rooms: dict[tuple[UUID, str], Room] = {}
        self._by_address: dict[str, int] = defaultdict(int)
        self.open = 0

    def __iter__(self) -> Iterator[Room]:
        return iter(tuple(self._rooms.values()))

    def admit(self, address: str | None) -> None:
        """Counts a socket in; raises `ChatFull`. `address` None: not counted by address."""
        crowded = address is not None and self._by_address[address] >= self._most_per_address
        if self.open >= self._most or crowded:
            raise ChatFull("too many chats are open just now", remedy="try again in a moment")
        self.open += 1
        if address is not None:
            self._by_address[address] += 1

    def dismiss(self, address: str | None) -> None:
        """Counts a socket out."""
        self.open -= 1
        if address is not None:
            self._by_address[address] -= 1
            if not self._by_address[address]:
                del self._by_address[address]

    def sit(self, company_id: UUID, visitor: str, seat: Deliver) -> Room:
        """Gives the visitor a seat in their room."""
        room = self._rooms.setdefault((company_id, visitor), Room(company_id, visitor))
        room.seats.add(seat)
        return room

    def leave(self, room: Room, seat: Deliver) -> None:
        """Takes the seat away, and the room with the last one."""
        room.seats.discard(seat)
        if not room.seats:
            self._rooms.pop((room.company_id, room.visitor), None)

    def of_conversation(self, conversation_id: UUID) -> list[Room]:
        """The rooms where this conversation is shown."""
        return [room for room in self if room.conversation_id == conversation_id]

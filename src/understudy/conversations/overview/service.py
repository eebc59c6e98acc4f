"""The messages of all companies as those see them who run the installation."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from understudy.conversations.domain import Message
from understudy.conversations.overview import store
from understudy.infra.database import Database


class MessageOverview:
    """Reads messages across companies. Not for callers who belong to one: those ask `Conversations`."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def of(self, places: Sequence[tuple[UUID, UUID]], *, words: str = "") -> dict[UUID, Message]:
        """Messages by their identifiers. `places`: company and message; `words`: only texts that hold them."""
        if not places:
            return {}
        async with self._database.platform() as tx:
            return {message.id: message for message in await store.messages(tx, places, words)}

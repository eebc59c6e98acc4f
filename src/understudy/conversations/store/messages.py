"""The hot path: one round trip to take a message in, one to record what came of it."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import pq
from psycopg.adapt import Dumper
from psycopg.types.json import Jsonb

from understudy.conversations.domain import Escalation, Inbound, Lease, Message, NewEscalation, Received
from understudy.conversations.inbound import identity_value
from understudy.conversations.settings import ConversationSettings
from understudy.conversations.store.rows import contact_of, conversation_of, escalation_of, message_of, the_moment
from understudy.infra.database import Tx

HISTORY = 6
"""Messages that come along with a received one: three exchanges, enough to read a clarified question."""

_RECEIVE = "SELECT receive_message(%s)"
_ATTEND = "SELECT attend_message(%s, %s, %s, %s, %s)"
_RELEASE = """
UPDATE conversation SET lease_owner = NULL, lease_until = NULL
WHERE company_id = %s AND id = %s AND lease_owner = %s
"""
_RECORD = "SELECT record_outcome(%s)"
_EMBED = """
INSERT INTO message_embedding (company_id, message_id, encoder, vector) VALUES (%s, %s, %s, %b::halfvec)
ON CONFLICT (company_id, message_id) DO UPDATE SET encoder = excluded.encoder, vector = excluded.vector
"""
_UNANSWERED = """
SELECT m.company_id, m.id FROM message m JOIN company c ON c.id = m.company_id AND c.archived_at IS NULL
WHERE m.awaits_reply AND m.at < %s ORDER BY m.at LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class NewIds:
    """Fresh identifiers for what an inbound message may make."""

    message: UUID
    contact: UUID
    conversation: UUID
    owner: UUID


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a message gave: what happened to it, and the message unless there is none to show."""

    outcome: str
    received: Received | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a message: a reply, a hand-over, or nothing."""

    at: datetime
    text: str | None = None
    reply_id: UUID | None = None
    escalation_id: UUID | None = None
    escalation: NewEscalation | None = None


class _HalfVector(bytes):
    """A vector as pgvector's halfvec has it on the wire."""


class _HalfVectorDumper(Dumper):
    format = pq.Format.BINARY

    def dump(self, obj: _HalfVector) -> bytes:
        return bytes(obj)


psycopg.adapters.register_dumper(_HalfVector, _HalfVectorDumper)


async def receive(tx: Tx, inbound: Inbound, ids: NewIds, now: datetime, settings: ConversationSettings) -> Look:
    """Stores a message once and takes its turn if that is free."""
    contact = inbound.contact
    call = {
        "message_id": str(ids.message),
        "contact_id": str(ids.contact),
        "new_conversation_id": str(ids.conversation),
        "conversation_id": str(inbound.conversation_id) if inbound.conversation_id else None,
        "owner": str(ids.owner),
        "kind": contact.kind,
        "value": identity_value(contact.kind, contact.value),
        "display_name": contact.display_name,
        "language": contact.language,
        "attributes": dict(contact.attributes),
        "channel": inbound.channel,
        "external_id": inbound.external_id,
        "text": inbound.text,
        "modality": inbound.modality,
        "at": now.isoformat(),
        "sent_at": inbound.sent_at.isoformat() if inbound.sent_at else None,
        "timeout_seconds": settings.timeout_minutes * 60,
        "lease_seconds": settings.lease_seconds,
        "history": HISTORY,
    }
    row = await (await tx.raw.execute(_RECEIVE, (Jsonb(call),))).fetchone()
    assert row is not None
    return _look(row[0], ids.owner)


async def attend(tx: Tx, message_id: UUID, owner: UUID, now: datetime, settings: ConversationSettings) -> Look | None:
    """Takes a message's turn if it is free; None when it is not."""
    arguments = (message_id, owner, settings.lease_seconds, HISTORY, now)
    row = await (await tx.raw.execute(_ATTEND, arguments)).fetchone()
    assert row is not None
    return None if row[0] is None else _look(row[0], owner)


async def release(tx: Tx, lease: Lease) -> None:
    """Gives a turn back."""
    await tx.raw.execute(_RELEASE, (tx.company_id, lease.conversation_id, lease.owner))


async def record(tx: Tx, lease: Lease, outcome: Outcome) -> tuple[Message | None, Escalation | None] | None:
    """Records what came of a message and gives its turn back; None when the turn was lost."""
    call: dict[str, Any] = {
        "conversation_id": str(lease.conversation_id),
        "message_id": str(lease.message_id),
        "owner": str(lease.owner),
        "at": outcome.at.isoformat(),
        "reply_id": str(outcome.reply_id) if outcome.reply_id else None,
        "text": outcome.text,
    }
    if outcome.escalation:
        escalation = outcome.escalation
        call |= {
            "escalation_id": str(outcome.escalation_id),
            "kind": escalation.kind,
            "reason": escalation.reason,
            "summary": escalation.summary,
            "fields": dict(escalation.fields),
        }
    row = await (await tx.raw.execute(_RECORD, (Jsonb(call),))).fetchone()
    assert row is not None
    if row[0] is None:
        return None
    reply, handed = row[0]["reply"], row[0]["escalation"]
    return message_of(reply) if reply else None, escalation_of(handed) if handed else None


async def keep_embedding(tx: Tx, message_id: UUID, encoder: str, vector: NDArray[np.float32]) -> None:
    """Keeps a message's embedding in half precision, as two bytes per dimension on the wire."""
    wire = _HalfVector(struct.pack(">hh", len(vector), 0) + vector.astype(">f2").tobytes())
    await tx.raw.execute(_EMBED, (tx.company_id, message_id, encoder, wire))


async def unanswered(tx: Tx, before: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """Company and message of what came in before a moment and awaits its reply, oldest first; not of archived ones."""
    return await (await tx.raw.execute(_UNANSWERED, (before, limit))).fetchall()


def _look(document: Mapping[str, Any], owner: UUID) -> Look:
    if "message" not in document:
        return Look(document["outcome"], None)
    message = message_of(document["message"])
    talk = document["conversation"]
    lease = None
    if talk["lease_owner"] == str(owner):
        lease = Lease(message.conversation_id, message.id, owner, the_moment(talk["lease_until"]))
    minute, day = document["counts"]
    received = Received(
        message=message,
        conversation=conversation_of(talk),
        contact=contact_of(document["contact"]),
        lease=lease,
        earlier_reply=message_of(document["reply"]) if document["reply"] else None,
        history=tuple(map(message_of, document["history"])),
        is_replay=document["outcome"] == "replayed",
        messages_last_minute=minute,
        messages_last_day=day,
    )
    return Look(document["outcome"], received)

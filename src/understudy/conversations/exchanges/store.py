"""The only SQL of exchanges: one round trip to take a question in, or a question with its reply."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from understudy.conversations.domain import Channel, Lease
from understudy.conversations.exchanges.domain import Begun, NewExchange, Reply
from understudy.conversations.inbound import identity_value
from understudy.conversations.store.rows import contact_of, conversation_of, message_of, the_moment
from understudy.infra.database import Tx

_BEGIN = "SELECT begin_exchange(%s)"
_KEEP = "SELECT keep_exchange(%s)"


async def begin(tx: Tx, new: NewExchange, now: datetime) -> Begun | str:
    """Stores a question, or finds it; a word says why not: `differs` or `busy`."""
    row = await (await tx.raw.execute(_BEGIN, (Jsonb(_call(new, now)),))).fetchone()
    assert row is not None
    found = row[0]
    if "message" not in found:
        return str(found["outcome"])
    message, talk = message_of(found["message"]), found["conversation"]
    lease = None
    if found["outcome"] == "begun":
        lease = Lease(message.conversation_id, message.id, new.owner, the_moment(talk["lease_until"]))
    reply = message_of(found["reply"]) if found["reply"] else None
    return Begun(message, conversation_of(talk), contact_of(found["contact"]), lease, reply)


async def keep(tx: Tx, new: NewExchange, reply: Reply, now: datetime) -> None:
    """Stores a question without a key, and what came of it."""
    told = {"reply_id": str(reply.id) if reply.text else None, "text": reply.text, "at": reply.at.isoformat()}
    await tx.raw.execute(_KEEP, (Jsonb({**_call(new, now), "reply": told}),))


def _call(new: NewExchange, now: datetime) -> dict[str, Any]:
    return {
        "message_id": str(new.message_id),
        "contact_id": str(new.contact_id),
        "conversation_id": str(new.conversation_id),
        "owner": str(new.owner),
        "kind": new.kind,
        "value": identity_value(new.kind, new.value),
        "channel": Channel.OPENAI.value,
        "external_id": new.key or str(new.message_id),
        "is_keyed": new.key is not None,
        "text": new.text,
        "at": now.isoformat(),
        "lease_seconds": new.lease_seconds,
    }

"""What this package keeps about a contact: exported, erased, forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from understudy.conversations.domain import Contact, ContactNotFound
from understudy.conversations.store.rows import contact_of
from understudy.conversations.tables import contact
from understudy.infra.database import Tx
from understudy.kit.ids import uuid_at

OF_CONTACT = {
    # Table → which of its rows are a contact's; in the order in which they can be deleted.
    "message_embedding": """message_id IN (
        SELECT id FROM message WHERE company_id = %(company)s AND contact_id = %(of)s)""",
    "feedback": "contact_id = %(of)s",
    "correction": "contact_id = %(of)s",
    "escalation": "contact_id = %(of)s",
    "message": "contact_id = %(of)s",
    "conversation": "contact_id = %(of)s",
    "contact_identity": "contact_id = %(of)s",
    "contact": "id = %(of)s",
}
LEASE_COLUMNS = ["lease_owner", "lease_until"]

_ROWS = "SELECT to_jsonb(t) - %(without)s::text[] FROM {table} t WHERE company_id = %(company)s AND {where} ORDER BY 1"
_ERASE = "DELETE FROM {table} WHERE company_id = %(company)s AND {where}"
# The lock that `receive_message` takes first: nothing of these contacts can come in while they are being erased.
_LOCK = """
SELECT pg_advisory_xact_lock(hashtextextended(concat_ws(' ', company_id, kind, value), 41)) FROM (
    SELECT company_id, kind, value FROM contact_identity
    WHERE company_id = %s AND contact_id = ANY(%s) ORDER BY kind, value
) i
"""
# As everybody does who writes in a conversation: its row first, then its messages.
_LOCK_CONVERSATIONS = "SELECT FROM conversation WHERE company_id = %s AND contact_id = %s ORDER BY id FOR UPDATE"
_FIND_IDENTITY = "SELECT contact_id FROM contact_identity WHERE company_id = %s AND kind = %s AND value = %s"
# Identifiers begin with the moment they were made, so the primary key finds what is old.
_FORGET_MESSAGES = """
DELETE FROM message WHERE company_id = %(company)s AND id IN (
    SELECT id FROM message WHERE company_id = %(company)s AND id < %(oldest)s ORDER BY id LIMIT %(limit)s)
"""
_FORGET_CONVERSATIONS = """
DELETE FROM conversation WHERE company_id = %(company)s AND id IN (
    SELECT c.id FROM conversation c
    WHERE c.company_id = %(company)s AND c.id < %(oldest)s AND c.last_message_at < %(before)s
        AND NOT EXISTS (
            SELECT FROM message m WHERE m.company_id = %(company)s AND m.conversation_id = c.id)
    ORDER BY c.id LIMIT %(limit)s)
"""
_SILENT_CONTACTS = """
SELECT p.id FROM contact p
WHERE p.company_id = %(company)s AND p.id < %(oldest)s
    AND NOT EXISTS (SELECT FROM conversation c WHERE c.company_id = %(company)s AND c.contact_id = p.id)
ORDER BY p.id LIMIT %(limit)s
"""
_FORGET_CONTACTS = """
DELETE FROM contact p WHERE p.company_id = %(company)s AND p.id = ANY(%(silent)s)
    AND NOT EXISTS (SELECT FROM conversation c WHERE c.company_id = %(company)s AND c.contact_id = p.id)
"""
MAX_LOCKS = 50
"""Contacts forgotten in one transaction; each is an advisory lock or more in a table that all sessions share."""


class ConversationTables:
    """The tables of this package, as every package describes those that hold something about a contact."""

    tables = frozenset(OF_CONTACT)

    async def export(self, tx: Tx, contact_id: UUID) -> Mapping[str, list[dict[str, Any]]]:
        """Everything kept about a contact: table → rows as JSON values."""
        exported = {}
        for table, where in reversed(OF_CONTACT.items()):
            query = _ROWS.format(table=table, where=where)
            values = {"company": tx.company_id, "of": contact_id, "without": LEASE_COLUMNS}
            rows = await (await tx.raw.execute(query, values)).fetchall()
            exported[table] = [row[0] for row in rows]
        return exported

    async def erase(self, tx: Tx, contact_id: UUID) -> Mapping[str, int]:
        """Deletes it all: table → number of rows."""
        erased = {}
        for table, where in OF_CONTACT.items():
            query = _ERASE.format(table=table, where=where)
            cursor = await tx.raw.execute(query, {"company": tx.company_id, "of": contact_id})
            erased[table] = cursor.rowcount
        return erased

    async def forget(self, tx: Tx, before: datetime, limit: int) -> int:
        """Deletes old messages with what hangs on them, then conversations and contacts of which nothing is left."""
        oldest = uuid_at(int(before.timestamp() * 1000), bytes(10))
        values = {"company": tx.company_id, "oldest": oldest, "before": before, "limit": limit}
        for statement in (_FORGET_MESSAGES, _FORGET_CONVERSATIONS):
            cursor = await tx.raw.execute(statement, values)
            if cursor.rowcount:
                return cursor.rowcount
        rows = await tx.raw.execute(_SILENT_CONTACTS, values | {"limit": min(limit, MAX_LOCKS)})
        silent = [row[0] for row in await rows.fetchall()]
        if not silent:
            return 0
        await tx.raw.execute(_LOCK, (tx.company_id, silent))
        cursor = await tx.raw.execute(_FORGET_CONTACTS, {"company": tx.company_id, "silent": silent})
        return cursor.rowcount


async def find_contact(tx: Tx, contact_id: UUID) -> Contact:
    """The contact; raises `ContactNotFound`."""
    query = select(contact).where(contact.c.company_id == tx.company_id, contact.c.id == contact_id)
    row = (await tx.sa.execute(query)).one_or_none()
    if row is None:
        raise ContactNotFound(f"there is no contact {contact_id}")
    return contact_of(row._mapping)


async def find_identity(tx: Tx, kind: str, value: str) -> UUID:
    """The contact that an identity names; raises `ContactNotFound`."""
    row = await (await tx.raw.execute(_FIND_IDENTITY, (tx.company_id, kind, value))).fetchone()
    if row is None:
        raise ContactNotFound(f"there is no contact with this {kind}")
    found: UUID = row[0]
    return found


async def lock_contact(tx: Tx, contact_id: UUID) -> None:
    """Keeps everybody from the contact until the transaction ends; raises `ContactNotFound`."""
    await tx.raw.execute(_LOCK, (tx.company_id, [contact_id]))
    await tx.raw.execute(_LOCK_CONVERSATIONS, (tx.company_id, contact_id))
    await find_contact(tx, contact_id)

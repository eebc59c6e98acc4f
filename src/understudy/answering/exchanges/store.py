"""The only SQL of exchanges with providers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from pydantic_core import to_jsonable_python
from sqlalchemy import delete, select

from understudy.answering.exchanges.domain import Exchange, read, stored
from understudy.answering.exchanges.tables import exchange
from understudy.infra.database import Tx

_ADD = """
INSERT INTO exchange (company_id, id, message_id, contact_id, call_ids, prompt, completion, prompt_version, at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_OF_MESSAGE = """
SELECT id, message_id, contact_id, call_ids, prompt, completion, prompt_version, at FROM exchange
WHERE company_id = %s AND message_id = %s ORDER BY id
"""


async def add_exchange(tx: Tx, made: Exchange) -> None:
    """Keeps an exchange; its message must be there."""
    prompt = Jsonb(_without_nul(stored(made.prompt)))
    values = (made.id, made.message_id, made.contact_id, list(made.call_ids), prompt)
    told = (_without_nul(made.completion), made.prompt_version, made.at)
    await tx.raw.execute(_ADD, (tx.company_id, *values, *told))


async def exchanges_of(tx: Tx, message_id: UUID) -> Sequence[Exchange]:
    """The exchanges about a message, in their order."""
    async with tx.raw.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_OF_MESSAGE, (tx.company_id, message_id))
        rows = await cursor.fetchall()
    return [Exchange(**{**row, "prompt": read(row["prompt"]), "call_ids": tuple(row["call_ids"])}) for row in rows]


async def export_contact(tx: Tx, contact_id: UUID) -> list[dict[str, Any]]:
    """The rows about a contact, as JSON values."""
    rows = await tx.sa.execute(select(exchange).where(exchange.c.contact_id == contact_id).order_by(exchange.c.id))
    return [to_jsonable_python(dict(row._mapping)) for row in rows]


async def erase_contact(tx: Tx, contact_id: UUID) -> int:
    """Deletes the rows about a contact; says how many."""
    return (await tx.sa.execute(delete(exchange).where(exchange.c.contact_id == contact_id))).rowcount


def _without_nul(value: Any) -> Any:
    """A model may say NUL, which PostgreSQL keeps in no text."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, list):
        return [_without_nul(one) for one in value]
    return {name: _without_nul(one) for name, one in value.items()} if isinstance(value, dict) else value

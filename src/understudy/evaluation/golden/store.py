"""The only SQL of golden cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from pydantic_core import to_jsonable_python
from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql.elements import ColumnElement

from understudy.conversations.tables import message
from understudy.evaluation.domain import GoldenCase, GoldenCaseNotFound, Origin
from understudy.evaluation.golden.domain import KeptCase
from understudy.evaluation.tables import golden_case, golden_set
from understudy.infra.database import Tx

_CASE = [column for column in golden_case.columns if column.name not in ("company_id", "encoder", "vector")]


async def version_of(tx: Tx) -> int:
    """The version of the company's set; 0 before the first case."""
    return (await tx.sa.execute(select(golden_set.c.version))).scalar_one_or_none() or 0


async def lock_version(tx: Tx) -> int:
    """The version of the set; others who change it wait until this transaction ends."""
    await tx.sa.execute(upsert(golden_set).values(company_id=tx.company_id, version=0).on_conflict_do_nothing())
    version: int = (await tx.sa.execute(select(golden_set.c.version).with_for_update())).scalar_one()
    return version


async def set_version(tx: Tx, version: int) -> None:
    """Counts a change of the set, which is locked."""
    await tx.sa.execute(update(golden_set).where(golden_set.c.company_id == tx.company_id).values(version=version))


async def list_cases(tx: Tx, version: int | None, *, after: UUID | None, limit: int) -> list[GoldenCase]:
    """Cases of a version of the set (None: as it is now), oldest first."""
    query = select(*_CASE).where(_within(version)).order_by(golden_case.c.id).limit(limit)
    if after is not None:
        query = query.where(golden_case.c.id > after)
    return [_case(row._mapping) for row in await tx.sa.execute(query)]


async def count_cases(tx: Tx) -> int:
    """How many cases the set holds."""
    return int((await tx.sa.execute(select(func.count()).where(_within(None)))).scalar_one())


async def find_case(tx: Tx, case_id: UUID) -> GoldenCase:
    """A case, also one that was dropped; raises `GoldenCaseNotFound`."""
    row = (await tx.sa.execute(select(*_CASE).where(golden_case.c.id == case_id))).one_or_none()
    if row is None:
        raise GoldenCaseNotFound(f"there is no golden case {case_id}")
    return _case(row._mapping)


async def cases_with(tx: Tx, texts: Sequence[str]) -> Mapping[str, GoldenCase]:
    """The cases of the set that have one of these texts, by text."""
    query = select(*_CASE).where(_within(None), golden_case.c.text.in_(texts))
    return {row.text: _case(row._mapping) for row in await tx.sa.execute(query)}


async def add_cases(tx: Tx, kept: Sequence[KeptCase]) -> None:
    """Adds cases."""
    rows = [
        {
            "company_id": tx.company_id,
            "id": one.case.id,
            "text": one.case.text,
            "expected": one.case.expected,
            "language": one.case.language,
            "origin": one.case.origin.value,
            "since": one.case.since,
            "until": None,
            "message_id": one.case.message_id,
            "note": one.case.note,
            "added_by": one.case.added_by,
            "added_at": one.case.added_at,
            "encoder": one.encoder,
            "vector": one.vector.astype(np.float16).tobytes(),
        }
        for one in kept
    ]
    await tx.sa.execute(insert(golden_case), rows)


async def drop_cases(tx: Tx, case_ids: Sequence[UUID], version: int) -> int:
    """Takes cases out of the set from this version on; says how many."""
    here = (golden_case.c.id.in_(case_ids), golden_case.c.until.is_(None))
    return (await tx.sa.execute(update(golden_case).where(*here).values(until=version))).rowcount


async def load_cases(tx: Tx) -> list[KeptCase]:
    """All cases of the set as it is now, with their embeddings."""
    query = select(golden_case).where(_within(None)).order_by(golden_case.c.id)
    return [
        KeptCase(_case(row._mapping), row.encoder, np.frombuffer(row.vector, np.float16).astype(np.float32))
        for row in await tx.sa.execute(query)
    ]


async def export_contact(tx: Tx, contact_id: UUID) -> list[dict[str, Any]]:
    """The cases made of a contact's messages, as JSON values."""
    query = select(*_CASE).where(_of_contact(contact_id))
    return [to_jsonable_python(dict(row._mapping)) for row in await tx.sa.execute(query)]


async def erase_contact(tx: Tx, contact_id: UUID) -> int:
    """Deletes the cases made of a contact's messages, in all versions of the set; says how many."""
    return (await tx.sa.execute(delete(golden_case).where(_of_contact(contact_id)))).rowcount


def _of_contact(contact_id: UUID) -> ColumnElement[bool]:
    return golden_case.c.message_id.in_(select(message.c.id).where(message.c.contact_id == contact_id))


def _within(version: int | None) -> ColumnElement[bool]:
    if version is None:
        return golden_case.c.until.is_(None)
    is_still = or_(golden_case.c.until.is_(None), golden_case.c.until > version)
    return and_(golden_case.c.since <= version, is_still)


def _case(row: Mapping[Any, Any]) -> GoldenCase:
    values = {column.name: row[column.name] for column in _CASE}
    return GoldenCase(**{**values, "origin": Origin(values["origin"])})

"""Questions of a company and of a trade: the same columns on two shelves, each with a counter of its changes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from understudy.infra.database import Tx
from understudy.templates.domain import QaEntry, Reply
from understudy.templates.matching.company.compiled import words_of
from understudy.templates.records import Edited, KeptQuestion, QuestionExists, QuestionNotFound
from understudy.templates.store.tables import (
    qa_entry,
    qa_version,
    trade_qa_change,
    trade_qa_entry,
    trade_qa_version,
)


@dataclass(frozen=True, slots=True)
class QuestionShelf:
    """Where questions stand: the table and its counter, and the value of the column that says whose they are."""

    table: Table
    counter: Table
    column: str
    whose: UUID | str

    @property
    def mine(self) -> Any:
        """The condition that a row stands on this shelf."""
        return self.table.c[self.column] == self.whose


def of_company(company_id: UUID) -> QuestionShelf:
    """The questions of a company."""
    return QuestionShelf(qa_entry, qa_version, "company_id", company_id)


def of_trade(trade: str) -> QuestionShelf:
    """The questions that a trade shares."""
    return QuestionShelf(trade_qa_entry, trade_qa_version, "trade", trade)


async def add_questions(tx: Tx, shelf: QuestionShelf, kept: Sequence[KeptQuestion]) -> None:
    """Adds questions; raises `QuestionExists` when one is there, and then adds none."""
    rows = [{"id": one.entry.id, shelf.column: shelf.whose, **_columns(one)} for one in kept]
    try:
        async with tx.sa.begin_nested():
            await tx.sa.execute(insert(shelf.table), rows)
    except IntegrityError as error:
        raise await _exists(tx, shelf, kept) from error


async def find_question(tx: Tx, shelf: QuestionShelf, entry_id: UUID, *, lock: bool = False) -> KeptQuestion:
    """A question; raises `QuestionNotFound`."""
    query = select(shelf.table).where(shelf.mine, shelf.table.c.id == entry_id)
    row = (await tx.sa.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        raise QuestionNotFound(f"there is no question {entry_id}")
    return _kept(row)


async def list_questions(tx: Tx, shelf: QuestionShelf, *, after: UUID | None, limit: int) -> list[KeptQuestion]:
    """Questions, oldest first, from the one after `after`."""
    query = select(shelf.table).where(shelf.mine).order_by(shelf.table.c.id).limit(limit)
    if after is not None:
        query = query.where(shelf.table.c.id > after)
    return [_kept(row) for row in await tx.sa.execute(query)]


async def change_question(tx: Tx, shelf: QuestionShelf, kept: KeptQuestion) -> None:
    """Writes a question over the one of its id; raises `QuestionExists`."""
    query = update(shelf.table).where(shelf.mine, shelf.table.c.id == kept.entry.id).values(**_columns(kept))
    try:
        async with tx.sa.begin_nested():
            await tx.sa.execute(query)
    except IntegrityError as error:
        raise await _exists(tx, shelf, [kept]) from error


async def delete_question(tx: Tx, shelf: QuestionShelf, entry_id: UUID) -> None:
    """Deletes a question."""
    await tx.sa.execute(delete(shelf.table).where(shelf.mine, shelf.table.c.id == entry_id))


async def count_texts(tx: Tx, shelf: QuestionShelf) -> int:
    """How many questions and variants stand on a shelf."""
    texts = func.coalesce(func.sum(func.cardinality(shelf.table.c.variants) + 1), 0)
    found: int = (await tx.sa.execute(select(texts).where(shelf.mine))).scalar_one()
    return int(found)


async def count_change(tx: Tx, shelf: QuestionShelf) -> int:
    """Counts one more change of a shelf; gives back its new version."""
    query = upsert(shelf.counter).values(**{shelf.column: shelf.whose, "version": 1})
    raised = {"version": shelf.counter.c.version + literal(1)}
    query = query.on_conflict_do_update(index_elements=[shelf.column], set_=raised)
    version: int = (await tx.sa.execute(query.returning(shelf.counter.c.version))).scalar_one()
    return version


async def trade_of(tx: Tx, entry_id: UUID) -> str:
    """The trade of a shared question; raises `QuestionNotFound`."""
    query = select(trade_qa_entry.c.trade).where(trade_qa_entry.c.id == entry_id)
    trade: str | None = (await tx.sa.execute(query)).scalar_one_or_none()
    if trade is None:
        raise QuestionNotFound(f"there is no question {entry_id}")
    return trade


async def reply_changes(tx: Tx, entry_ids: Sequence[UUID]) -> dict[UUID, Reply | None]:
    """What the transaction's company does with these shared questions: its own reply, or None to hide one."""
    query = select(trade_qa_change).where(
        trade_qa_change.c.company_id == tx.company_id, trade_qa_change.c.entry_id.in_(entry_ids)
    )
    rows = await tx.sa.execute(query)
    return {row.entry_id: None if row.is_hidden else Reply(row.reply_short, row.reply_full) for row in rows}


async def put_reply_change(tx: Tx, entry_id: UUID, reply: Reply | None, edited: Edited) -> None:
    """Overrides the reply of a shared question for the transaction's company, or hides it."""
    values = {
        "is_hidden": reply is None,
        "reply_short": reply.short if reply else "",
        "reply_full": reply.full if reply else "",
        "changed_by": edited.by,
        "changed_at": edited.at,
    }
    query = upsert(trade_qa_change).values(company_id=tx.company_id, entry_id=entry_id, **values)
    await tx.sa.execute(query.on_conflict_do_update(index_elements=["company_id", "entry_id"], set_=values))


async def delete_reply_change(tx: Tx, entry_id: UUID) -> None:
    """Answers a shared question as the trade does again."""
    mine = (trade_qa_change.c.company_id == tx.company_id, trade_qa_change.c.entry_id == entry_id)
    await tx.sa.execute(delete(trade_qa_change).where(*mine))


def _question_hash(entry: QaEntry) -> bytes:
    """The same for questions that differ in case, accents and punctuation only."""
    return hashlib.sha256(" ".join(words_of(entry.question) or (entry.question,)).encode()).digest()


def _columns(kept: KeptQuestion) -> dict[str, Any]:
    return {
        "question": kept.entry.question,
        "question_hash": _question_hash(kept.entry),
        "variants": list(kept.entry.variants),
        "reply_short": kept.entry.reply.short,
        "reply_full": kept.entry.reply.full,
        "revision": kept.edited.revision,
        "encoder": kept.encoder,
        "vectors": kept.vectors,
        "changed_by": kept.edited.by,
        "changed_at": kept.edited.at,
    }


def _kept(row: Any) -> KeptQuestion:
    return KeptQuestion(
        entry=QaEntry(row.id, row.question, tuple(row.variants), Reply(row.reply_short, row.reply_full)),
        edited=Edited(row.revision, row.changed_by, row.changed_at),
        encoder=row.encoder,
        vectors=row.vectors,
    )


async def _exists(tx: Tx, shelf: QuestionShelf, kept: Sequence[KeptQuestion]) -> QuestionExists:
    hashes = [_question_hash(one.entry) for one in kept]
    query = select(shelf.table.c.id, shelf.table.c.question).where(shelf.mine, shelf.table.c.question_hash.in_(hashes))
    known = (await tx.sa.execute(query.limit(1))).one_or_none()
    named = f'"{known.question}" ({known.id})' if known else "of those given, some are the same"
    return QuestionExists(
        f"the same question is there already: {named}", field="question", remedy="change that one, or add a variant"
    )

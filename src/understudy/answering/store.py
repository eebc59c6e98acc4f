"""The only SQL of decisions and turns. The hot path is raw psycopg: one statement for each thing stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from pydantic_core import to_jsonable_python
from sqlalchemy import delete, select

from understudy.answering import paid
from understudy.answering.domain import (
    Candidate,
    Choice,
    Circumstances,
    Decision,
    DecisionNotFound,
    DecisionQuery,
    FallbackKind,
    Hearing,
    Offer,
    Option,
    Outcome,
    RungName,
    RungTrace,
    Spending,
    Subject,
    Verdict,
)
from understudy.answering.tables import answer_turn, decision
from understudy.infra.database import Tx
from understudy.templates.domain import Action

_COLUMNS = tuple(column.name for column in decision.columns)
_ADD = (
    f"INSERT INTO decision ({', '.join(_COLUMNS)}) VALUES ({', '.join(f'%({name})s' for name in _COLUMNS)}) "
    "ON CONFLICT (company_id, message_id) DO NOTHING"
)
_ADD_ABOUT_KEPT = _ADD.replace(
    "%(contact_id)s",
    "(SELECT contact_id FROM message WHERE company_id = %(company_id)s AND id = %(message_id)s)",
)
_TRACE = tuple(field.name for field in fields(RungTrace))
_CANDIDATE = tuple(field.name for field in fields(Candidate))
_FLAT = {kind: tuple(field.name for field in fields(kind)) for kind in (Subject, Choice, Hearing, Circumstances)}
_ONE = f"SELECT {', '.join(_COLUMNS)} FROM decision WHERE "
_NEXT_TURN = """
INSERT INTO answer_turn (company_id, contact_id, answer, turns, heard_at) VALUES (%s, %s, %s, 1, %s)
ON CONFLICT (company_id, contact_id, answer)
DO UPDATE SET turns = answer_turn.turns + 1, heard_at = excluded.heard_at
RETURNING turns - 1
"""
_FORGET_TURNS = """
DELETE FROM answer_turn WHERE ctid IN (SELECT ctid FROM answer_turn WHERE heard_at < %s LIMIT %s)
"""


async def next_turn(tx: Tx, contact_id: UUID, answer: str, at: datetime) -> int:
    """How often this contact heard this answer before; counts this time, one transaction after the other."""
    row = await (await tx.raw.execute(_NEXT_TURN, (tx.company_id, contact_id, answer, at))).fetchone()
    assert row is not None
    return int(row[0])


async def add_decision(tx: Tx, made: Decision) -> None:
    """Adds a decision; a message keeps the first one made."""
    await tx.raw.execute(_ADD, _row(tx, made))


async def add_decision_about_kept(tx: Tx, made: Decision) -> None:
    """As `add_decision`, about a message whose contact only the database knows."""
    await tx.raw.execute(_ADD_ABOUT_KEPT, _row(tx, made))


async def drop_decision(tx: Tx, message_id: UUID) -> None:
    """Drops the decision about a message that is decided about anew, because the first try failed."""
    await tx.raw.execute("DELETE FROM decision WHERE company_id = %s AND message_id = %s", (tx.company_id, message_id))


async def find_decision(tx: Tx, decision_id: UUID) -> Decision:
    """The decision; raises `DecisionNotFound`."""
    found = await _one(tx, "id = %s", decision_id)
    if found is None:
        raise DecisionNotFound(f"there is no decision {decision_id}")
    return found


async def decision_of(tx: Tx, message_id: UUID) -> Decision | None:
    """The decision about a message, if one was made."""
    return await _one(tx, "message_id = %s", message_id)


async def last_of(tx: Tx, conversation_id: UUID, limit: int) -> list[Decision]:
    """The last decisions of a conversation, newest first."""
    async with tx.raw.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_ONE + "conversation_id = %s ORDER BY id DESC LIMIT %s", (conversation_id, limit))
        return [decision_in(row) for row in await cursor.fetchall()]


async def list_decisions(tx: Tx, query: DecisionQuery) -> list[Decision]:
    """Decisions, newest first."""
    wanted = select(decision).order_by(decision.c.id.desc()).limit(query.limit)
    if query.before is not None:
        wanted = wanted.where(decision.c.id < query.before)
    for name in ("rung", "outcome", "conversation_id", "contact_id"):
        if (value := getattr(query, name)) is not None:
            wanted = wanted.where(decision.c[name] == value)
    return [decision_in(row._mapping) for row in await tx.sa.execute(wanted)]


async def export_contact(tx: Tx, contact_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Everything here about a contact: table → rows as JSON values."""
    found = {}
    for table in (decision, answer_turn):
        rows = await tx.sa.execute(select(table).where(table.c.contact_id == contact_id))
        found[table.name] = [to_jsonable_python(dict(row._mapping)) for row in rows]
    return found


async def erase_contact(tx: Tx, contact_id: UUID) -> dict[str, int]:
    """Deletes everything here about a contact: table → number of rows."""
    return {
        table.name: (await tx.sa.execute(delete(table).where(table.c.contact_id == contact_id))).rowcount
        for table in (decision, answer_turn)
    }


async def forget_turns(tx: Tx, before: datetime, limit: int) -> int:
    """Forgets turns not taken since; says how many. Decisions go with their messages."""
    return (await tx.raw.execute(_FORGET_TURNS, (before, limit))).rowcount


async def _one(tx: Tx, condition: str, value: UUID) -> Decision | None:
    async with tx.raw.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_ONE + condition, (value,))
        row = await cursor.fetchone()
    return decision_in(row) if row else None


def _row(tx: Tx, made: Decision) -> dict[str, Any]:
    choice, spending, circumstances = made.choice, made.spending, made.circumstances
    return {
        "company_id": tx.company_id,
        "id": made.id,
        "decided_at": made.decided_at,
        "latency_us": made.latency_us,
        "rungs": Jsonb([_stored(trace) for trace in made.rungs]),
        **_flat(made.about),
        **_flat(choice),
        "offer": Jsonb(asdict(choice.offer)) if choice.offer else None,
        "notices": list(choice.notices),
        "cost_micros": spending.cost_micros,
        "counterfactual_micros": spending.counterfactual_micros,
        "counterfactual_method": spending.method,
        **_flat(made.hearing),
        **_flat(circumstances),
        "experiment_arms": Jsonb(dict(circumstances.experiment_arms)),
    }


def _flat(part: Subject | Choice | Hearing | Circumstances) -> dict[str, Any]:
    return {name: getattr(part, name) for name in _FLAT[type(part)]}


def _stored(trace: RungTrace) -> dict[str, Any]:
    """A trace as JSON values; by hand, because `asdict` copies deeply, which costs more than the statement."""
    values = {name: getattr(trace, name) for name in _TRACE}
    for name in ("best", "second"):
        if (candidate := values[name]) is not None:
            values[name] = {field: getattr(candidate, field) for field in _CANDIDATE}
    values["paid"] = paid.stored(trace.paid) if trace.paid else None
    return values


def decision_in(row: Mapping[Any, Any]) -> Decision:
    """The decision that a row holds."""
    return Decision(
        id=row["id"],
        decided_at=row["decided_at"],
        about=Subject(row["message_id"], row["conversation_id"], row["contact_id"], row["reply_id"]),
        choice=Choice(
            outcome=Outcome(row["outcome"]),
            path=row["path"],
            rung=RungName(row["rung"]) if row["rung"] else None,
            confidence=row["confidence"],
            answered_by=row["answered_by"],
            action=Action(row["action"]),
            fallback_kind=FallbackKind(row["fallback_kind"]) if row["fallback_kind"] else None,
            offer=_offer(row["offer"]),
            notices=tuple(row["notices"]),
        ),
        rungs=tuple(_trace(trace) for trace in row["rungs"]),
        spending=Spending(row["cost_micros"], row["counterfactual_micros"], row["counterfactual_method"]),
        hearing=Hearing(row["language"], row["sentiment"], row["urgency"]),
        circumstances=Circumstances(
            settings_version=row["settings_version"],
            is_vip=row["is_vip"],
            min_confidence=row["min_confidence"],
            experiment_arms=row["experiment_arms"],
        ),
        latency_us=row["latency_us"],
    )


def _trace(stored: Mapping[str, Any]) -> RungTrace:
    candidates = {name: Candidate(**stored[name]) if stored[name] else None for name in ("best", "second")}
    names = {"rung": RungName(stored["rung"]), "verdict": Verdict(stored["verdict"])}
    told = stored.get("paid")
    return RungTrace(**{**stored, **names, **candidates, "paid": paid.read(told) if told else None})


def _offer(stored: Mapping[str, Any] | None) -> Offer | None:
    if stored is None:
        return None
    options = (Option(option["key"], option["title"], tuple(option["words"])) for option in stored["options"])
    return Offer(RungName(stored["rung"]), tuple(options))

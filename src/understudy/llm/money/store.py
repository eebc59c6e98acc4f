"""The only SQL of budgets. Whatever moves money is one statement, by the clock of the database.

`at` everywhere: the moment it is; None: what the database's clock says. Locks are taken in the order hold, window; the
sweep passes over holds that somebody is closing, so that nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from sqlalchemy import func, select

from understudy.infra.database import Database, Tx
from understudy.llm.bills import Bill, Hold
from understudy.llm.domain import Pot
from understudy.llm.money.domain import KEEP_HOLDS, Closed, HoldState, Sums
from understudy.llm.money.tables import budget_hold, budget_window
from understudy.llm.money.windows import Span

OPEN = (HoldState.HELD, HoldState.SENT)
DELETED_AT_ONCE = 1_000
"""Closed holds of old that one sweep deletes at most."""

# A hold that a crash of the database forgets was never sent, since `_SENT` writes the log up to its own commit to the
# disk; so this one need not wait for the disk while it has the window's row.
_PLACE = """
WITH wanted AS (
    SELECT coalesce(%(at)s::timestamptz, statement_timestamp()) AS at,
        (%(asked)s::bigint * coalesce(
            (SELECT percent FROM hold_factor WHERE company_id = %(company)s AND model = %(model)s), 100
        ) + 99) / 100 AS amount,
        set_config('synchronous_commit', 'off', true)
), taken AS (
    UPDATE budget_window w SET held_micros = w.held_micros + wanted.amount, cap_micros = %(cap)s
    FROM wanted
    WHERE w.company_id = %(company)s AND w.pot = %(pot)s AND w.ends_at > wanted.at
        AND (wanted.amount = 0 OR w.spent_micros + w.held_micros + wanted.amount <= %(cap)s)
    RETURNING w.month, wanted.amount, wanted.at
)
INSERT INTO budget_hold
    (company_id, id, pot, month, model, state, asked_micros, amount_micros, placed_at, due_at)
SELECT %(company)s, %(id)s, %(pot)s, month, %(model)s, 'held', %(asked)s, amount, at,
    at + make_interval(secs => %(seconds)s)
FROM taken
RETURNING month, amount_micros
"""
_SENT = """
UPDATE budget_hold
SET state = 'sent', due_at = coalesce(%(at)s::timestamptz, statement_timestamp()) + make_interval(secs => %(seconds)s)
WHERE company_id = %(company)s AND id = %(id)s AND state IN ('held', 'sent')
RETURNING id
"""
_SUMS = "w.month, w.cap_micros, w.spent_micros, w.held_micros, w.announced_percent"
_CLOSE = f"""
WITH old AS (
    SELECT * FROM budget_hold WHERE company_id = %(company)s AND id = %(id)s FOR UPDATE
), due AS (
    SELECT *,
        CASE WHEN state IN ('held', 'sent') THEN amount_micros ELSE 0 END AS back,
        coalesce(%(cost)s, CASE WHEN state IN ('released', 'expired') THEN 0 ELSE amount_micros END) AS booked
    FROM old WHERE state <> 'settled'
), closed AS (
    UPDATE budget_hold h SET state = %(state)s, cost_micros = due.booked,
        due_at = coalesce(%(at)s::timestamptz, statement_timestamp()) + %(keep)s
    FROM due WHERE h.company_id = due.company_id AND h.id = due.id
)
UPDATE budget_window w SET held_micros = w.held_micros - due.back,
    spent_micros = w.spent_micros + due.booked - coalesce(due.cost_micros, 0)
FROM due WHERE w.company_id = due.company_id AND w.pot = due.pot AND w.month = due.month
RETURNING due.asked_micros, due.amount_micros, due.booked, {_SUMS}
"""
_RECOVER = f"""
WITH due AS (
    SELECT id, state FROM budget_hold
    WHERE company_id = %(company)s AND pot = %(pot)s AND month = %(month)s AND state IN ('held', 'sent')
        AND due_at <= coalesce(%(at)s::timestamptz, statement_timestamp())
    FOR UPDATE SKIP LOCKED
), closed AS (
    UPDATE budget_hold h SET state = CASE due.state WHEN 'held' THEN 'expired' ELSE 'orphaned' END,
        cost_micros = CASE due.state WHEN 'held' THEN 0 ELSE h.amount_micros END, due_at = h.due_at + %(keep)s
    FROM due WHERE h.company_id = %(company)s AND h.id = due.id
    RETURNING h.amount_micros, h.cost_micros
), sums AS (
    SELECT count(*) AS holds, sum(amount_micros)::bigint AS back, sum(cost_micros)::bigint AS booked FROM closed
)
UPDATE budget_window w SET held_micros = w.held_micros - sums.back, spent_micros = w.spent_micros + sums.booked
FROM sums WHERE sums.holds > 0 AND w.company_id = %(company)s AND w.pot = %(pot)s AND w.month = %(month)s
RETURNING sums.holds, {_SUMS}
"""
_LOCK = f"""
SELECT {_SUMS} FROM budget_window w
WHERE w.company_id = %(company)s AND w.pot = %(pot)s
    AND w.ends_at > coalesce(%(at)s::timestamptz, statement_timestamp())
FOR UPDATE
"""
_LAST = """
SELECT coalesce(%(at)s::timestamptz, statement_timestamp()), w.month, w.starts_at, w.ends_at
FROM (SELECT) AS one LEFT JOIN LATERAL (
    SELECT * FROM budget_window WHERE company_id = %(company)s AND pot = %(pot)s ORDER BY month DESC LIMIT 1
) w ON true
"""
_OPEN = """
INSERT INTO budget_window
    (company_id, pot, month, starts_at, ends_at, cap_micros, spent_micros, held_micros, announced_percent)
VALUES (%(company)s, %(pot)s, %(month)s, %(starts_at)s, %(ends_at)s, %(cap)s, 0, 0, 0)
"""
_WIDEN = """
INSERT INTO hold_factor (company_id, model, percent) VALUES (%(company)s, %(model)s, %(percent)s)
ON CONFLICT (company_id, model) DO UPDATE SET percent = greatest(hold_factor.percent, excluded.percent)
"""
_ANNOUNCED = """
UPDATE budget_window SET announced_percent = %(percent)s
WHERE company_id = %(company)s AND pot = %(pot)s AND month = %(month)s
"""
_DELETE = """
DELETE FROM budget_hold WHERE ctid IN (
    SELECT ctid FROM budget_hold
    WHERE due_at <= coalesce(%(at)s::timestamptz, statement_timestamp()) AND state NOT IN ('held', 'sent')
    LIMIT %(limit)s
)
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A window: whose, of which budget, of which month."""

    company_id: UUID
    pot: Pot
    month: str


@dataclass(frozen=True, slots=True)
class Request:
    """A hold that is asked for; it expires after so many `seconds` unless it is sent."""

    id: UUID
    bill: Bill
    model: str
    asked_micros: int
    seconds: float


async def place_at_once(database: Database, wanted: Request, at: datetime | None) -> Hold | None:
    """As `place`, in a transaction of its own, of one round trip: the window's row is locked for that long only."""
    return _placed(wanted, await database.once(wanted.bill.company_id, _PLACE, _wanted(wanted, at)))


async def place_and_send(database: Database, wanted: Request, seconds: float, at: datetime | None) -> Hold | None:
    """`place_at_once` and `send` in one round trip, a commit each; None: nothing was taken, or it is open no more."""
    sent = {"company": wanted.bill.company_id, "id": wanted.id, "seconds": seconds, "at": at}
    placed, marked = await database.each(wanted.bill.company_id, ((_PLACE, _wanted(wanted, at)), (_SENT, sent)))
    return _placed(wanted, placed if marked else None)


async def place(tx: Tx, wanted: Request, at: datetime | None) -> Hold | None:
    """Takes the money out of the running window; None: there is too little left, or no window."""
    return _placed(wanted, await _one(tx, _PLACE, **_wanted(wanted, at)))


def _wanted(wanted: Request, at: datetime | None) -> dict[str, Any]:
    bill = wanted.bill
    return {
        "company": bill.company_id,
        "pot": bill.pot,
        "cap": bill.cap_micros,
        "id": wanted.id,
        "at": at,
        "model": wanted.model,
        "asked": wanted.asked_micros,
        "seconds": wanted.seconds,
    }


def _placed(wanted: Request, row: Any) -> Hold | None:
    bill = wanted.bill
    return None if row is None else Hold(wanted.id, bill.company_id, bill.pot, row[0], row[1], wanted.model)


async def send(database: Database, hold: Hold, seconds: float, at: datetime | None) -> bool:
    """Marks the hold as sent, on the disk; it is an orphan after so many seconds. False: it is open no more."""
    values = {"company": hold.company_id, "id": hold.id, "seconds": seconds, "at": at}
    return await database.once(hold.company_id, _SENT, values) is not None


async def close(tx: Tx, hold_id: UUID, state: HoldState, cost_micros: int | None, at: datetime | None) -> Closed | None:
    """Books what the call cost, None: its worst case; the rest comes back. None: it was settled before, or is gone.

    An orphan's worst case is replaced by what the call cost after all.
    """
    values = {"company": tx.company_id, "id": hold_id, "state": state, "cost": cost_micros, "keep": KEEP_HOLDS}
    row = await _one(tx, _CLOSE, **values, at=at)
    return None if row is None else Closed(row[0], row[1], row[2], Sums(*row[3:]))


async def booked(tx: Tx, hold: Hold) -> int | None:
    """What was booked for the hold; None: it is gone."""
    row = await _one(
        tx,
        "SELECT cost_micros FROM budget_hold WHERE company_id = %(company)s AND id = %(id)s",
        company=hold.company_id,
        id=hold.id,
    )
    return None if row is None else int(row[0])


async def recover(tx: Tx, place: Place, at: datetime | None) -> tuple[int, Sums] | None:
    """Gives expired holds of a window back and books orphans at their worst case: how many, and the window then."""
    row = await _one(tx, _RECOVER, **_named(place), keep=KEEP_HOLDS, at=at)
    return None if row is None else (row[0], Sums(*row[1:]))


async def lock(tx: Tx, bill: Bill, at: datetime | None) -> Sums | None:
    """The running window, locked until the transaction ends; None: there is none."""
    row = await _one(tx, _LOCK, company=bill.company_id, pot=bill.pot, at=at)
    return None if row is None else Sums(*row)


async def lock_opening(tx: Tx, bill: Bill) -> None:
    """Until the transaction ends nobody else opens a window of this budget."""
    key = f"budget_window {bill.company_id} {bill.pot}"
    await tx.raw.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (key,))


async def last_span(tx: Tx, bill: Bill, at: datetime | None) -> tuple[datetime, Span | None]:
    """What time it is, and the budget's latest window."""
    row = await _one(tx, _LAST, company=bill.company_id, pot=bill.pot, at=at)
    assert row is not None
    return row[0], None if row[1] is None else Span(*row[1:])


async def open_window(tx: Tx, bill: Bill, span: Span) -> None:
    """Opens a window."""
    month, starts_at, ends_at = astuple(span)
    values = {"company": bill.company_id, "pot": bill.pot, "cap": bill.cap_micros}
    await tx.raw.execute(_OPEN, values | {"month": month, "starts_at": starts_at, "ends_at": ends_at})


async def sums_of(tx: Tx, place: Place) -> Sums:
    """The sums of a window."""
    table = budget_window.c
    columns = (table.month, table.cap_micros, table.spent_micros, table.held_micros, table.announced_percent)
    found = select(*columns).where(
        table.company_id == place.company_id, table.pot == place.pot, table.month == place.month
    )
    return Sums(*(await tx.sa.execute(found)).one())


async def windows_with_due_holds(tx: Tx, at: datetime | None) -> Sequence[Place]:
    """The windows, of all companies, in which something is to be recovered."""
    table = budget_hold.c
    moment = func.statement_timestamp() if at is None else at
    found = (
        select(table.company_id, table.pot, table.month)
        .where(table.due_at <= moment, table.state.in_(OPEN))
        .distinct()
        .order_by(table.company_id, table.pot, table.month)
    )
    return [Place(row.company_id, Pot(row.pot), row.month) for row in await tx.sa.execute(found)]


async def widen(tx: Tx, hold: Hold, percent: int) -> None:
    """Makes further holds of the model so much larger than asked, at least."""
    await tx.raw.execute(_WIDEN, {"company": hold.company_id, "model": hold.model, "percent": percent})


async def note_announced(tx: Tx, place: Place, percent: int) -> None:
    """Remembers up to which share of the cap was announced; the caller has the window's row."""
    await tx.raw.execute(_ANNOUNCED, _named(place) | {"percent": percent})


async def delete_old(tx: Tx, at: datetime | None) -> int:
    """Deletes holds that were closed long ago; says how many."""
    return (await tx.raw.execute(_DELETE, {"at": at, "limit": DELETED_AT_ONCE})).rowcount


def _named(place: Place) -> dict[str, Any]:
    return {"company": place.company_id, "pot": place.pot, "month": place.month}


async def _one(tx: Tx, statement: LiteralString, **values: Any) -> Any:
    return await (await tx.raw.execute(statement, values)).fetchone()

"""The tables of budgets: their months, the holds on them, and how much larger than asked a model's holds are made."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, Table, Text, Uuid

from understudy.infra.tables import metadata, moment

COMPANY = {"company": True}

budget_window = Table(
    "budget_window",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("pot", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    moment("starts_at"),
    moment("ends_at"),
    Column("cap_micros", BigInteger, nullable=False),
    Column("spent_micros", BigInteger, nullable=False),
    Column("held_micros", BigInteger, nullable=False),
    Column("announced_percent", Integer, nullable=False),
    CheckConstraint("spent_micros >= 0 AND held_micros >= 0", name="not_negative"),
    ForeignKeyConstraint(["company_id"], ["company.id"], ondelete="CASCADE"),
    info=COMPANY,
)

budget_hold = Table(
    "budget_hold",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("pot", Text, nullable=False),
    Column("month", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("asked_micros", BigInteger, nullable=False),
    Column("amount_micros", BigInteger, nullable=False),
    Column("cost_micros", BigInteger),
    moment("placed_at"),
    moment("due_at"),
    ForeignKeyConstraint(
        ["company_id", "pot", "month"],
        ["budget_window.company_id", "budget_window.pot", "budget_window.month"],
        ondelete="CASCADE",
    ),
    Index(None, "due_at"),
    info=COMPANY,
)
"""`due_at`: when something has to be done about it: expire, settle as an orphan, or, once it is closed, be deleted."""

hold_factor = Table(
    "hold_factor",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("model", Text, primary_key=True),
    Column("percent", Integer, nullable=False),
    ForeignKeyConstraint(["company_id"], ["company.id"], ondelete="CASCADE"),
    info=COMPANY,
)

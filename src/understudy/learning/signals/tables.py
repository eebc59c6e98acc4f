"""The table of judgements."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Table, Text, Uuid

from understudy.infra.tables import metadata, moment

judgement = Table(
    "judgement",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("decision_id", Uuid, primary_key=True),
    Column("signal", Text, primary_key=True),
    Column("message_id", Uuid, nullable=False),
    Column("contact_id", Uuid, nullable=False),
    Column("key", Text),
    Column("is_right", Boolean, nullable=False),
    moment("at"),
    ForeignKeyConstraint(["company_id", "decision_id"], ["decision.company_id", "decision.id"], ondelete="CASCADE"),
    Index(None, "company_id", "message_id"),
    Index(None, "company_id", "contact_id"),
    Index(None, "company_id", "key"),
    Index(None, "company_id", "at"),
    info={"company": True},
)
"""`message_id`: the contact's message that was answered; `at`: when it was judged, or judged otherwise."""

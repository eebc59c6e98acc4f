"""The tables of opinions and corrections."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Integer, SmallInteger, Table, Text, Uuid

from understudy.infra.tables import metadata, moment

COMPANY = {"company": True}


def _of_message() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["company_id", "message_id"], ["message.company_id", "message.id"], ondelete="CASCADE")


feedback = Table(
    "feedback",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("message_id", Uuid, primary_key=True),
    Column("conversation_id", Uuid, nullable=False),
    Column("contact_id", Uuid, nullable=False),
    Column("channel", Text, nullable=False),
    Column("is_helpful", Boolean),
    Column("rating", SmallInteger),
    Column("comment", Text),
    moment("given_at"),
    moment("changed_at"),
    Column("changes", Integer, nullable=False),
    _of_message(),
    Index(None, "company_id", "contact_id"),
    info=COMPANY,
)
"""`message_id`: the reply."""

correction = Table(
    "correction",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("message_id", Uuid, primary_key=True),
    Column("contact_id", Uuid, nullable=False),
    Column("is_right", Boolean, nullable=False),
    Column("right_key", Text),
    Column("right_text", Text),
    Column("reason", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("corrected_by", Text, nullable=False),
    moment("corrected_at"),
    _of_message(),
    Index(None, "company_id", "contact_id"),
    info=COMPANY,
)
"""`message_id`: the contact's message whose answer it is about."""

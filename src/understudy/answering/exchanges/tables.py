"""The table of exchanges with providers."""

from __future__ import annotations

from sqlalchemy import ARRAY, Column, ForeignKeyConstraint, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from understudy.infra.tables import metadata, moment

exchange = Table(
    "exchange",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("message_id", Uuid, nullable=False),
    Column("contact_id", Uuid, nullable=False),
    Column("call_ids", ARRAY(Uuid), nullable=False),
    Column("prompt", JSONB, nullable=False),
    Column("completion", Text, nullable=False),
    Column("prompt_version", Text, nullable=False),
    moment("at"),
    ForeignKeyConstraint(["company_id", "message_id"], ["message.company_id", "message.id"], ondelete="CASCADE"),
    Index(None, "company_id", "message_id"),
    Index(None, "company_id", "contact_id"),
    info={"company": True},
)

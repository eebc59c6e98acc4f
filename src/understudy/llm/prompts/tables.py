"""The table of prompt versions."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from understudy.infra.tables import metadata, moment

prompt_version = Table(
    "prompt_version",
    metadata,
    Column("company_id", Uuid, ForeignKey("company.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("texts", JSONB, nullable=False),
    moment("published_at"),
    Column("published_by", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("from_version", Integer),
    info={"company": True},
)

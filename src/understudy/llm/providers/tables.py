"""The table of providers. A row without a company belongs to the platform."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from understudy.infra.tables import metadata, moment

provider = Table(
    "provider",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("company_id", Uuid, ForeignKey("company.id", ondelete="CASCADE")),
    Column("name", Text, nullable=False),
    Column("dialect", Text, nullable=False),
    Column("base_url", Text),
    Column("sealed_key", LargeBinary),
    Column("tiers", JSONB, nullable=False),
    Column("prices", JSONB, nullable=False),
    Column("position", Integer, nullable=False),
    Column("timeout_seconds", Double, nullable=False),
    Column("first_token_seconds", Double, nullable=False),
    Column("is_enabled", Boolean, nullable=False),
    moment("created_at"),
    moment("changed_at"),
    Index("ix_provider_company_id_name", "company_id", "name", unique=True, postgresql_nulls_not_distinct=True),
    info={"company": True},
)

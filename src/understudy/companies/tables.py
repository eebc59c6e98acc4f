"""Tables of companies. A company's row is its own tenant; keys and entries without a company are the platform's."""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Column, ForeignKey, Integer, LargeBinary, Table, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from understudy.infra.tables import metadata, moment

company = Table(
    "company",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("trade", Text, nullable=False),
    moment("created_at"),
    moment("archived_at", nullable=True),
    Column("settings", JSONB, nullable=False),
    Column("settings_version", Integer, nullable=False),
    info={"company": True, "company_column": "id"},
)

company_settings = Table(
    "company_settings",
    metadata,
    Column("company_id", Uuid, ForeignKey("company.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("settings", JSONB, nullable=False),
    Column("changed_by", Text, nullable=False),
    moment("changed_at"),
    info={"company": True},
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("company_id", Uuid, ForeignKey("company.id", ondelete="CASCADE"), index=True),
    Column("name", Text, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("permissions", ARRAY(Text), nullable=False),
    moment("created_at"),
    moment("revoked_at", nullable=True),
    info={"company": True},
)

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("company_id", Uuid, ForeignKey("company.id", ondelete="RESTRICT")),
    Column("sequence", BigInteger, nullable=False),
    moment("at"),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", JSONB),
    Column("after", JSONB),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("company_id", "sequence", postgresql_nulls_not_distinct=True),
    info={"company": True},
)

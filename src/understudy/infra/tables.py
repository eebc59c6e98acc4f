"""The one catalogue of tables, and the columns that tables of a company share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, DateTime, Index, MetaData, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import BIGINT, JSONB
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

PLATFORM_TABLES = {
    "change",
    "outbox",
    "alembic_version",
    "provider_circuit",
    "provider_hour",
    "sweep_mark",
    "learning_mark",
}
"""Tables of no company: they hold identifiers only. The tables of the job engine are the other exception."""


def company_column() -> Column[Any]:
    """The first column of every table of a company."""
    return Column("company_id", Uuid, nullable=False)


def moment(name: str, *, nullable: bool = False, **options: Any) -> Column[Any]:
    """A moment with its time zone."""
    return Column(name, DateTime(timezone=True), nullable=nullable, **options)


def company_table(name: str, *items: SchemaItem) -> Table:
    """A table whose rows belong to one company; migrations force row-level security on it."""
    return Table(name, metadata, company_column(), *items, info={"company": True})


change = Table(
    "change",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("version", BIGINT, nullable=False),
    moment("changed_at", server_default=func.now()),
    Index(None, "changed_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("company_id", Uuid),
    Column("kind", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    moment("announced_at", server_default=func.now()),
)

sweep_mark = Table(
    "sweep_mark",
    metadata,
    Column("name", Text, primary_key=True),
    Column("position", Uuid),
    moment("claimed_until", nullable=True),
)

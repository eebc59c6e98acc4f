"""Tables of what is applied: how, the answers that it gave, sums by month, and how far decisions were read."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from understudy.infra.tables import metadata, moment

COMPANY = {"company": True}


def _of_suggestion() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["company_id", "suggestion_id"], ["suggestion.company_id", "suggestion.id"], ondelete="CASCADE"
    )


suggestion_application = Table(
    "suggestion_application",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("suggestion_id", Uuid, primary_key=True),
    moment("started_at", primary_key=True),
    Column("undo", JSONB, nullable=False),
    Column("known", ARRAY(Text), nullable=False),
    Column("version", Integer),
    moment("applied_at", nullable=True),
    moment("reverted_at", nullable=True),
    Column("reverted_by", Text),
    _of_suggestion(),
    info=COMPANY,
)
LIVE = Index(
    "ix_suggestion_application_live",
    suggestion_application.c.company_id,
    postgresql_where=text("applied_at IS NOT NULL AND reverted_at IS NULL"),
)
"""`undo`: what takes it back, kept before it is applied, so that a crash in between loses nothing."""

suggestion_use = Table(
    "suggestion_use",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("decision_id", Uuid, primary_key=True),
    Column("suggestion_id", Uuid, nullable=False),
    Column("contact_id", Uuid),
    Column("saved_micros", BigInteger, nullable=False),
    moment("at"),
    Column("is_right", Boolean),
    _of_suggestion(),
    ForeignKeyConstraint(
        ["company_id", "contact_id"], ["contact.company_id", "contact.id"], ondelete="SET NULL (contact_id)"
    ),
    Index(None, "company_id", "suggestion_id", "at"),
    Index(None, "company_id", "at"),
    Index(None, "company_id", "contact_id"),
    info=COMPANY,
)
"""A decision counts for one suggestion at most. The contact is forgotten with its data; the sum stays."""

suggestion_month = Table(
    "suggestion_month",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("suggestion_id", Uuid, primary_key=True),
    Column("month", Date, primary_key=True),
    Column("calls", Integer, nullable=False),
    Column("right_count", Integer, nullable=False),
    Column("wrong_count", Integer, nullable=False),
    Column("saved_micros", BigInteger, nullable=False),
    _of_suggestion(),
    info=COMPANY,
)

watch_mark = Table(
    "watch_mark",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("seen", Uuid, nullable=False),
    ForeignKeyConstraint(["company_id"], ["company.id"], ondelete="CASCADE"),
    info=COMPANY,
)

"""Tables of notices. A notice without a company is the platform's, which every company may read."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from understudy.infra.tables import metadata, moment

COMPANY = {"company": True}

notice = Table(
    "notice",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("company_id", Uuid, ForeignKey("company.id", ondelete="CASCADE")),
    Column("code", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    Column("count", BigInteger, nullable=False),
    moment("first_at"),
    moment("last_at"),
    Column("seen_by", Text),
    moment("seen_at", nullable=True),
    Index(None, "company_id", "id"),
    info=COMPANY,
)
WAITING = Index(
    None,
    notice.c.company_id,
    notice.c.code,
    notice.c.subject,
    unique=True,
    postgresql_nulls_not_distinct=True,
    postgresql_where=notice.c.seen_at.is_(None),
)

notice_event = Table(
    "notice_event",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("company_id", Uuid),
    Column("notice_id", Uuid, ForeignKey("notice.id", ondelete="CASCADE"), nullable=False, index=True),
    moment("at"),
    Index(None, "at"),
    info=COMPANY,
)

notice_delivery = Table(
    "notice_delivery",
    metadata,
    Column("company_id", Uuid, ForeignKey("company.id", ondelete="CASCADE"), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("notice_id", Uuid, ForeignKey("notice.id", ondelete="CASCADE"), nullable=False, index=True),
    moment("made_at"),
    Column("tries", BigInteger, nullable=False),
    moment("tried_at", nullable=True),
    moment("delivered_at", nullable=True),
    Column("fault", Text),
    UniqueConstraint("company_id", "notice_id"),
    info=COMPANY,
)
Index(None, notice_delivery.c.made_at, postgresql_where=notice_delivery.c.delivered_at.is_(None))

notice_secret = Table(
    "notice_secret",
    metadata,
    Column("company_id", Uuid, ForeignKey("company.id", ondelete="CASCADE"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_by", Text, nullable=False),
    moment("made_at"),
    info=COMPANY,
)

"""Tables of templates. Where `company_id` may be null, a row without one belongs to the platform."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from understudy.infra.tables import company_table, metadata, moment


def _owner() -> Column[object]:
    return Column("company_id", Uuid, ForeignKey("company.id"))


def _of_template() -> list[ForeignKeyConstraint]:
    """The row goes with its template, and has the same owner."""
    return [
        ForeignKeyConstraint(["template_id"], ["template.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["company_id", "template_id"], ["template.company_id", "template.id"]),
    ]


template = Table(
    "template",
    metadata,
    Column("id", Uuid, primary_key=True),
    _owner(),
    Column("name", Text, nullable=False),
    Column("trade", Text, nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("newest_version", Integer),
    Column("serving_version", Integer),
    moment("created_at"),
    moment("archived_at", nullable=True),
    UniqueConstraint("company_id", "id"),
    Index(
        "ix_template_company_id_name",
        "company_id",
        "name",
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=text("archived_at IS NULL"),
    ),
    info={"company": True},
)

template_draft = Table(
    "template_draft",
    metadata,
    Column("template_id", Uuid, primary_key=True),
    Column("company_id", Uuid),
    Column("head", JSONB, nullable=False),
    Column("head_revision", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("published_revision", Integer),
    Column("changed_by", Text, nullable=False),
    moment("changed_at"),
    *_of_template(),
    info={"company": True},
)

draft_scenario = Table(
    "draft_scenario",
    metadata,
    Column("template_id", Uuid, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("company_id", Uuid),
    Column("category", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("changed_by", Text, nullable=False),
    moment("changed_at"),
    *_of_template(),
    info={"company": True},
)

template_version = Table(
    "template_version",
    metadata,
    Column("template_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("company_id", Uuid),
    Column("checksum", LargeBinary, nullable=False),
    Column("fit_checksum", LargeBinary),
    Column("document", JSONB, nullable=False),
    Column("note", Text, nullable=False),
    Column("published_by", Text, nullable=False),
    moment("published_at"),
    *_of_template(),
    info={"company": True},
)

template_head = Table(
    "template_head",
    metadata,
    Column("template_id", Uuid, primary_key=True),
    Column("fit_checksum", LargeBinary, primary_key=True),
    Column("encoder", Text, primary_key=True),
    Column("company_id", Uuid),
    Column("head", LargeBinary, nullable=False),
    moment("fitted_at"),
    *_of_template(),
    info={"company": True},
)

following = company_table(
    "following",
    Column("template_id", Uuid, ForeignKey("template.id")),
    Column("position", Integer, nullable=False),
    Column("pinned_version", Integer),
    moment("followed_at"),
    PrimaryKeyConstraint("company_id", "template_id"),
    ForeignKeyConstraint(["company_id"], ["company.id"], ondelete="CASCADE"),
    ForeignKeyConstraint(
        ["template_id", "pinned_version"], ["template_version.template_id", "template_version.version"]
    ),
    Index("ix_following_template_id", "template_id"),
)

overlay = company_table(
    "overlay",
    Column("template_id", Uuid, ForeignKey("template.id", ondelete="CASCADE")),
    Column("version", Integer),
    Column("document", JSONB, nullable=False),
    Column("encoder", Text, nullable=False),
    Column("vectors", LargeBinary, nullable=False),
    Column("changed_by", Text, nullable=False),
    moment("changed_at"),
    PrimaryKeyConstraint("company_id", "template_id", "version"),
    ForeignKeyConstraint(["company_id"], ["company.id"], ondelete="CASCADE"),
)


def _question_columns() -> list[Column[object]]:
    return [
        Column("question", Text, nullable=False),
        Column("question_hash", LargeBinary, nullable=False),
        Column("variants", ARRAY(Text), nullable=False),
        Column("reply_short", Text, nullable=False),
        Column("reply_full", Text, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("encoder", Text, nullable=False),
        Column("vectors", LargeBinary, nullable=False),
        Column("changed_by", Text, nullable=False),
        moment("changed_at"),
    ]


qa_entry = company_table(
    "qa_entry",
    Column("id", Uuid),
    *_question_columns(),
    PrimaryKeyConstraint("company_id", "id"),
    UniqueConstraint("company_id", "question_hash"),
    ForeignKeyConstraint(["company_id"], ["company.id"], ondelete="CASCADE"),
)

qa_version = Table(
    "qa_version",
    metadata,
    Column("company_id", Uuid, ForeignKey("company.id", ondelete="CASCADE"), primary_key=True),
    Column("version", BigInteger, nullable=False),
    info={"company": True},
)

trade_qa_entry = Table(
    "trade_qa_entry",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("trade", Text, nullable=False),
    *_question_columns(),
    UniqueConstraint("trade", "question_hash"),
    info={"platform": "written by the platform, read by all"},
)

trade_qa_version = Table(
    "trade_qa_version",
    metadata,
    Column("trade", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    info={"platform": "written by the platform, read by all"},
)

trade_qa_change = company_table(
    "trade_qa_change",
    Column("entry_id", Uuid, ForeignKey("trade_qa_entry.id", ondelete="CASCADE")),
    Column("is_hidden", Boolean, nullable=False),
    Column("reply_short", Text, nullable=False),
    Column("reply_full", Text, nullable=False),
    Column("changed_by", Text, nullable=False),
    moment("changed_at"),
    PrimaryKeyConstraint("company_id", "entry_id"),
    ForeignKeyConstraint(["company_id"], ["company.id"], ondelete="CASCADE"),
)

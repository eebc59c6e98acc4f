"""The tables of contacts, conversations, messages, their embeddings, and escalations."""

from __future__ import annotations

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from understudy.infra.tables import metadata, moment


def _company() -> Column[object]:
    return Column("company_id", Uuid, primary_key=True)


def _cascade(columns: list[str], target: str, others: list[str]) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(columns, [f"{target}.{name}" for name in others], ondelete="CASCADE")


COMPANY = {"company": True}
OF_CONVERSATION = (["company_id", "conversation_id", "contact_id"], "conversation", ["company_id", "id", "contact_id"])
OF_MESSAGE = (["company_id", "message_id"], "message", ["company_id", "id"])

contact = Table(
    "contact",
    metadata,
    Column("company_id", Uuid, ForeignKey("company.id", ondelete="CASCADE"), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("display_name", Text),
    Column("language", Text),
    Column("attributes", JSONB, nullable=False),
    moment("created_at"),
    moment("feedback_refused_at", nullable=True),
    info=COMPANY,
)

contact_identity = Table(
    "contact_identity",
    metadata,
    _company(),
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("contact_id", Uuid, nullable=False),
    moment("created_at"),
    _cascade(["company_id", "contact_id"], "contact", ["company_id", "id"]),
    Index(None, "company_id", "contact_id"),
    info=COMPANY,
)

conversation = Table(
    "conversation",
    metadata,
    _company(),
    Column("id", Uuid, primary_key=True),
    Column("contact_id", Uuid, nullable=False),
    Column("channel", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("message_count", Integer, nullable=False),
    moment("started_at"),
    moment("last_message_at"),
    moment("closed_at", nullable=True),
    Column("lease_owner", Uuid),
    moment("lease_until", nullable=True),
    _cascade(["company_id", "contact_id"], "contact", ["company_id", "id"]),
    UniqueConstraint("company_id", "id", "contact_id"),
    Index("ix_conversation_newest", "company_id", "contact_id", "channel", "id"),
    Index("ix_conversation_waiting", "company_id", "id", postgresql_where=text("state = 'waiting_for_person'")),
    info=COMPANY,
)

message = Table(
    "message",
    metadata,
    _company(),
    Column("id", Uuid, primary_key=True),
    Column("conversation_id", Uuid, nullable=False),
    Column("contact_id", Uuid, nullable=False),
    Column("position", Integer, nullable=False),
    Column("direction", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("modality", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("external_id", Text),
    moment("at"),
    moment("sent_at", nullable=True),
    Column("in_reply_to", Uuid),
    Column("awaits_reply", Boolean, nullable=False),
    _cascade(*OF_CONVERSATION),
    _cascade(["company_id", "in_reply_to"], "message", ["company_id", "id"]),
    UniqueConstraint("company_id", "conversation_id", "position"),
    UniqueConstraint("company_id", "channel", "direction", "external_id"),
    UniqueConstraint("company_id", "in_reply_to"),
    Index("ix_message_contact", "company_id", "contact_id", "at"),
    Index("ix_message_unanswered", "company_id", "conversation_id", "position", postgresql_where=text("awaits_reply")),
    info=COMPANY,
)

message_embedding = Table(
    "message_embedding",
    metadata,
    _company(),
    Column("message_id", Uuid, primary_key=True),
    Column("encoder", Text, nullable=False),
    Column("vector", HALFVEC, nullable=False),
    _cascade(*OF_MESSAGE),
    info=COMPANY,
)

escalation = Table(
    "escalation",
    metadata,
    _company(),
    Column("id", Uuid, primary_key=True),
    Column("conversation_id", Uuid, nullable=False),
    Column("contact_id", Uuid, nullable=False),
    Column("message_id", Uuid),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("fields", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    moment("created_at"),
    Column("taken_by", Text),
    moment("taken_at", nullable=True),
    moment("closed_at", nullable=True),
    Column("resolution", Text),
    _cascade(*OF_CONVERSATION),
    _cascade(*OF_MESSAGE),
    Index("ix_escalation_conversation", "company_id", "conversation_id"),
    Index("ix_escalation_message", "company_id", "message_id"),
    Index("ix_escalation_pending", "company_id", "id", postgresql_where=text("state <> 'closed'")),
    info=COMPANY,
)

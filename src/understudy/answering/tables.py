"""The tables of decisions, and of whose turn it is among the variations of an answer."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Double,
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

COMPANY = {"company": True}

decision = Table(
    "decision",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("message_id", Uuid, nullable=False),
    Column("conversation_id", Uuid, nullable=False),
    Column("contact_id", Uuid, nullable=False),
    Column("reply_id", Uuid),
    moment("decided_at"),
    Column("outcome", Text, nullable=False),
    Column("rung", Text),
    Column("confidence", Double),
    Column("path", Text, nullable=False),
    Column("answered_by", Text),
    Column("action", Text, nullable=False),
    Column("fallback_kind", Text),
    Column("offer", JSONB),
    Column("notices", ARRAY(Text), nullable=False),
    Column("rungs", JSONB, nullable=False),
    Column("cost_micros", BigInteger, nullable=False),
    Column("counterfactual_micros", BigInteger, nullable=False),
    Column("counterfactual_method", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("sentiment", Double),
    Column("urgency", Text, nullable=False),
    Column("is_vip", Boolean, nullable=False),
    Column("min_confidence", Double),
    Column("experiment_arms", JSONB, nullable=False),
    Column("settings_version", Integer, nullable=False),
    Column("latency_us", BigInteger, nullable=False),
    ForeignKeyConstraint(["company_id", "message_id"], ["message.company_id", "message.id"], ondelete="CASCADE"),
    UniqueConstraint("company_id", "message_id"),
    Index(None, "company_id", "conversation_id", "id"),
    Index(None, "company_id", "contact_id", "id"),
    Index(None, "id"),
    Index("ix_decision_rescue", "id", postgresql_where=text("rung = 'llm' AND outcome = 'answered'")),
    info=COMPANY,
)

answer_turn = Table(
    "answer_turn",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("contact_id", Uuid, primary_key=True),
    Column("answer", Text, primary_key=True),
    Column("turns", Integer, nullable=False),
    moment("heard_at"),
    ForeignKeyConstraint(["company_id", "contact_id"], ["contact.company_id", "contact.id"], ondelete="CASCADE"),
    info=COMPANY,
)

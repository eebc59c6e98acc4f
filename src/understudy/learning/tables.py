"""Tables of the loop: rescues to learn from, suggestions, and what these rest on."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from understudy.infra.tables import metadata, moment

COMPANY = {"company": True}

learning_task = Table(
    "learning_task",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("decision_id", Uuid, nullable=False),
    Column("message_id", Uuid, nullable=False),
    Column("conversation_id", Uuid, nullable=False),
    Column("contact_id", Uuid, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("confidence", Double, nullable=False),
    Column("cost_micros", BigInteger, nullable=False),
    Column("rescue", JSONB, nullable=False),
    Column("suggestion_ids", ARRAY(Uuid), nullable=False),
    Column("error", Text),
    moment("decided_at"),
    moment("created_at"),
    moment("claimed_at", nullable=True),
    moment("processed_at", nullable=True),
    UniqueConstraint("company_id", "decision_id"),
    ForeignKeyConstraint(["company_id", "message_id"], ["message.company_id", "message.id"], ondelete="CASCADE"),
    Index(None, "status", "id"),
    Index(None, "company_id", "key", "id"),
    Index(None, "company_id", "message_id"),
    Index(None, "company_id", "contact_id"),
    info=COMPANY,
)
"""`rescue`: what of it has no column of its own: path, scores, rationale, latency, tokens, template version."""

suggestion = Table(
    "suggestion",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("template_id", Uuid, nullable=False),
    Column("issue", Text, nullable=False),
    Column("scenario", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("edit", JSONB, nullable=False),
    Column("reasoning", Text, nullable=False),
    Column("maker", Text, nullable=False),
    Column("model", Text),
    Column("cost_micros", BigInteger, nullable=False),
    Column("details", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    Column("confidence", Double, nullable=False),
    Column("priority", Double, nullable=False),
    Column("source_count", Integer, nullable=False),
    Column("contact_count", Integer, nullable=False),
    Column("sources_cost_micros", BigInteger, nullable=False),
    Column("channels", ARRAY(Text), nullable=False),
    Column("similar_this_month", Integer, nullable=False),
    Column("held_because", Text),
    Column("backtest", JSONB),
    Column("revision", Integer, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("decided_by", Text),
    Column("second_by", Text),
    Column("decided_reason", Text),
    Column("applied_version", Integer),
    moment("created_at"),
    moment("updated_at"),
    moment("expires_at"),
    moment("decided_at", nullable=True),
    moment("applied_at", nullable=True),
    ForeignKeyConstraint(["company_id"], ["company.id"], ondelete="CASCADE"),
    Index(None, "company_id", "status", "id"),
    Index(None, "company_id", "fingerprint"),
    info=COMPANY,
)
"""`fingerprint`: issue, scenario, language and what tells it from others: the same thing is not proposed twice."""

suggestion_source = Table(
    "suggestion_source",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("suggestion_id", Uuid, primary_key=True),
    Column("task_id", Uuid, primary_key=True),
    ForeignKeyConstraint(
        ["company_id", "suggestion_id"], ["suggestion.company_id", "suggestion.id"], ondelete="CASCADE"
    ),
    ForeignKeyConstraint(
        ["company_id", "task_id"], ["learning_task.company_id", "learning_task.id"], ondelete="CASCADE"
    ),
    Index(None, "company_id", "task_id"),
    info=COMPANY,
)

learning_mark = Table(
    "learning_mark",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seen", Uuid, nullable=False),
    info={"platform": "how far the decisions of all companies were read"},
)
"""`seen`: the identifier of the newest decision that was looked at."""

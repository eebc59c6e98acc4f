"""Tables of golden cases and of replays."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from understudy.infra.tables import metadata, moment

COMPANY = {"company": True}
OF_COMPANY = (["company_id"], ["company.id"])
OF_MESSAGE = (["company_id", "message_id"], ["message.company_id", "message.id"])
OF_REPLAY = (["company_id", "replay_id"], ["replay.company_id", "replay.id"])

golden_set = Table(
    "golden_set",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(*OF_COMPANY, ondelete="CASCADE"),
    info=COMPANY,
)

golden_case = Table(
    "golden_case",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("text", Text, nullable=False),
    Column("expected", Text),
    Column("language", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("since", Integer, nullable=False),
    Column("until", Integer),
    Column("message_id", Uuid),
    Column("note", Text, nullable=False),
    Column("added_by", Text, nullable=False),
    moment("added_at"),
    Column("encoder", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    ForeignKeyConstraint(*OF_COMPANY, ondelete="CASCADE"),
    ForeignKeyConstraint(*OF_MESSAGE, ondelete="CASCADE"),
    Index(None, "company_id", "message_id"),
    info=COMPANY,
)
"""`vector`: the embedding of the text in half precision, made by `encoder`. A case of a message goes with it."""

replay = Table(
    "replay",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("status", Text, nullable=False),
    Column("template_id", Uuid),
    Column("thresholds", JSONB, nullable=False),
    Column("candidate", JSONB),
    Column("days", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("is_cut", Boolean, nullable=False),
    Column("base_version", Text, nullable=False),
    Column("counts", JSONB, nullable=False),
    Column("saving_month_micros", BigInteger),
    Column("saving_low_micros", BigInteger),
    Column("saving_high_micros", BigInteger),
    Column("asked_by", Text, nullable=False),
    Column("error", Text),
    moment("created_at"),
    moment("updated_at"),
    moment("finished_at", nullable=True),
    ForeignKeyConstraint(*OF_COMPANY, ondelete="CASCADE"),
    Index("ix_replay_running", "updated_at", postgresql_where=text("status = 'running'")),
    info=COMPANY,
)
"""`candidate`: what is tried, while it is needed; `counts`: what the parts that are done came to."""

replay_part = Table(
    "replay_part",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("replay_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("newest_id", Uuid, nullable=False),
    Column("oldest_id", Uuid, nullable=False),
    Column("messages", Integer, nullable=False),
    moment("done_at", nullable=True),
    ForeignKeyConstraint(*OF_REPLAY, ondelete="CASCADE"),
    info=COMPANY,
)
"""Decisions from `newest_id` down to `oldest_id`, both included."""

replay_message = Table(
    "replay_message",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    Column("replay_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("part", Integer, nullable=False),
    Column("message_id", Uuid),
    Column("effect", Text, nullable=False),
    Column("is_wrong", Boolean, nullable=False),
    Column("is_mended", Boolean, nullable=False),
    Column("before_key", Text),
    Column("before_rung", Text),
    Column("before_confidence", Double),
    Column("after_key", Text),
    Column("after_rung", Text),
    Column("after_confidence", Double),
    Column("expected", Text),
    Column("truth", Text, nullable=False),
    ForeignKeyConstraint(*OF_REPLAY, ondelete="CASCADE"),
    ForeignKeyConstraint(*OF_MESSAGE, ondelete="CASCADE"),
    Index(None, "company_id", "message_id"),
    info=COMPANY,
)
"""Messages that get something else, or are wrong. `id`: of the message, or of the golden case, which hold the text."""

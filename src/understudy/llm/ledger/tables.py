"""Every paid call, how each question was routed, and what a day's calls of a company came to."""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Date, Double, ForeignKey, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from understudy.infra.tables import metadata, moment


def _company() -> Column[object]:
    return Column("company_id", Uuid, ForeignKey("company.id", ondelete="CASCADE"), primary_key=True)


llm_call = Table(
    "llm_call",
    metadata,
    _company(),
    Column("id", Uuid, primary_key=True),
    moment("at"),
    Column("message_id", Uuid),
    Column("purpose", Text, nullable=False),
    Column("provider_id", Uuid, nullable=False),
    Column("provider", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("tier", Text),
    Column("complexity", Double),
    Column("route_reason", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("failover_from", Text),
    Column("prompt_version", Text),
    Column("input_tokens", BigInteger),
    Column("output_tokens", BigInteger),
    Column("cached_tokens", BigInteger),
    Column("cost_micros", BigInteger, nullable=False),
    Column("latency_ms", BigInteger, nullable=False),
    Column("first_token_ms", BigInteger),
    Column("fault", Text),
    Index(None, "company_id", "at"),
    Index(None, "at"),
    info={"company": True},
)

llm_route = Table(
    "llm_route",
    metadata,
    _company(),
    Column("id", Uuid, primary_key=True),
    moment("at"),
    Column("message_id", Uuid),
    Column("features", ARRAY(Double), nullable=False),
    Column("began", Text, nullable=False),
    Column("ended", Text, nullable=False),
    Column("confidence", Double, nullable=False),
    Column("is_sure", Boolean, nullable=False),
    Index(None, "company_id", "at"),
    info={"company": True},
)

llm_router = Table(
    "llm_router",
    metadata,
    _company(),
    moment("fitted_at"),
    Column("questions", Integer, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("cost_micros", Double, nullable=False),
    Column("cost_before_micros", Double, nullable=False),
    Column("is_used", Boolean, nullable=False),
    info={"company": True},
)

llm_day = Table(
    "llm_day",
    metadata,
    _company(),
    Column("day", Date, primary_key=True),
    Column("provider", Text, primary_key=True),
    Column("model", Text, primary_key=True),
    Column("purpose", Text, primary_key=True),
    Column("calls", BigInteger, nullable=False),
    Column("succeeded", BigInteger, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("cached_tokens", BigInteger, nullable=False),
    Column("cost_micros", BigInteger, nullable=False),
    Column("failovers", BigInteger, nullable=False),
    Column("latency_p50_ms", BigInteger, nullable=False),
    Column("latency_p95_ms", BigInteger, nullable=False),
    Column("latency_p99_ms", BigInteger, nullable=False),
    info={"company": True},
)

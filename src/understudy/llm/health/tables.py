"""The state of each provider's breaker, and its health by hour. Of providers, not of companies."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table, Text, Uuid

from understudy.infra.tables import metadata, moment

provider_circuit = Table(
    "provider_circuit",
    metadata,
    Column("provider_id", Uuid, primary_key=True),
    moment("retry_at", nullable=True),
    moment("probing_until", nullable=True),
    moment("opened_at", nullable=True),
    Column("reason", Text),
    moment("reset_at", nullable=True),
    moment("checked_at", nullable=True),
    Column("check_ms", BigInteger),
    Column("check_fault", Text),
)

provider_hour = Table(
    "provider_hour",
    metadata,
    Column("provider_id", Uuid, primary_key=True),
    moment("hour", primary_key=True),
    Column("calls", BigInteger, nullable=False),
    Column("ill", BigInteger, nullable=False),
    Column("latency_p50_ms", BigInteger, nullable=False),
    Column("latency_p95_ms", BigInteger, nullable=False),
    Column("latency_p99_ms", BigInteger, nullable=False),
)

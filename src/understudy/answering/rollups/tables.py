"""The table of decisions counted by hour. It names nobody, and outlives the decisions."""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Column, Double, ForeignKeyConstraint, Index, Integer, Table, Text, Uuid

from understudy.infra.tables import metadata, moment

decision_hour = Table(
    "decision_hour",
    metadata,
    Column("company_id", Uuid, primary_key=True),
    moment("hour", primary_key=True),
    Column("rung", Text, primary_key=True),
    Column("outcome", Text, primary_key=True),
    Column("template", Text, primary_key=True),
    Column("decisions", BigInteger, nullable=False),
    Column("cost_micros", BigInteger, nullable=False),
    Column("counterfactual_micros", BigInteger, nullable=False),
    Column("saved_micros", BigInteger, nullable=False),
    Column("confidence_sum", Double, nullable=False),
    Column("confident", BigInteger, nullable=False),
    Column("latency_steps", ARRAY(Integer), nullable=False),
    Column("latency_counts", ARRAY(BigInteger), nullable=False),
    ForeignKeyConstraint(["company_id"], ["company.id"], ondelete="CASCADE"),
    Index(None, "hour"),
    info={"company": True},
)
"""`rung` empty: no rung; `template` empty: no scenario answered; `latency_counts`: how many in each of the steps."""

"""Alembic's entry: run by `understudy.infra.postgres.migrate` with a connection of the owner role."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=context.config.attributes.get("metadata"), transaction_per_migration=True
)
with context.begin_transaction():
    context.run_migrations()

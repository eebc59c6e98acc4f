"""Change notices, the outbox, and the tables of the job engine."""

from __future__ import annotations

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change notices, the outbox, and the tables of the job engine."""
    op.execute("""
        CREATE TABLE change (
            topic text NOT NULL,
            key text NOT NULL,
            version bigint NOT NULL,
            changed_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_change PRIMARY KEY (topic, key)
        )""")
    op.execute("CREATE INDEX ix_change_changed_at ON change (changed_at)")
    op.execute("""
        CREATE TABLE outbox (
            id uuid NOT NULL,
            company_id uuid,
            kind text NOT NULL,
            payload jsonb NOT NULL,
            announced_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_outbox PRIMARY KEY (id)
        )""")
    op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))


def downgrade() -> None:
    """Takes it back."""
    op.execute("DROP TABLE outbox, change")

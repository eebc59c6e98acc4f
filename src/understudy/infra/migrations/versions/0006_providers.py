"""Providers of models, and their sealed keys."""

from __future__ import annotations

from alembic import op

from understudy.infra.rls import protect

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES: tuple[str, ...] = (
    """
    CREATE TABLE provider (
        id uuid NOT NULL,
        company_id uuid,
        name text NOT NULL,
        dialect text NOT NULL,
        base_url text,
        sealed_key bytea,
        tiers jsonb NOT NULL,
        prices jsonb NOT NULL,
        position integer NOT NULL,
        timeout_seconds double precision NOT NULL,
        first_token_seconds double precision NOT NULL,
        is_enabled boolean NOT NULL,
        created_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        CONSTRAINT pk_provider PRIMARY KEY (id),
        CONSTRAINT fk_provider_company_id_company FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    )""",
    "CREATE UNIQUE INDEX ix_provider_company_id_name ON provider (company_id, name) NULLS NOT DISTINCT",
)
PROTECTED: tuple[str, ...] = ("provider",)

# Beside its own, a company uses the platform's providers; it reads them and writes none of them.
VISIBLE = """
    CREATE POLICY visible ON provider FOR SELECT TO understudy_app
    USING (company_id IS NULL AND nullif(current_setting('app.company', true), '') IS NOT NULL)"""


def upgrade() -> None:
    """Providers of models, and their sealed keys."""
    for statement in [*TABLES, *(line for table in PROTECTED for line in protect(table)), VISIBLE]:
        op.execute(statement)


def downgrade() -> None:
    """Takes it back."""
    for table in reversed(PROTECTED):
        op.execute(f"DROP TABLE {table}")

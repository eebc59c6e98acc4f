"""Prompts and their versions, and what was said to providers."""

from __future__ import annotations

from alembic import op

from understudy.infra.rls import protect

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES: tuple[str, ...] = (
    # A version is immutable: the serving role may add and read, and only erasing the company takes them away.
    """
    CREATE TABLE prompt_version (
        company_id uuid NOT NULL,
        version integer NOT NULL,
        texts jsonb NOT NULL,
        published_at timestamptz NOT NULL,
        published_by text NOT NULL,
        note text NOT NULL,
        from_version integer,
        CONSTRAINT pk_prompt_version PRIMARY KEY (company_id, version),
        CONSTRAINT fk_prompt_version_company_id_company
            FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    )""",
    """
    CREATE TABLE exchange (
        company_id uuid NOT NULL,
        id uuid NOT NULL,
        message_id uuid NOT NULL,
        contact_id uuid NOT NULL,
        call_ids uuid[] NOT NULL,
        prompt jsonb NOT NULL,
        completion text NOT NULL,
        prompt_version text NOT NULL,
        at timestamptz NOT NULL,
        CONSTRAINT pk_exchange PRIMARY KEY (company_id, id),
        CONSTRAINT fk_exchange_company_id_message_id_message
            FOREIGN KEY (company_id, message_id) REFERENCES message (company_id, id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_exchange_company_id_message_id ON exchange (company_id, message_id)",
    "CREATE INDEX ix_exchange_company_id_contact_id ON exchange (company_id, contact_id)",
)
PROTECTED: tuple[str, ...] = ("prompt_version", "exchange")


def upgrade() -> None:
    """Prompts and their versions, and what was said to providers."""
    for statement in [*TABLES, *(line for table in PROTECTED for line in protect(table))]:
        op.execute(statement)
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON prompt_version FROM understudy_app")


def downgrade() -> None:
    """Takes it back."""
    for table in reversed(PROTECTED):
        op.execute(f"DROP TABLE {table}")

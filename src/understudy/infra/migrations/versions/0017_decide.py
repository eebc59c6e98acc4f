"""How suggestions were applied, the answers they gave, and what these saved."""

from __future__ import annotations

from alembic import op

from understudy.infra.rls import protect

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE suggestion_application (
        company_id uuid NOT NULL,
        suggestion_id uuid NOT NULL,
        started_at timestamptz NOT NULL,
        undo jsonb NOT NULL,
        known text[] NOT NULL,
        version integer,
        applied_at timestamptz,
        reverted_at timestamptz,
        reverted_by text,
        CONSTRAINT pk_suggestion_application PRIMARY KEY (company_id, suggestion_id, started_at),
        CONSTRAINT fk_suggestion_application_company_id_suggestion_id_suggestion
            FOREIGN KEY (company_id, suggestion_id) REFERENCES suggestion (company_id, id) ON DELETE CASCADE
    )""",
    """
    CREATE INDEX ix_suggestion_application_live ON suggestion_application (company_id)
        WHERE applied_at IS NOT NULL AND reverted_at IS NULL""",
    """
    CREATE TABLE suggestion_use (
        company_id uuid NOT NULL,
        decision_id uuid NOT NULL,
        suggestion_id uuid NOT NULL,
        contact_id uuid,
        saved_micros bigint NOT NULL,
        at timestamptz NOT NULL,
        is_right boolean,
        CONSTRAINT pk_suggestion_use PRIMARY KEY (company_id, decision_id),
        CONSTRAINT fk_suggestion_use_company_id_suggestion_id_suggestion
            FOREIGN KEY (company_id, suggestion_id) REFERENCES suggestion (company_id, id) ON DELETE CASCADE,
        CONSTRAINT fk_suggestion_use_company_id_contact_id_contact
            FOREIGN KEY (company_id, contact_id) REFERENCES contact (company_id, id) ON DELETE SET NULL (contact_id)
    )""",
    "CREATE INDEX ix_suggestion_use_company_id_suggestion_id_at ON suggestion_use (company_id, suggestion_id, at)",
    "CREATE INDEX ix_suggestion_use_company_id_at ON suggestion_use (company_id, at)",
    "CREATE INDEX ix_suggestion_use_company_id_contact_id ON suggestion_use (company_id, contact_id)",
    """
    CREATE TABLE suggestion_month (
        company_id uuid NOT NULL,
        suggestion_id uuid NOT NULL,
        month date NOT NULL,
        calls integer NOT NULL,
        right_count integer NOT NULL,
        wrong_count integer NOT NULL,
        saved_micros bigint NOT NULL,
        CONSTRAINT pk_suggestion_month PRIMARY KEY (company_id, suggestion_id, month),
        CONSTRAINT fk_suggestion_month_company_id_suggestion_id_suggestion
            FOREIGN KEY (company_id, suggestion_id) REFERENCES suggestion (company_id, id) ON DELETE CASCADE
    )""",
    """
    CREATE TABLE watch_mark (
        company_id uuid NOT NULL,
        seen uuid NOT NULL,
        CONSTRAINT pk_watch_mark PRIMARY KEY (company_id),
        CONSTRAINT fk_watch_mark_company_id_company FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    )""",
)
PROTECTED = ("suggestion_application", "suggestion_use", "suggestion_month", "watch_mark")


def upgrade() -> None:
    """Applications, uses, months, marks."""
    for statement in [*TABLES, *(line for table in PROTECTED for line in protect(table))]:
        op.execute(statement)


def downgrade() -> None:
    """Takes it back."""
    for table in reversed(PROTECTED):
        op.execute(f"DROP TABLE {table}")

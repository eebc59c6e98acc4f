"""Rescues to learn from, suggestions, and what these rest on."""

from __future__ import annotations

from alembic import op

from understudy.infra.rls import protect

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE learning_task (
        company_id uuid NOT NULL,
        id uuid NOT NULL,
        decision_id uuid NOT NULL,
        message_id uuid NOT NULL,
        conversation_id uuid NOT NULL,
        contact_id uuid NOT NULL,
        status text NOT NULL,
        attempts integer NOT NULL,
        key text NOT NULL,
        language text NOT NULL,
        channel text NOT NULL,
        text text NOT NULL,
        confidence double precision NOT NULL,
        cost_micros bigint NOT NULL,
        rescue jsonb NOT NULL,
        suggestion_ids uuid[] NOT NULL,
        error text,
        decided_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        claimed_at timestamptz,
        processed_at timestamptz,
        CONSTRAINT pk_learning_task PRIMARY KEY (company_id, id),
        CONSTRAINT uq_learning_task_company_id_decision_id UNIQUE (company_id, decision_id),
        CONSTRAINT fk_learning_task_company_id_message_id_message
            FOREIGN KEY (company_id, message_id) REFERENCES message (company_id, id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_learning_task_status_id ON learning_task (status, id)",
    "CREATE INDEX ix_learning_task_company_id_key_id ON learning_task (company_id, key, id)",
    "CREATE INDEX ix_learning_task_company_id_message_id ON learning_task (company_id, message_id)",
    "CREATE INDEX ix_learning_task_company_id_contact_id ON learning_task (company_id, contact_id)",
    """
    CREATE TABLE suggestion (
        company_id uuid NOT NULL,
        id uuid NOT NULL,
        template_id uuid NOT NULL,
        issue text NOT NULL,
        scenario text NOT NULL,
        language text NOT NULL,
        edit jsonb NOT NULL,
        reasoning text NOT NULL,
        maker text NOT NULL,
        model text,
        cost_micros bigint NOT NULL,
        details jsonb NOT NULL,
        status text NOT NULL,
        confidence double precision NOT NULL,
        priority double precision NOT NULL,
        source_count integer NOT NULL,
        contact_count integer NOT NULL,
        sources_cost_micros bigint NOT NULL,
        channels text[] NOT NULL,
        similar_this_month integer NOT NULL,
        held_because text,
        backtest jsonb,
        revision integer NOT NULL,
        fingerprint text NOT NULL,
        decided_by text,
        second_by text,
        decided_reason text,
        applied_version integer,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        decided_at timestamptz,
        applied_at timestamptz,
        CONSTRAINT pk_suggestion PRIMARY KEY (company_id, id),
        CONSTRAINT fk_suggestion_company_id_company FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_suggestion_company_id_status_id ON suggestion (company_id, status, id)",
    "CREATE INDEX ix_suggestion_company_id_fingerprint ON suggestion (company_id, fingerprint)",
    """
    CREATE TABLE suggestion_source (
        company_id uuid NOT NULL,
        suggestion_id uuid NOT NULL,
        task_id uuid NOT NULL,
        CONSTRAINT pk_suggestion_source PRIMARY KEY (company_id, suggestion_id, task_id),
        CONSTRAINT fk_suggestion_source_company_id_suggestion_id_suggestion
            FOREIGN KEY (company_id, suggestion_id) REFERENCES suggestion (company_id, id) ON DELETE CASCADE,
        CONSTRAINT fk_suggestion_source_company_id_task_id_learning_task
            FOREIGN KEY (company_id, task_id) REFERENCES learning_task (company_id, id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_suggestion_source_company_id_task_id ON suggestion_source (company_id, task_id)",
)
PROTECTED = ("learning_task", "suggestion", "suggestion_source")


def upgrade() -> None:
    """Rescues, suggestions, sources."""
    for statement in [*TABLES, *(line for table in PROTECTED for line in protect(table))]:
        op.execute(statement)


def downgrade() -> None:
    """Takes it back."""
    for table in reversed(PROTECTED):
        op.execute(f"DROP TABLE {table}")

"""Decisions, and whose turn it is among the variations of an answer."""

from __future__ import annotations

from alembic import op

from understudy.infra.rls import protect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE decision (
        company_id uuid NOT NULL,
        id uuid NOT NULL,
        message_id uuid NOT NULL,
        conversation_id uuid NOT NULL,
        contact_id uuid NOT NULL,
        reply_id uuid,
        decided_at timestamptz NOT NULL,
        outcome text NOT NULL,
        rung text,
        confidence double precision,
        path text NOT NULL,
        answered_by text,
        action text NOT NULL,
        fallback_kind text,
        offer jsonb,
        notices text[] NOT NULL,
        rungs jsonb NOT NULL,
        cost_micros bigint NOT NULL,
        counterfactual_micros bigint NOT NULL,
        counterfactual_method text NOT NULL,
        language text NOT NULL,
        sentiment double precision,
        urgency text NOT NULL,
        is_vip boolean NOT NULL,
        min_confidence double precision,
        experiment_arms jsonb NOT NULL,
        settings_version integer NOT NULL,
        latency_us bigint NOT NULL,
        CONSTRAINT pk_decision PRIMARY KEY (company_id, id),
        CONSTRAINT uq_decision_company_id_message_id UNIQUE (company_id, message_id),
        CONSTRAINT fk_decision_company_id_message_id_message
            FOREIGN KEY (company_id, message_id) REFERENCES message (company_id, id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_decision_company_id_conversation_id_id ON decision (company_id, conversation_id, id)",
    "CREATE INDEX ix_decision_company_id_contact_id_id ON decision (company_id, contact_id, id)",
    # For the pages over all companies.
    "CREATE INDEX ix_decision_id ON decision (id)",
    # Only `turns` and `heard_at` change, which no index holds: with room on the page the row is rewritten in place.
    """
    CREATE TABLE answer_turn (
        company_id uuid NOT NULL,
        contact_id uuid NOT NULL,
        answer text NOT NULL,
        turns integer NOT NULL,
        heard_at timestamptz NOT NULL,
        CONSTRAINT pk_answer_turn PRIMARY KEY (company_id, contact_id, answer),
        CONSTRAINT fk_answer_turn_company_id_contact_id_contact
            FOREIGN KEY (company_id, contact_id) REFERENCES contact (company_id, id) ON DELETE CASCADE
    ) WITH (fillfactor = 80)""",
)


def upgrade() -> None:
    """Decisions, and whose turn it is among the variations of an answer."""
    for statement in [*TABLES, *protect("decision"), *protect("answer_turn")]:
        op.execute(statement)


def downgrade() -> None:
    """Takes it back."""
    op.execute("DROP TABLE answer_turn, decision")

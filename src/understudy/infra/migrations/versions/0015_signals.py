"""Feedback and corrections, what they say of answers, decisions counted by hour, and how far sweeps have read."""

from __future__ import annotations

from alembic import op

from understudy.infra.rls import protect

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = (
    # A refusal to be asked is the contact's own, so it stands where the contact does and costs no look-up.
    "ALTER TABLE contact ADD COLUMN feedback_refused_at timestamptz",
    # One for each reply, which has one contact.
    """
    CREATE TABLE feedback (
        company_id uuid NOT NULL,
        message_id uuid NOT NULL,
        conversation_id uuid NOT NULL,
        contact_id uuid NOT NULL,
        channel text NOT NULL,
        is_helpful boolean,
        rating smallint,
        comment text,
        given_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        changes integer NOT NULL,
        CONSTRAINT pk_feedback PRIMARY KEY (company_id, message_id),
        CONSTRAINT fk_feedback_company_id_message_id_message
            FOREIGN KEY (company_id, message_id) REFERENCES message (company_id, id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_feedback_company_id_contact_id ON feedback (company_id, contact_id)",
    # One for each question.
    """
    CREATE TABLE correction (
        company_id uuid NOT NULL,
        message_id uuid NOT NULL,
        contact_id uuid NOT NULL,
        is_right boolean NOT NULL,
        right_key text,
        right_text text,
        reason text NOT NULL,
        category text NOT NULL,
        corrected_by text NOT NULL,
        corrected_at timestamptz NOT NULL,
        CONSTRAINT pk_correction PRIMARY KEY (company_id, message_id),
        CONSTRAINT fk_correction_company_id_message_id_message
            FOREIGN KEY (company_id, message_id) REFERENCES message (company_id, id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_correction_company_id_contact_id ON correction (company_id, contact_id)",
    """
    CREATE TABLE judgement (
        company_id uuid NOT NULL,
        decision_id uuid NOT NULL,
        signal text NOT NULL,
        message_id uuid NOT NULL,
        contact_id uuid NOT NULL,
        key text,
        is_right boolean NOT NULL,
        at timestamptz NOT NULL,
        CONSTRAINT pk_judgement PRIMARY KEY (company_id, decision_id, signal),
        CONSTRAINT fk_judgement_company_id_decision_id_decision
            FOREIGN KEY (company_id, decision_id) REFERENCES decision (company_id, id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_judgement_company_id_message_id ON judgement (company_id, message_id)",
    "CREATE INDEX ix_judgement_company_id_contact_id ON judgement (company_id, contact_id)",
    "CREATE INDEX ix_judgement_company_id_key ON judgement (company_id, key)",
    "CREATE INDEX ix_judgement_company_id_at ON judgement (company_id, at)",
    # Names nobody and outlives the decisions that it counts.
    """
    CREATE TABLE decision_hour (
        company_id uuid NOT NULL,
        hour timestamptz NOT NULL,
        rung text NOT NULL,
        outcome text NOT NULL,
        template text NOT NULL,
        decisions bigint NOT NULL,
        cost_micros bigint NOT NULL,
        counterfactual_micros bigint NOT NULL,
        saved_micros bigint NOT NULL,
        confidence_sum double precision NOT NULL,
        confident bigint NOT NULL,
        latency_steps integer[] NOT NULL,
        latency_counts bigint[] NOT NULL,
        CONSTRAINT pk_decision_hour PRIMARY KEY (company_id, hour, rung, outcome, template),
        CONSTRAINT fk_decision_hour_company_id_company
            FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    )""",
    # For the pages over all companies.
    "CREATE INDEX ix_decision_hour_hour ON decision_hour (hour)",
    # Of no company: it holds identifiers only.
    """
    CREATE TABLE sweep_mark (
        name text NOT NULL,
        position uuid,
        claimed_until timestamptz,
        CONSTRAINT pk_sweep_mark PRIMARY KEY (name)
    )""",
)
PROTECTED = ("feedback", "correction", "judgement", "decision_hour")


def upgrade() -> None:
    """Feedback, corrections, judgements, hours, marks."""
    for statement in [*TABLES, *(line for table in PROTECTED for line in protect(table))]:
        op.execute(statement)


def downgrade() -> None:
    """Takes it back."""
    for table in ("sweep_mark", *reversed(PROTECTED)):
        op.execute(f"DROP TABLE {table}")
    op.execute("ALTER TABLE contact DROP COLUMN feedback_refused_at")

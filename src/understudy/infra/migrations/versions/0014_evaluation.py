"""Golden cases, and replays of past traffic."""

from __future__ import annotations

from alembic import op

from understudy.infra.rls import protect

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE golden_set (
        company_id uuid NOT NULL,
        version integer NOT NULL,
        CONSTRAINT pk_golden_set PRIMARY KEY (company_id),
        CONSTRAINT fk_golden_set_company_id_company FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    )""",
    """
    CREATE TABLE golden_case (
        company_id uuid NOT NULL,
        id uuid NOT NULL,
        text text NOT NULL,
        expected text,
        language text NOT NULL,
        origin text NOT NULL,
        since integer NOT NULL,
        until integer,
        message_id uuid,
        note text NOT NULL,
        added_by text NOT NULL,
        added_at timestamptz NOT NULL,
        encoder text NOT NULL,
        vector bytea NOT NULL,
        CONSTRAINT pk_golden_case PRIMARY KEY (company_id, id),
        CONSTRAINT fk_golden_case_company_id_company FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE,
        CONSTRAINT fk_golden_case_company_id_message_id_message
            FOREIGN KEY (company_id, message_id) REFERENCES message (company_id, id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_golden_case_company_id_message_id ON golden_case (company_id, message_id)",
    """
    CREATE TABLE replay (
        company_id uuid NOT NULL,
        id uuid NOT NULL,
        status text NOT NULL,
        template_id uuid,
        thresholds jsonb NOT NULL,
        candidate jsonb,
        days integer NOT NULL,
        total integer NOT NULL,
        done integer NOT NULL,
        is_cut boolean NOT NULL,
        base_version text NOT NULL,
        counts jsonb NOT NULL,
        saving_month_micros bigint,
        saving_low_micros bigint,
        saving_high_micros bigint,
        asked_by text NOT NULL,
        error text,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        finished_at timestamptz,
        CONSTRAINT pk_replay PRIMARY KEY (company_id, id),
        CONSTRAINT fk_replay_company_id_company FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_replay_running ON replay (updated_at) WHERE status = 'running'",
    """
    CREATE TABLE replay_part (
        company_id uuid NOT NULL,
        replay_id uuid NOT NULL,
        number integer NOT NULL,
        newest_id uuid NOT NULL,
        oldest_id uuid NOT NULL,
        messages integer NOT NULL,
        done_at timestamptz,
        CONSTRAINT pk_replay_part PRIMARY KEY (company_id, replay_id, number),
        CONSTRAINT fk_replay_part_company_id_replay_id_replay
            FOREIGN KEY (company_id, replay_id) REFERENCES replay (company_id, id) ON DELETE CASCADE
    )""",
    """
    CREATE TABLE replay_message (
        company_id uuid NOT NULL,
        replay_id uuid NOT NULL,
        id uuid NOT NULL,
        part integer NOT NULL,
        message_id uuid,
        effect text NOT NULL,
        is_wrong boolean NOT NULL,
        is_mended boolean NOT NULL,
        before_key text,
        before_rung text,
        before_confidence double precision,
        after_key text,
        after_rung text,
        after_confidence double precision,
        expected text,
        truth text NOT NULL,
        CONSTRAINT pk_replay_message PRIMARY KEY (company_id, replay_id, id),
        CONSTRAINT fk_replay_message_company_id_replay_id_replay
            FOREIGN KEY (company_id, replay_id) REFERENCES replay (company_id, id) ON DELETE CASCADE,
        CONSTRAINT fk_replay_message_company_id_message_id_message
            FOREIGN KEY (company_id, message_id) REFERENCES message (company_id, id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_replay_message_company_id_message_id ON replay_message (company_id, message_id)",
)
PROTECTED = ("golden_set", "golden_case", "replay", "replay_part", "replay_message")


def upgrade() -> None:
    """Golden cases, replays, their parts and messages."""
    for statement in [*TABLES, *(line for table in PROTECTED for line in protect(table))]:
        op.execute(statement)


def downgrade() -> None:
    """Takes it back."""
    for table in reversed(PROTECTED):
        op.execute(f"DROP TABLE {table}")

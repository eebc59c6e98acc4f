"""Notices, and where they are sent."""

from __future__ import annotations

from alembic import op

from understudy.infra.rls import protect

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = (
    # Without a company: the platform's, which every company may read and none may change.
    """
    CREATE TABLE notice (
        id uuid NOT NULL,
        company_id uuid,
        code text NOT NULL,
        severity text NOT NULL,
        subject text NOT NULL,
        title text NOT NULL,
        text text NOT NULL,
        details jsonb NOT NULL,
        count bigint NOT NULL,
        first_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        seen_by text,
        seen_at timestamptz,
        CONSTRAINT pk_notice PRIMARY KEY (id),
        CONSTRAINT fk_notice_company_id_company FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_notice_company_id_id ON notice (company_id, id)",
    # One notice of a kind waits to be seen; the next of that kind counts it up.
    """
    CREATE UNIQUE INDEX ix_notice_company_id_code_subject ON notice (company_id, code, subject) NULLS NOT DISTINCT
    WHERE seen_at IS NULL""",
    # Which events were heard, so that one that comes twice counts once.
    """
    CREATE TABLE notice_event (
        event_id uuid NOT NULL,
        company_id uuid,
        notice_id uuid NOT NULL,
        at timestamptz NOT NULL,
        CONSTRAINT pk_notice_event PRIMARY KEY (event_id),
        CONSTRAINT fk_notice_event_notice_id_notice FOREIGN KEY (notice_id) REFERENCES notice (id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_notice_event_notice_id ON notice_event (notice_id)",
    "CREATE INDEX ix_notice_event_at ON notice_event (at)",
    """
    CREATE TABLE notice_delivery (
        company_id uuid NOT NULL,
        id uuid NOT NULL,
        notice_id uuid NOT NULL,
        made_at timestamptz NOT NULL,
        tries bigint NOT NULL,
        tried_at timestamptz,
        delivered_at timestamptz,
        fault text,
        CONSTRAINT pk_notice_delivery PRIMARY KEY (company_id, id),
        CONSTRAINT uq_notice_delivery_company_id_notice_id UNIQUE (company_id, notice_id),
        CONSTRAINT fk_notice_delivery_notice_id_notice FOREIGN KEY (notice_id) REFERENCES notice (id) ON DELETE CASCADE,
        CONSTRAINT fk_notice_delivery_company_id_company
            FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_notice_delivery_notice_id ON notice_delivery (notice_id)",
    "CREATE INDEX ix_notice_delivery_made_at ON notice_delivery (made_at) WHERE delivered_at IS NULL",
    """
    CREATE TABLE notice_secret (
        company_id uuid NOT NULL,
        sealed bytea NOT NULL,
        made_by text NOT NULL,
        made_at timestamptz NOT NULL,
        CONSTRAINT pk_notice_secret PRIMARY KEY (company_id),
        CONSTRAINT fk_notice_secret_company_id_company
            FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    )""",
)
PROTECTED = ("notice", "notice_event", "notice_delivery", "notice_secret")
# What the platform is told concerns every company.
SHARED = "CREATE POLICY shared ON notice FOR SELECT TO understudy_app USING (company_id IS NULL)"


def upgrade() -> None:
    """Notices, and where they are sent."""
    for statement in [*TABLES, *(line for table in PROTECTED for line in protect(table)), SHARED]:
        op.execute(statement)


def downgrade() -> None:
    """Takes it back."""
    for table in reversed(PROTECTED):
        op.execute(f"DROP TABLE {table}")

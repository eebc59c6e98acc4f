"""Budgets by month, and the holds on them."""

from __future__ import annotations

from alembic import op

from understudy.infra.rls import protect

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = (
    # Only the sums change, which no index holds: with room on the page the row is rewritten in place.
    """
    CREATE TABLE budget_window (
        company_id uuid NOT NULL,
        pot text NOT NULL,
        month text NOT NULL,
        starts_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL,
        cap_micros bigint NOT NULL,
        spent_micros bigint NOT NULL,
        held_micros bigint NOT NULL,
        announced_percent integer NOT NULL,
        CONSTRAINT pk_budget_window PRIMARY KEY (company_id, pot, month),
        CONSTRAINT ck_budget_window_not_negative CHECK (spent_micros >= 0 AND held_micros >= 0),
        CONSTRAINT fk_budget_window_company_id_company
            FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    ) WITH (fillfactor = 50)""",
    """
    CREATE TABLE budget_hold (
        company_id uuid NOT NULL,
        id uuid NOT NULL,
        pot text NOT NULL,
        month text NOT NULL,
        model text NOT NULL,
        state text NOT NULL,
        asked_micros bigint NOT NULL,
        amount_micros bigint NOT NULL,
        cost_micros bigint,
        placed_at timestamptz NOT NULL,
        due_at timestamptz NOT NULL,
        CONSTRAINT pk_budget_hold PRIMARY KEY (company_id, id),
        CONSTRAINT fk_budget_hold_company_id_pot_month_budget_window
            FOREIGN KEY (company_id, pot, month) REFERENCES budget_window (company_id, pot, month) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_budget_hold_due_at ON budget_hold (due_at)",
    """
    CREATE TABLE hold_factor (
        company_id uuid NOT NULL,
        model text NOT NULL,
        percent integer NOT NULL,
        CONSTRAINT pk_hold_factor PRIMARY KEY (company_id, model),
        CONSTRAINT fk_hold_factor_company_id_company
            FOREIGN KEY (company_id) REFERENCES company (id) ON DELETE CASCADE
    )""",
)
PROTECTED = ("budget_window", "budget_hold", "hold_factor")
# What nearly every call ends with: its cost lies within its hold, and reaches no share of the cap that is still to be
# announced (`percents`). Otherwise nothing is changed, the answer is null, and the call is settled step by step.
SETTLE_QUIETLY = """
CREATE FUNCTION settle_quietly(hold uuid, cost bigint, keep interval, percents integer[]) RETURNS bigint
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    company uuid := current_setting('app.company')::uuid;
    due budget_hold;
BEGIN
    SELECT * INTO due FROM budget_hold h
    WHERE h.company_id = company AND h.id = hold AND h.state IN ('held', 'sent') AND h.amount_micros >= cost
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    UPDATE budget_window w SET held_micros = w.held_micros - due.amount_micros, spent_micros = w.spent_micros + cost
    WHERE w.company_id = company AND w.pot = due.pot AND w.month = due.month
        AND NOT EXISTS (
            SELECT FROM unnest(percents) AS percent
            WHERE w.cap_micros > 0 AND percent > w.announced_percent
                AND (w.spent_micros + cost) * 100 >= w.cap_micros * percent);
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    UPDATE budget_hold h SET state = 'settled', cost_micros = cost, due_at = statement_timestamp() + keep
    WHERE h.company_id = company AND h.id = hold;
    RETURN cost;
END $$"""


def upgrade() -> None:
    """Budgets by month, and the holds on them."""
    for statement in [*TABLES, *(line for table in PROTECTED for line in protect(table)), SETTLE_QUIETLY]:
        op.execute(statement)


def downgrade() -> None:
    """Takes it back."""
    op.execute("DROP FUNCTION settle_quietly")
    for table in reversed(PROTECTED):
        op.execute(f"DROP TABLE {table}")

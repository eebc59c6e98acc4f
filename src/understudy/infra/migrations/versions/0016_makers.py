"""How far rescues were looked for, and the index that finds them."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

STATEMENTS = (
    # Of no company: how far the decisions of all were read, as the identifier of the last one.
    """
    CREATE TABLE learning_mark (
        name text NOT NULL,
        seen uuid NOT NULL,
        CONSTRAINT pk_learning_mark PRIMARY KEY (name)
    )""",
    "CREATE INDEX ix_decision_rescue ON decision (id) WHERE rung = 'llm' AND outcome = 'answered'",
)


def upgrade() -> None:
    """The mark and the index."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Takes it back."""
    op.execute("DROP INDEX ix_decision_rescue")
    op.execute("DROP TABLE learning_mark")

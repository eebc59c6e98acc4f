"""A job that runs does not count as one that waits, so that it can go back in the queue beside another like it."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# The job engine keeps a job's `queueing_lock` while it runs. When the same work is enqueued meanwhile, going back to
# `todo` (the worker died, the job asked for a retry) breaks the index that allows one waiting job per lock: the job
# could never be taken over. Its `lock` still keeps the two from running side by side.
RELEASE = """
CREATE FUNCTION release_queueing_lock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.queueing_lock := NULL;
    RETURN NEW;
END $$"""

ON_START = """
CREATE TRIGGER release_queueing_lock BEFORE UPDATE OF status ON procrastinate_jobs
FOR EACH ROW WHEN (NEW.status = 'doing' AND NEW.queueing_lock IS NOT NULL) EXECUTE FUNCTION release_queueing_lock()"""


def upgrade() -> None:
    """Releases the lock when a job starts, and those of the jobs that run now."""
    op.execute(RELEASE)
    op.execute(ON_START)
    op.execute(
        "UPDATE procrastinate_jobs SET queueing_lock = NULL WHERE status = 'doing' AND queueing_lock IS NOT NULL"
    )


def downgrade() -> None:
    """Takes it back."""
    op.execute("DROP TRIGGER release_queueing_lock ON procrastinate_jobs")
    op.execute("DROP FUNCTION release_queueing_lock")

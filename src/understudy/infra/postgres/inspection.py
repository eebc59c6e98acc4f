"""What `doctor` looks at in the database."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from understudy.infra.postgres import migrate
from understudy.infra.postgres.place import Place
from understudy.infra.postgres.roles import ROLES

OLDEST_SERVER = 160_000
OLDEST_VECTOR = (0, 8)
WORKER_SILENT_SECONDS = 60
MAX_CLOCK_SKEW_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked. `remedy` is empty when all is well."""

    subject: str
    detail: str
    remedy: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing needs to be done."""
        return not self.remedy


def inspect(place: Place, now_timestamp: float) -> list[Finding]:
    """Checks server, tables, roles, row security, workers and jobs. Raises psycopg.Error when unreachable."""
    with psycopg.connect(place.platform_url, connect_timeout=5) as connection:
        return [
            _server(connection),
            _vector(connection),
            _revision(connection),
            _roles(connection),
            _row_security(connection),
            _clock(connection, now_timestamp),
            _workers(connection),
            _jobs(connection),
        ]


def _one(connection: psycopg.Connection, query: str, *values: object) -> tuple[object, ...]:
    row = connection.execute(query, values).fetchone()
    return tuple(row) if row else ()


def _server(connection: psycopg.Connection) -> Finding:
    version = connection.info.server_version
    shown = f"PostgreSQL {version // 10_000}.{version % 10_000}"
    return Finding("server", shown, "" if version >= OLDEST_SERVER else "use PostgreSQL 16 or newer")


def _vector(connection: psycopg.Connection) -> Finding:
    row = _one(connection, "SELECT extversion FROM pg_extension WHERE extname = 'vector'")
    if not row:
        return Finding("pgvector", "not installed", "run the script of `understudy db roles` as a superuser")
    version = tuple(int(part) for part in str(row[0]).split(".")[:2])
    return Finding("pgvector", str(row[0]), "" if version >= OLDEST_VECTOR else "ALTER EXTENSION vector UPDATE to 0.8+")


def _revision(connection: psycopg.Connection) -> Finding:
    (exists,) = _one(connection, "SELECT to_regclass('alembic_version') IS NOT NULL")
    found = _one(connection, "SELECT version_num FROM alembic_version") if exists else ()
    at = str(found[0]) if found else "none"
    return Finding("tables", f"revision {at}", "" if at == migrate.newest() else "run `understudy db migrate`")


def _roles(connection: psycopg.Connection) -> Finding:
    rows = connection.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (rolsuper OR rolbypassrls)", (list(ROLES),)
    ).fetchall()
    names = ", ".join(row[0] for row in rows)
    remedy = f"ALTER ROLE {names} NOSUPERUSER NOBYPASSRLS" if names else ""
    return Finding("roles", f"{names} may ignore row security" if names else "bound by row security", remedy)


def _row_security(connection: psycopg.Connection) -> Finding:
    rows = connection.execute(
        "SELECT DISTINCT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname = 'company_id'"
        " AND c.relname <> 'outbox' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
    ).fetchall()
    names = ", ".join(row[0] for row in rows)
    detail = f"missing on {names}" if names else "forced on every table of a company"
    return Finding("row security", detail, "run `understudy db migrate`" if names else "")


def _clock(connection: psycopg.Connection, now_timestamp: float) -> Finding:
    (theirs,) = _one(connection, "SELECT extract(epoch FROM clock_timestamp())::float8")
    skew = abs(float(str(theirs)) - now_timestamp)
    remedy = "" if skew <= MAX_CLOCK_SKEW_SECONDS else "set the clocks by NTP"
    return Finding("clock", f"{skew:.1f} s from the database's", remedy)


def _workers(connection: psycopg.Connection) -> Finding:
    (alive,) = _one(
        connection,
        "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)",
        WORKER_SILENT_SECONDS,
    )
    return Finding("workers", f"{alive} alive", "" if alive else "start `understudy serve` or `understudy worker`")


def _jobs(connection: psycopg.Connection) -> Finding:
    (waiting, failed) = _one(
        connection,
        "SELECT count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) < now() - interval '5 min'),"
        " count(*) FILTER (WHERE status = 'failed') FROM procrastinate_jobs",
    )
    remedy = "start more workers" if waiting else ("look for job_failed in the workers' logs" if failed else "")
    return Finding("jobs", f"{waiting} waiting for over 5 minutes, {failed} failed", remedy)

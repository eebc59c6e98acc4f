"""The three roles: the owner migrates, the serving role answers, the platform role works over all companies.

None is a superuser and none bypasses row-level security. The same script prepares the embedded database and any
PostgreSQL from 16 on; `understudy db roles` prints it for the administrator of an external one.
"""

from __future__ import annotations

from collections.abc import Mapping

import psycopg
from psycopg import sql

OWNER = "understudy_owner"
APP = "understudy_app"
PLATFORM = "understudy_platform"
ROLES = (OWNER, APP, PLATFORM)


def cluster_statements(database: str, passwords: Mapping[str, str]) -> list[sql.Composed]:
    """What a superuser runs once for the cluster. `passwords`: role → password; none where the server trusts."""
    statements = [_role(role, passwords.get(role)) for role in ROLES]
    named = {"database": sql.Identifier(database), "owner": sql.Identifier(OWNER)}
    statements.append(sql.SQL("ALTER DATABASE {database} OWNER TO {owner}").format(**named))
    statements.append(sql.SQL("REVOKE ALL ON DATABASE {database} FROM PUBLIC").format(**named))
    for role in ROLES:
        statements.append(
            sql.SQL("GRANT CONNECT ON DATABASE {database} TO {role}").format(role=sql.Identifier(role), **named)
        )
    return statements


def database_statements() -> list[sql.Composed]:
    """What a superuser runs once inside the database: the extension, the schema, what later tables grant."""
    owner = sql.Identifier(OWNER)
    statements = [
        sql.SQL("CREATE EXTENSION IF NOT EXISTS vector").format(),
        sql.SQL("ALTER SCHEMA public OWNER TO {}").format(owner),
        sql.SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC").format(),
    ]
    for role in (APP, PLATFORM):
        to = sql.Identifier(role)
        statements.append(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(to))
        for right, kind in (
            ("SELECT, INSERT, UPDATE, DELETE", "TABLES"),
            ("USAGE, SELECT", "SEQUENCES"),
            ("EXECUTE", "FUNCTIONS"),
        ):
            statements.append(
                sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public GRANT {} ON {} TO {}").format(
                    owner, sql.SQL(right), sql.SQL(kind), to
                )
            )
    return statements


SETTING_UP = 7_201_117
"""The advisory lock that is held during the set-up; given back when the connection ends, however it ends."""


def script(database: str, passwords: Mapping[str, str]) -> str:
    """The whole set-up as a psql script."""
    lines = [
        "-- Run as a superuser: psql -v ON_ERROR_STOP=1 -f roles.sql postgres",
        sql.SQL("CREATE DATABASE {};").format(sql.Identifier(database)).as_string(),
        *(statement.as_string() + ";" for statement in cluster_statements(database, passwords)),
        sql.SQL("\\connect {}").format(sql.Identifier(database)).as_string(),
        *(statement.as_string() + ";" for statement in database_statements()),
    ]
    return "\n".join(lines) + "\n"


def prepare(superuser_url: str, database: str, superuser_database_url: str) -> None:
    """Runs the set-up; running it again changes nothing. Two that start at once wait for each other."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [SETTING_UP])  # else: "tuple concurrently updated"
        for statement in cluster_statements(database, {}):
            connection.execute(statement)
        with psycopg.connect(superuser_database_url, autocommit=True) as inner:
            for statement in database_statements():
                inner.execute(statement)


def _role(role: str, password: str | None) -> sql.Composed:
    name = sql.Identifier(role)
    login: sql.Composable = sql.SQL("LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
    if password is not None:
        login = sql.SQL("{} PASSWORD {}").format(login, sql.Literal(password))
    return sql.SQL(
        "DO $roles$ BEGIN CREATE ROLE {name} {login}; "
        "EXCEPTION WHEN duplicate_object OR unique_violation THEN ALTER ROLE {name} {login}; END $roles$"
    ).format(name=name, login=login)

"""Backup and restore with PostgreSQL's own tools, in the version of the server.

The dump is made by the platform role, whose policies let it see every company; the restore is made by the owner into
a prepared, empty database, where row-level security is put on after the data.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import psycopg

from understudy.infra.postgres.embedded import binaries
from understudy.infra.postgres.place import Place
from understudy.kit.errors import Conflict, Invalid, Unavailable

LEFT_OUT = ("EXTENSION", "SCHEMA", "DEFAULT ACL")
"""Kinds of entries that the set-up of the roles makes, not the owner: they are not restored."""


class BackupFailed(Unavailable):
    """PostgreSQL's tool gave up; its own words are in the message."""

    code = "backup_failed"


class DatabaseNotEmpty(Conflict):
    """A restore needs an empty database."""

    code = "database_not_empty"


def backup(place: Place, target: Path) -> int:
    """Writes a compressed dump of everything and gives back its size in bytes. The file appears when it is whole."""
    if not target.parent.is_dir():
        raise Invalid(f"there is no folder {target.parent}", field="file", remedy="make the folder first")
    unfinished = target.with_name(target.name + ".part")
    arguments = ["--format=custom", "--enable-row-security", "--no-owner", f"--file={unfinished}"]
    try:
        _run(place.platform_url, "pg_dump", [*arguments, place.platform_url])
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def restore(place: Place, source: Path) -> None:
    """Fills an empty database from a dump, all or nothing. Raises `DatabaseNotEmpty`."""
    if not source.is_file():
        raise Invalid(f"there is no file {source}", field="file", remedy="give the file of a backup")
    with psycopg.connect(place.owner_url) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        if row and row[0]:
            raise DatabaseNotEmpty(
                "the database holds tables already",
                remedy="give an empty one: another UNDERSTUDY_DATABASE_DATA_DIR, or a new database",
            )
    listing = _run(place.owner_url, "pg_restore", ["--list", str(source)])
    wanted = [line for line in listing.splitlines() if not _left_out(line)]
    chosen = source.with_name(source.name + ".list")
    chosen.write_text("\n".join(wanted))
    try:
        arguments = ["--no-owner", "--exit-on-error", "--single-transaction", f"--use-list={chosen}"]
        _run(place.owner_url, "pg_restore", [*arguments, f"--dbname={place.owner_url}", str(source)])
    finally:
        chosen.unlink()


def _left_out(line: str) -> bool:
    if line.startswith(";"):
        return False
    words = line.split(" ", 3)
    kind = words[3] if len(words) > 3 else ""
    return kind.startswith(LEFT_OUT) or (
        kind.startswith(("COMMENT", "ACL")) and ("EXTENSION" in kind or "SCHEMA" in kind)
    )


def _run(url: str, tool: str, arguments: list[str]) -> str:
    with psycopg.connect(url) as connection:
        major = connection.info.server_version // 10_000
    done = subprocess.run(  # noqa: S603 - our own tools and arguments, no shell
        [binaries(16 if major <= 16 else 18) / tool, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupFailed(f"{tool} failed: {done.stderr.strip()}", remedy="mend what it says and run it again")
    return done.stdout

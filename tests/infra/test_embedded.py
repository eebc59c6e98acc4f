"""The embedded server: started, adopted, stopped by its last user, also after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from understudy.infra.postgres.embedded import DataFolderUnusable, EmbeddedPostgres

USER = """
import sys, time
from understudy.infra.postgres.embedded import EmbeddedPostgres
server = EmbeddedPostgres(sys.argv[1])
server.start()
print("started", flush=True)
time.sleep(600)
"""


def answers(server: EmbeddedPostgres) -> bool:
    try:
        with psycopg.connect(server.url("postgres", "postgres"), connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def test_the_last_user_stops_it(tmp_path: Path) -> None:
    first, second = EmbeddedPostgres(tmp_path), EmbeddedPostgres(tmp_path)
    first.start()
    second.start()
    url = first.url("postgres", "postgres")
    assert first.stop() is False
    assert answers(second)
    assert second.stop() is True
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)


def test_after_a_kill_the_next_one_adopts_it_and_stops_it(tmp_path: Path) -> None:
    user = subprocess.Popen([sys.executable, "-c", USER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert user.stdout is not None
    assert user.stdout.readline() == "started\n"
    user.send_signal(signal.SIGKILL)
    user.wait()
    user.stdout.close()
    server = EmbeddedPostgres(tmp_path)
    server.start()
    assert answers(server)
    assert server.stop() is True


def test_a_pid_file_of_a_dead_machine_does_not_fool_it(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path)
    server.start()
    pid_file = server.pgdata / "postmaster.pid"
    content = pid_file.read_text().split("\n", 1)[1]
    server.stop()
    pid_file.write_text(f"{os.getpid()}\n{content}")
    server.start()
    assert answers(server)
    server.stop()


def test_a_folder_of_another_major_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(DataFolderUnusable, match="PostgreSQL 15") as refused:
        EmbeddedPostgres(tmp_path).start()
    assert "backup" in str(refused.value.remedy)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(DataFolderUnusable, match="cannot be written"):
        EmbeddedPostgres(tmp_path / "file" / "data").start()

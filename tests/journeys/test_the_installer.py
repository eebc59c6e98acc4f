"""The engineer who installs it: start, look, back up, restore, stop; every mistake is explained."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx2
import psutil
import pytest

from tests.processes import PATIENCE_SECONDS, as_json, command, running

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {"UNDERSTUDY_DATABASE_DATA_DIR": str(tmp_path_factory.mktemp("installed") / "data")}


def test_from_the_first_start_to_a_restored_backup(environment: dict[str, str], tmp_path: Path) -> None:
    with running("serve", environment=environment, log=tmp_path / "log") as server:
        made = as_json("company", "create", "Acme Bank", "--trade", "banking", environment=environment)
        assert made["slug"] == "acme-bank"
        assert all(finding["well"] for finding in as_json("doctor", environment=environment))
        as_json("db", "backup", str(tmp_path / "backup"), environment=environment)
        assert server.stop() == 0
    elsewhere = {"UNDERSTUDY_DATABASE_DATA_DIR": str(tmp_path / "elsewhere")}
    as_json("db", "restore", str(tmp_path / "backup"), environment=elsewhere)
    assert [company["slug"] for company in as_json("company", "list", environment=elsewhere)] == ["acme-bank"]


def test_a_taken_port_is_said_before_anything_starts(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = command("serve", "--port", port, environment=environment, check=False)
    assert done.returncode == 2
    assert port in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_listening_on_the_network_needs_a_console_token(environment: dict[str, str]) -> None:
    open_to_all = environment | {"UNDERSTUDY_WEB_CONSOLE_TOKEN": ""}
    done = command("serve", "--host", "0.0.0.0", environment=open_to_all, check=False)
    assert done.returncode == 2
    assert "UNDERSTUDY_WEB_CONSOLE_TOKEN" in done.stderr


def test_a_wrong_setting_is_named(environment: dict[str, str]) -> None:
    done = command("company", "list", environment=environment | {"UNDERSTUDY_DATABASE_POOL_SIZE": "many"}, check=False)
    assert done.returncode == 2
    assert "UNDERSTUDY_DATABASE_POOL_SIZE" in done.stderr


def test_a_database_that_is_down_is_said_at_start() -> None:
    nowhere = "postgresql://understudy_app@127.0.0.1:9/understudy"
    done = command(
        "company",
        "list",
        environment={
            "UNDERSTUDY_DATABASE_URL": nowhere,
            "UNDERSTUDY_DATABASE_PLATFORM_URL": nowhere,
            "UNDERSTUDY_DATABASE_CONNECT_TIMEOUT_SECONDS": "0.5",
        },
        check=False,
    )
    assert done.returncode == 6
    assert "doctor" in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("company", "show", "nobody"), 3, "nobody"),
        (("company", "create", "X", "--trade", "Two Words"), 2, "trade"),
        (("db", "restore", "/nowhere/backup"), 2, "no file"),
    ],
)
def test_mistakes_are_explained(environment: dict[str, str], words: tuple[str, ...], code: int, said: str) -> None:
    done = command(*words, environment=environment, check=False)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_several_server_processes_share_the_port_and_end_together(environment: dict[str, str], tmp_path: Path) -> None:
    words = ("serve", "--processes", "2")
    with running(*words, environment=environment, log=tmp_path / "log") as server:
        assert server.process is not None
        parent = psutil.Process(server.process.pid)
        children = [child for child in parent.children() if "serve" in child.cmdline()]
        assert len(children) == 2
        children[0].kill()
        assert server.process.wait(PATIENCE_SECONDS) == 1
        assert not children[1].is_running()
    with running(*words, environment=environment, log=tmp_path / "log") as server:
        assert server.process is not None
        children = [child for child in psutil.Process(server.process.pid).children() if "serve" in child.cmdline()]
        server.kill()
        psutil.wait_procs(children, timeout=PATIENCE_SECONDS)
        assert not any(child.is_running() for child in children)


def test_metrics_are_those_of_all_server_processes(environment: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    there = environment | {"TMPDIR": str(folder)}
    asked, answered = 40, 'understudy_http_request_seconds_count{route="/v1/settings",status="401"} '
    with running("serve", "--processes", "2", environment=there, log=tmp_path / "log") as server:
        for _ in range(asked):  # each on a connection of its own, which either process may take
            assert httpx2.get(f"{server.url}/v1/settings").status_code == 401
        by_process = list(folder.glob("understudy-metrics-*/histogram_*.db"))
        assert len(by_process) == 2
        for _ in range(10):
            lines = httpx2.get(f"{server.url}/metrics").text.splitlines()
            assert [line for line in lines if line.startswith(answered)] == [f"{answered}{float(asked)}"]
            assert "understudy_webchat_open 0.0" in lines
    assert list(folder.glob("understudy-metrics-*")) == []


def test_an_archived_company_is_brought_back_by_its_slug(environment: dict[str, str]) -> None:
    as_json("company", "create", "Gone Bank", "--trade", "banking", environment=environment)
    as_json("company", "archive", "gone-bank", environment=environment)
    assert command("company", "show", "gone-bank", environment=environment, check=False).returncode == 3
    as_json("company", "restore", "gone-bank", environment=environment)
    assert as_json("company", "show", "gone-bank", environment=environment)["slug"] == "gone-bank"

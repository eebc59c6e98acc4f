"""The product's own server, as a process of its own."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from understudy.kit.errors import Unavailable

START_SECONDS = 60


class DemoFailed(Unavailable):
    """A part of the demo did not come up."""

    code = "demo_failed"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its address, and that of its console with the token that opens it."""

    url: str
    console: str


@contextmanager
def running_server(port: int, *, folder: Path) -> Iterator[Server]:
    """Starts the server on a port and stops it at the end. Its log goes into the folder; raises `DemoFailed`."""
    token = secrets.token_urlsafe(24)
    environment = os.environ | {"UNDERSTUDY_WEB_CONSOLE_TOKEN": token}
    log_file = folder / "log"
    with log_file.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "understudy", "serve", "--port", str(port)],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(process, url, log_file)
        yield Server(url, f"{url}/console/?token={token}")
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx2.get(f"{url}/readyz", timeout=2).status_code == httpx2.codes.OK:
                return
        except httpx2.HTTPError:
            pass
        time.sleep(0.1)
    raise DemoFailed("the server did not start", remedy=f"see {log}")

"""Real processes of the product, for journeys and faults."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from tests.external_postgres import free_port

PATIENCE_SECONDS = 60
QUICK = {
    "UNDERSTUDY_JOBS_HEARTBEAT_SECONDS": "0.3",
    "UNDERSTUDY_JOBS_STALLED_AFTER_SECONDS": "1.5",
    "UNDERSTUDY_JOBS_POLL_SECONDS": "0.1",
    "UNDERSTUDY_JOBS_DRAIN_SECONDS": "2",
    "UNDERSTUDY_WEB_CONSOLE_TOKEN": "console-token-of-the-tests",
    "OMP_NUM_THREADS": "1",
}
"""Settings with short time limits."""


def command(*words: str, environment: Mapping[str, str], check: bool = True) -> subprocess.CompletedProcess[str]:
    """Runs one command of the product."""
    return subprocess.run(
        [sys.executable, "-m", "understudy", *words],
        env=os.environ | QUICK | dict(environment),
        capture_output=True,
        text=True,
        check=check,
        timeout=PATIENCE_SECONDS * 3,
    )


def as_json(*words: str, environment: Mapping[str, str]) -> Any:
    """What one command prints with --json."""
    return json.loads(command(*words, "--json", environment=environment).stdout)


@dataclass
class Running:
    """A process of the product: a server, or a worker."""

    words: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts it and waits until it is ready."""
        options = ["--port", str(self.port)] if self.words[0] == "serve" else []
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "understudy", *self.words, *options],
                env=os.environ | QUICK | dict(self.environment),
                stdout=log,
                stderr=log,
            )
        self.wait()

    def wait(self) -> None:
        """Waits until it is ready; raises with its log when it ends instead."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            assert self.process is not None
            if self.process.poll() is not None:
                raise RuntimeError(self.log.read_text())
            if self.is_ready():
                return
            time.sleep(0.05)
        raise TimeoutError(self.log.read_text())

    def is_ready(self) -> bool:
        """Whether the server answers, or the worker said that it works."""
        if self.words[0] != "serve":
            return "worker is ready" in self.log.read_text()
        try:
            return httpx2.get(f"{self.url}/readyz", timeout=2).status_code == 200
        except httpx2.HTTPError:
            return False

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; gives back the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(PATIENCE_SECONDS)


@contextmanager
def running(*words: str, environment: Mapping[str, str], log: Path) -> Iterator[Running]:
    """A process of the product, ready; stopped at the end."""
    process = Running(words, environment, log)
    process.start()
    try:
        yield process
    finally:
        process.stop()

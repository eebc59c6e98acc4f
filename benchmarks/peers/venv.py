"""Peers run in virtual environments of their own, since what they need contradicts what we need."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE = ROOT / ".cache" / "peers"
PATIENCE_SECONDS = 20


def python_of(name: str) -> Path:
    """The Python of a peer's virtual environment, made from `benchmarks/peers/NAME.txt` when it is not there yet."""
    wanted = Path(__file__).parent / f"{name}.txt"
    folder = CACHE / f"{name}-{hashlib.sha256(wanted.read_bytes()).hexdigest()[:8]}"
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if not ready.exists():
        print(f"installing {name} into {folder} (once)", file=sys.stderr, flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        uv = Path(sys.executable).with_name("uv")
        found = str(uv) if uv.exists() else shutil.which("uv")
        install = [found, "pip", "install", "--python", str(python)] if found else [str(python), "-m", "pip", "install"]
        subprocess.run([*install, "--quiet", "-r", str(wanted)], check=True)
        ready.touch()
    return python


class Asked:
    """A running peer: JSON in, JSON out, one line each."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, request: Mapping[str, Any]) -> Any:
        """The peer's answer; raises when it ends instead of answering."""
        stdin, stdout = self._streams()
        stdin.write(json.dumps(request) + "\n")
        stdin.flush()
        answer = stdout.readline()
        if not answer:
            raise RuntimeError("the peer ended without an answer; what it said stands above")
        return json.loads(answer)

    def _streams(self) -> tuple[IO[str], IO[str]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout


@contextmanager
def peer(name: str, script: str) -> Iterator[Asked]:
    """A peer's process, which sees our package's source and nothing else of our environment; ended afterwards."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [str(python_of(name)), str(Path(__file__).parent / script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        yield Asked(process)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

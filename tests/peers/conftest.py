"""Servers that speak the providers' dialects on the wire and were written by others; each is installed by its fixture.

They are kept between runs: the npm one beside its lock file, the llama.cpp one (compiled, about three minutes) in the
cache of the user.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.external_postgres import free_port
from tests.peers.spoken import Peer
from understudy.infra.http.outbound import Reach
from understudy.llm.adapters.by_dialect import ByDialect, Parts
from understudy.llm.domain import Dialect

HERE = Path(__file__).parent
AIMOCK = HERE / "node_modules" / "@copilotkit" / "aimock"
LLAMA = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "understudy" / "llama-peer"
PATIENCE_SECONDS = 60


def counted(text: str) -> int:
    return -(-len(text) // 4)


@pytest.fixture
async def dialer() -> AsyncIterator[ByDialect]:
    """The dialer of the product, allowed to ask this machine."""
    dialer = ByDialect(Parts(reach=lambda _: Reach(inside=True), count_tokens=counted))
    yield dialer
    await dialer.close()


@contextmanager
def running(words: list[str], url: str, log: Path) -> Iterator[None]:
    """A process that answers at an address, ended afterwards."""
    with log.open("wb") as out:
        process = subprocess.Popen(words, stdout=out, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, f"no answer at {url}: {log.read_text()}"
            try:
                httpx2.get(url, timeout=1, trust_env=False)
                break
            except httpx2.TransportError:
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="session")
def aimock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """npm's aimock, scripted by aimock_fixtures.json."""
    if shutil.which("npm") is None:
        pytest.skip("needs node and npm: apt install nodejs npm")
    if not AIMOCK.exists():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HERE, check=True)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    script = HERE / "node_modules" / ".bin" / "llmock"
    words = ["node", str(script), "-p", str(port), "-f", str(HERE / "aimock_fixtures.json")]
    with running(words, url, tmp_path_factory.mktemp("aimock") / "log"):
        chat = f"{url}/v1"
        yield Peer({Dialect.OPENAI: chat, Dialect.COMPATIBLE: chat, Dialect.ANTHROPIC: url, Dialect.GEMINI: url})


@pytest.fixture(scope="session")
def llama_home() -> Path:
    """A virtual environment with llama.cpp and a real, tiny model; made by `make llama-peer`."""
    if not (LLAMA / ".ready").exists():
        pytest.skip("needs llama.cpp, which takes minutes to compile: make llama-peer")
    return LLAMA


@pytest.fixture(scope="session")
def gguf(llama_home: Path) -> Path:
    """The model's file: SmolLM2 with 135 million parameters."""
    return next(llama_home.rglob("*.gguf"))


@pytest.fixture(scope="session")
def llama(llama_home: Path, gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """llama.cpp's own server of OpenAI's dialect over a real model."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    words = [str(llama_home / "bin" / "python"), "-m", "llama_cpp.server", "--host", "127.0.0.1", "--port", str(port)]
    words += ["--model", str(gguf), "--logits_all", "true", "--n_ctx", "2048"]
    with running(words, f"{url}/v1/models", tmp_path_factory.mktemp("llama") / "log"):
        yield Peer({Dialect.COMPATIBLE: f"{url}/v1"})


@pytest.fixture
def llama_library(llama_home: Path) -> Iterator[None]:
    """llama.cpp as a library of this process, as the optional extra brings it: behind all that is installed here."""
    place = str(next(llama_home.glob("lib/python*/site-packages")))
    sys.path.append(place)
    yield
    sys.path.remove(place)

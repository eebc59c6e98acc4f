"""What is loaded when, and what is said where the optional extra is absent."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from tests.peers.conftest import dialer
from tests.peers.spoken import outcome
from understudy.llm.adapters import local
from understudy.llm.adapters.by_dialect import MODULES, ByDialect
from understudy.llm.domain import Dialect, Price, Provider, Target

__all__ = ["dialer"]

HEAVY = ("pydantic_ai", "openai", "anthropic", "google.genai", "llama_cpp")


def test_every_dialect_has_its_module() -> None:
    assert set(MODULES) == set(Dialect)


def test_no_client_library_is_loaded_before_it_is_needed() -> None:
    code = f"import sys, understudy.wiring.product; print([name for name in {HEAVY} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert found.stdout.strip() == "[]"


async def test_a_missing_extra_is_named_with_its_remedy(
    dialer: ByDialect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(local, "import_module", absent)
    provider = Provider(UUID(int=1), None, "here", Dialect.LOCAL, base_url=(tmp_path / "m.gguf").as_uri())
    found = await outcome(dialer, Target(provider, "m", Price.free()), "hello")
    assert found.fault == "unreachable"
    assert found.failure is not None
    assert "pip install 'understudy[local]'" in str(found.failure)
    assert not found.failure.was_sent

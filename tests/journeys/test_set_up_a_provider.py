"""Somebody sets up who answers what the free rungs cannot, from the command line; the key is typed, never an option."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import QUICK, as_json, command

pytestmark = pytest.mark.journey

KEY = "sk-typed-by-a-person"


def with_key(*words: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "understudy", *words],
        env=os.environ | QUICK | environment,
        input=KEY + "\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


def test_a_provider_is_set_up_changed_and_removed(tmp_path: Path) -> None:
    environment = {"UNDERSTUDY_DATABASE_DATA_DIR": str(tmp_path / "data")}
    add = ("provider", "add", "openai", "--dialect", "openai")

    missing = with_key(*add, environment=environment)
    assert missing.returncode == 2
    assert "key: openai needs a key" in missing.stderr

    made = with_key(*add, "--key", "stdin", "--json", environment=environment)
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["models"]["small"] == "gpt-4.1-nano"

    server = ("provider", "add", "vllm", "--dialect", "openai_compatible", "--base-url", "http://127.0.0.1:9/v1")
    unpriced = command(*server, "--model", "qwen", environment=environment, check=False)
    assert unpriced.returncode == 2
    assert "what qwen costs is not known" in unpriced.stderr
    command(*server, "--model", "qwen", "--price", "qwen=0.10,0.40", "--position", "1", environment=environment)
    shown = as_json("provider", "show", "vllm", environment=environment)
    assert (shown["prices"], shown["position"]) == ({"qwen": [100_000, 400_000, 100_000, 100_000]}, 1)

    moved = command(
        "provider", "change", "openai", "--base-url", "https://8.8.8.8/v1", environment=environment, check=False
    )
    assert moved.returncode == 2
    assert "give the key again" in moved.stderr

    assert as_json("provider", "rotate-keys", environment=environment) == {"resealed": 1}
    reset = command("provider", "reset-health", "vllm", environment=environment)
    assert "vllm is asked again" in reset.stdout
    nobody = command("provider", "reset-health", "nobody", environment=environment, check=False)
    assert (nobody.returncode != 0, 'no provider "nobody"' in nobody.stderr) == (True, True)
    command("provider", "remove", "vllm", environment=environment)
    listed = command("provider", "list", "--json", environment=environment).stdout
    assert [one["name"] for one in json.loads(listed)] == ["openai"]
    assert KEY not in made.stdout + listed
    assert not [path for path in (tmp_path / "data").iterdir() if path.is_file() and KEY in path.read_text("latin-1")]

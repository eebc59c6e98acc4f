"""Whoever decides about what was learnt, at the command line: looks, approves, takes back, rejects."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.processes import as_json, command

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An installation with one company."""
    folder: Path = tmp_path_factory.mktemp("approver") / "data"
    environment = {"UNDERSTUDY_DATABASE_DATA_DIR": str(folder)}
    as_json("company", "create", "Shop", "--trade", "retail", environment=environment)
    return environment


def test_with_nothing_learnt_it_says_so(environment: dict[str, str]) -> None:
    shop = ("--company", "shop")
    assert as_json("suggestion", "list", *shop, environment=environment) == []
    assert "Nothing waits" in command("suggestion", "list", *shop, environment=environment).stdout
    savings = as_json("savings", *shop, environment=environment)
    assert (savings["lines"], len(savings["bill"])) == ([], 6)
    assert "without learning" in command("savings", *shop, environment=environment).stdout


def test_what_is_not_there_is_not_decided_about(environment: dict[str, str], tmp_path: Path) -> None:
    shop, nobody = ("--company", "shop"), "019a8c6e-5f3c-7c1e-9a51-0d1f4c1e7a10"
    for words in (
        ("show", nobody),
        ("approve", nobody),
        ("revert", nobody),
        ("save", nobody),
        ("reject", nobody, "--reason", "no"),
        ("propose-again", nobody),
    ):
        done = command("suggestion", *words, *shop, environment=environment, check=False)
        assert (done.returncode, "there is no suggestion" in done.stderr) == (3, True), words
    file = tmp_path / "edit.json"
    file.write_text(json.dumps({"no": "edit"}))
    refused = command("suggestion", "approve", nobody, "--edit", str(file), *shop, environment=environment, check=False)
    assert refused.returncode == 2

"""Whoever writes the prompts, at the command line: look, change from a file and an editor, compare, go back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.processes import as_json, command

pytestmark = pytest.mark.journey


def test_from_the_shipped_words_to_ones_own_and_back(tmp_path: Path) -> None:
    environment = {"UNDERSTUDY_DATABASE_DATA_DIR": str(tmp_path / "data")}
    shop = ("--company", "shop")
    as_json("company", "create", "Shop", "--trade", "retail", environment=environment)
    shipped = command("prompt", "show", "modality.voice", *shop, environment=environment).stdout
    assert "spoken aloud" in shipped

    (tmp_path / "voice.md").write_text("Answer in one sentence.\n")
    path = str(tmp_path / "voice.md")
    made = as_json("prompt", "edit", "modality.voice", "--file", path, "--note", "n", *shop, environment=environment)
    assert (made["version"], made["texts"]) == (1, {"modality.voice": "Answer in one sentence."})

    (tmp_path / "editor.sh").write_text('#!/bin/sh\nsed -i "s/one sentence/two sentences/" "$1"\n')
    editor = {"EDITOR": f"sh {tmp_path / 'editor.sh'}", "VISUAL": ""}
    made = as_json("prompt", "edit", "modality.voice", *shop, environment=environment | editor)
    assert made["texts"] == {"modality.voice": "Answer in two sentences."}
    same = command("prompt", "edit", "modality.voice", *shop, environment=environment | {"VISUAL": "true"})
    assert "Nothing changed" in same.stdout

    lines = command("prompt", "diff", "--from", "1", "--to", "2", *shop, environment=environment).stdout
    assert "-Answer in one sentence." in lines
    assert "+Answer in two sentences." in lines
    as_json("prompt", "rollback", "--to", "1", *shop, environment=environment)
    assert "modality.voice" in as_json("prompt", "list", *shop, environment=environment)["own"]
    versions = as_json("prompt", "versions", *shop, environment=environment)
    assert [one["from_version"] for one in versions] == [1, None, None]
    as_json("prompt", "edit", "modality.voice", "--shipped", *shop, environment=environment)
    assert command("prompt", "show", "modality.voice", *shop, environment=environment).stdout == shipped

    refused = command("prompt", "edit", "sources", "--file", path, *shop, environment=environment, check=False)
    assert refused.returncode == 2
    assert "{sources}" in refused.stderr
    stale = ("prompt", "rollback", "--to", "0", "--expected-version", "1", *shop)
    assert command(*stale, environment=environment, check=False).returncode == 4

"""Whoever reviews answers, at the command line: what contacts say, and what people say would have been right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.processes import as_json, command

pytestmark = pytest.mark.journey
SHOP = ("--company", "shop")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An installation with one company that answers one question."""
    folder: Path = tmp_path_factory.mktemp("reviewer") / "data"
    environment = {"UNDERSTUDY_DATABASE_DATA_DIR": str(folder)}
    as_json("company", "create", "Shop", "--trade", "retail", environment=environment)
    command("qa", "add", "When are you open?", "From nine to five.", *SHOP, environment=environment)
    return environment


def test_an_answer_is_corrected_and_the_last_word_counts(environment: dict[str, str]) -> None:
    assert "Nobody said anything yet" in command("feedback", "list", *SHOP, environment=environment).stdout
    asked = as_json("ask", *SHOP, "When are you open?", environment=environment)
    about = ("feedback", "correct", asked["decision"]["message_id"], *SHOP)
    assert as_json(*about, "--right", environment=environment)["is_right"]
    made = as_json(
        *about,
        "--text",
        "Until six by now.",
        "--reason",
        "new hours",
        "--category",
        "outdated",
        environment=environment,
    )
    assert made["corrected_by"].startswith("cli:")
    assert as_json("feedback", "corrections", *SHOP, environment=environment) == [made]
    shown = command("feedback", "corrections", *SHOP, environment=environment).stdout
    assert "outdated" in shown
    assert "Until six by now." in shown


def test_what_is_wrong_is_said(environment: dict[str, str]) -> None:
    nobody = "019a8c6e-5f3c-7c1e-9a51-0d1f4c1e7a10"
    gone = command("feedback", "correct", nobody, *SHOP, environment=environment, check=False)
    assert gone.returncode == 3
    wrong = command("feedback", "correct", nobody, *SHOP, "--key", "hours", environment=environment, check=False)
    assert wrong.returncode == 2
    assert "right_key" in wrong.stderr

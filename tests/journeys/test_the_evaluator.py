"""Whoever keeps the answers good, at the command line: golden cases, and past messages under other settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.processes import as_json, command, running

pytestmark = pytest.mark.journey

CARD, PIN = "where is my card", "change my pin"
SCENARIOS: list[dict[str, object]] = [
    {"name": "card_arrival", "triggers": [CARD], "replies": [{"full": "It takes five days."}]},
    {"name": "change_pin", "triggers": [PIN], "replies": [{"full": "In the app."}]},
]
ROWS = "text,expected\nwhere might my card be,card_arrival\nsell me a boat,\n"


def template_of(scenarios: list[dict[str, object]]) -> dict[str, object]:
    """The bank's template with these scenarios."""
    categories = [{"name": "All", "scenarios": scenarios}]
    return {"format": "understudy/template/1", "name": "Bank", "trade": "banking", "categories": categories}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {"UNDERSTUDY_DATABASE_DATA_DIR": str(tmp_path_factory.mktemp("evaluator") / "data")}


def test_golden_cases_and_replays(environment: dict[str, str], tmp_path: Path) -> None:
    bank = ("--company", "bank")
    as_json("company", "create", "Bank", "--trade", "banking", environment=environment)
    (tmp_path / "bank.json").write_text(json.dumps(template_of(SCENARIOS)))
    path = str(tmp_path / "bank.json")
    as_json("template", "import", path, "--publish", "--fit", *bank, environment=environment)
    as_json("follow", "add", "Bank", *bank, environment=environment)
    for text in (CARD, f"so tell me now please {PIN}"):
        as_json("ask", text, *bank, environment=environment)

    (tmp_path / "cases.csv").write_text(ROWS)
    added = as_json("golden", "import", str(tmp_path / "cases.csv"), *bank, environment=environment)
    assert [case["expected"] for case in added] == ["scenario:Bank/card_arrival", None]
    wrong = command("golden", "add", "hello", "--expected", "nothing", *bank, environment=environment, check=False)
    assert wrong.returncode == 2
    assert "names nothing" in wrong.stderr
    (one,) = as_json("golden", "add", PIN, "--expected", "change_pin", *bank, environment=environment)
    assert as_json("golden", "drop", one["id"], *bank, environment=environment)["version"] == 3
    kept = as_json("golden", "list", *bank, environment=environment)
    assert (kept["version"], len(kept["cases"])) == (3, 2)

    words = ("replay", "--threshold", "rules=0.99", "--threshold", "semantic=1", *bank)
    report = as_json(*words, environment=environment)
    assert (report["tally"]["messages"], report["tally"]["lost"], report["golden"]) == (2, 1, 2)
    shown = command(*words, environment=environment)
    assert "no longer answered free" in shown.stdout
    refused = command("replay", "--threshold", "rules", *bank, environment=environment, check=False)
    assert refused.returncode == 2
    with running("worker", environment=environment, log=tmp_path / "worker.log"):
        done = as_json(*words, "--jobs", environment=environment)
    assert (done["status"], done["tally"]["lost"]) == ("done", 1)

    (tmp_path / "bank.json").write_text(json.dumps(template_of(SCENARIOS[:1])))
    as_json("template", "import", path, *bank, environment=environment)
    drafted = as_json("replay", "--template", "Bank", *bank, environment=environment)
    assert drafted["changed"][0]["before"]["key"] == "scenario:Bank/change_pin"
    assert drafted["tally"]["changed"] + drafted["tally"]["lost"] == 1

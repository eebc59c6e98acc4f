"""Whoever writes the templates, at the command line: import, publish, follow, change, compare, go back, take away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.processes import as_json, command

pytestmark = pytest.mark.journey

ROWS = (
    "text,label\nwhere is my card,card\nmy card has not come,card\nmoney back please,refund\ni want a refund,refund\n"
)
TEMPLATE = {
    "format": "understudy/template/1",
    "name": "Shop",
    "trade": "retail",
    "categories": [
        {
            "name": "All",
            "scenarios": [{"name": "hours", "triggers": ["opening hours"], "replies": [{"full": "From 9 to 5."}]}],
        }
    ],
}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {"UNDERSTUDY_DATABASE_DATA_DIR": str(tmp_path_factory.mktemp("author") / "data")}


def test_from_a_file_to_an_answer_and_back(environment: dict[str, str], tmp_path: Path) -> None:
    shop = ("--company", "shop")
    as_json("company", "create", "Shop", "--trade", "retail", environment=environment)
    (tmp_path / "rows.csv").write_text(ROWS)
    draft = as_json("template", "import", str(tmp_path / "rows.csv"), "--name", "Rows", *shop, environment=environment)
    assert draft["imported"]["is_new"] is True
    refused = command("template", "publish", "Rows", *shop, environment=environment, check=False)
    assert refused.returncode == 2
    assert "has no reply" in refused.stderr

    (tmp_path / "shop.json").write_text(json.dumps(TEMPLATE))
    path = str(tmp_path / "shop.json")
    made = as_json("template", "import", path, "--publish", "--fit", *shop, environment=environment)
    assert made["version"]["version"] == 1
    followed = as_json("follow", "add", "Shop", *shop, environment=environment)
    assert [(one["template"]["name"], one["is_fitted"]) for one in followed] == [("Shop", True)]
    as_json("qa", "add", "Is there parking?", "Behind the house.", *shop, environment=environment)

    (tmp_path / "shop.json").write_text(json.dumps(TEMPLATE | {"description": "All of it"}))
    as_json("template", "import", path, "--publish", *shop, environment=environment)
    changes = as_json("template", "diff", "Shop", "1", "2", *shop, environment=environment)["changes"]
    assert [change["subject"] for change in changes] == ["template"]
    back = as_json("template", "rollback", "Shop", "1", *shop, environment=environment)
    assert back["note"] == "back to version 1"

    kept = command("template", "delete", "Shop", "--yes", *shop, environment=environment, check=False)
    assert kept.returncode == 4
    assert "followed by your company" in kept.stderr
    assert as_json("follow", "leave", "Shop", *shop, environment=environment) == []
    as_json("template", "delete", "Shop", "--yes", *shop, environment=environment)
    assert [one["name"] for one in as_json("template", "list", *shop, environment=environment)] == ["Rows"]
    assert command("template", "versions", "Shop", *shop, environment=environment, check=False).returncode == 3

"""Whoever looks after the money, at the command line: usage, budget, notices, and where they are sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.processes import as_json, command
from understudy.demo.oracle import Oracle, as_told
from understudy.demo.standin import MODEL, running_standin

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An installation with one company."""
    folder: Path = tmp_path_factory.mktemp("bookkeeper") / "data"
    environment = {"UNDERSTUDY_DATABASE_DATA_DIR": str(folder)}
    as_json("company", "create", "Shop", "--trade", "retail", environment=environment)
    return environment


def test_money_is_shown_though_none_was_spent(environment: dict[str, str]) -> None:
    usage = as_json("usage", "--by", "model", "--since", "2026-11-01", "--until", "2026-11-20", environment=environment)
    assert (usage["since"], usage["lines"], usage["total"]["cost_micros"]) == ("2026-11-01", [], 0)
    answering, learning = as_json("budget", "--company", "shop", environment=environment)
    assert (answering["left_micros"], learning["left_micros"]) == (200_000_000, 10_000_000)
    shown = command("budget", "--company", "shop", environment=environment).stdout
    assert "$200.00" in shown
    refused = command("usage", "--since", "2026-02-02", "--until", "2026-02-01", environment=environment, check=False)
    assert refused.returncode == 2


def test_notices_are_listed_and_sent_nowhere_inside(environment: dict[str, str]) -> None:
    assert as_json("notices", "list", environment=environment) == []
    shop = ("--company", "shop")
    inside = command("notices", "webhook", *shop, "http://127.0.0.1:8080/", environment=environment, check=False)
    assert inside.returncode == 2
    assert "127.0.0.1" in inside.stderr
    made = as_json("notices", "webhook", *shop, "https://hooks.invalid/x", environment=environment)
    assert made["secret"]
    assert as_json("notices", "new-secret", *shop, environment=environment)["secret"] != made["secret"]
    assert command("notices", "test-webhook", *shop, environment=environment, check=False).returncode == 6
    nobody = "019a8c6e-5f3c-7c1e-9a51-0d1f4c1e7a10"
    assert command("notices", "seen", nobody, environment=environment, check=False).returncode == 3


def test_a_paid_answer_is_followed_from_the_provider_to_the_budget(environment: dict[str, str]) -> None:
    shop = ("--company", "shop")
    question = "the kettle came in pieces, I want nothing more to do with it"
    given_back = "Can I return an item that arrived damaged?"
    command("qa", "add", given_back, "Yes, within 30 days, and we pay the postage.", *shop, environment=environment)
    with running_standin(Oracle({as_told(question): given_back})) as url:
        add = ("provider", "add", "stand-in", "--dialect", "openai_compatible", "--base-url", url)
        command(*add, "--model", MODEL, "--price", f"{MODEL}=1,4", environment=environment)
        answer = as_json("ask", *shop, question, environment=environment)
    decision = answer["decision"]
    cost = decision["cost_micros"]
    assert (decision["rung"], answer["reply"]) == ("llm", "Yes, within 30 days, and we pay the postage.")
    assert cost > 0

    shown = command("decisions", "show", decision["id"], *shop, environment=environment).stdout
    assert f"stand-in/{MODEL} small: answered" in shown
    assert "[scripted] Chosen by the label" in shown
    told = command("decisions", "prompt", decision["id"], *shop, environment=environment).stdout
    assert given_back in told
    (line,) = as_json("usage", *shop, "--by", "provider", environment=environment)["lines"]
    assert (line["key"], line["calls"], line["cost_micros"]) == ("stand-in", 1, cost)
    answering, _ = as_json("budget", *shop, environment=environment)
    assert (answering["spent_micros"], answering["held_micros"]) == (cost, 0)
    assert answering["left_micros"] == 200_000_000 - cost

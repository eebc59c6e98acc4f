"""docs/benchmarks.md and the measured part of docs/scaling.md are what the result files say."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.intent_sets import BESIDE, FOLDER_VARIABLES
from tools import make_benchmarks_page
from tools.make_benchmarks_page import (
    BEGIN,
    END,
    PAGE,
    README,
    ROOT,
    SCALING,
    first_screen,
    is_met,
    page,
    results,
    scaling,
    shown,
)

RESULT: dict[str, Any] = {
    "p99_ms": 4.2,
    "peer_ratio_32": 3.5,
    "peer": {"name": "semantic-router", "p99_ms": 12.0},
    "texts": "real messages",
    "figures": {
        "p99_ms": {"words": "one message, p99, ms", "target": "≤ 5"},
        "peer_ratio_32": {"words": "times quicker", "target": "≥ 4"},
    },
    "noise": {"p99_ms": 0.05},
    "notes": ["A note."],
    "machine": "a machine",
    "fsync_ms": 1.5,
    "date": "2026-01-01 00:00 UTC",
    "parent_commit": "0123456789abcdef",
}


def test_the_pages_are_up_to_date() -> None:
    assert PAGE.read_text() == page(results()), "run `make benchmarks-page`"
    assert SCALING.read_text() == scaling(SCALING.read_text(), results()), "run `make benchmarks-page`"
    assert README.read_text() == first_screen(README.read_text(), results()), "run `make benchmarks-page`"


def test_the_page_says_where_messages_are_looked_for() -> None:
    head = " ".join(PAGE.read_text().split("\n## ")[0].split())
    first, second = FOLDER_VARIABLES
    assert f"`${first}` names, else that of `${second}`, else" in head
    assert f"folder `{BESIDE.name}` within `{BESIDE.parent.name}` beside the project's own folder" in head
    assert BESIDE.parent.parent == ROOT.parent


def test_no_result_is_of_a_quick_run() -> None:
    assert not [name for name, result in results().items() if result.get("is_quick")]


def test_a_table_shows_the_peer_the_noise_and_whether_the_target_is_met() -> None:
    text = page({"ladder": RESULT})
    assert "| one message, p99, ms | 4.2 | 12 | ≤ 5 (met) | ± 5% |" in text
    assert "| times quicker | 3.5 |  | ≥ 4 (missed) |  |" in text
    assert "on top of `0123456789ab`" in text
    assert "A note." in text


def test_what_was_not_measured_says_so() -> None:
    assert "Not measured yet: run `make bench-http`." in page({})
    assert "Not measured yet" in scaling(f"a\n{BEGIN}\nold\n{END}\nb", {})


def test_what_stands_around_the_measured_part_stays() -> None:
    text = scaling(f"before\n{BEGIN}\nold\n{END}\nafter\n", {})
    assert text.startswith("before\n")
    assert text.endswith(f"{END}\nafter\n")
    assert "old" not in text


@pytest.mark.parametrize(
    ("value", "target", "met"),
    [(5.0, "≤ 5", True), (5.1, "≤ 5", False), (1000, "≥ 1,000", True), (3.0, "≥ 4", False), (1.0, "", None)],
)
def test_targets_are_compared(value: float, target: str, met: bool | None) -> None:
    assert is_met(value, target) is met


@pytest.mark.parametrize(("value", "text"), [(3, "3"), (0.12345, "0.1235"), (12345.6, "12,346"), (1000, "1,000")])
def test_numbers_are_read_easily(value: float, text: str) -> None:
    assert shown(value) == text


def test_every_benchmark_of_the_page_can_be_run() -> None:
    for benchmark in make_benchmarks_page.BENCHMARKS:
        path = make_benchmarks_page.ROOT / "benchmarks" / f"bench_{benchmark.name}.py"
        assert path.exists()

"""Each benchmark runs, small and rough, and writes what the page is made from. How fast is no test's business."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools import make_benchmarks_page

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 300
NAMED = {
    "ladder": {"p50_ms", "p99_ms", "messages_per_second", "rules_100k_us"},
    "http": {"p50_ms", "p99_ms", "rate", "open_chats", "rss_mb", "max_rate", "stored_messages", "stored_decisions"},
    "masking": {"recall", "precision", "mean_us"},
    "scale": {"ratio_1000_to_10", "kb_per_company", "first_ms"},
    "handover": {"accuracy", "accuracy_2", "precision", "recall", "mean_us"},
    "budget": {"reserve_settle_p99_ms", "burst_p99_ms", "kills", "overspend_micros", "false_refusals"},
    "routing": {
        "cost_under_always_large_routing",
        "cost_under_always_large_caching",
        "cost_under_always_large_free_rungs",
        "accuracy_drop_points",
        "cascade_up_share",
        "cascade_confidence",
        "learned_cost_ratio",
    },
    "gateway": {
        "added_p50_ms",
        "added_p99_ms",
        "sequential_added_p50_ms",
        "structured_added_p50_ms",
        "requests_per_second",
    },
    "rescue": {"paid_share_start", "paid_share_end", "free_accuracy", "free_accuracy_overall", "noisy_free_accuracy"},
    "outage": {"p95_ratio", "share_touching_dead"},
    "backtest": {"seconds_10k", "seconds_100k", "seconds_100k_two_workers", "rss_mb", "agreement"},
    "first_reply": {"p95_ms", "paid_p95_ms", "paid_share", "failovers"},
    "watch": {"demoted_95", "demoted_floor_ever", "missed_50", "demoted_70"},
}
"""The figures that others rely on, by benchmark."""
OWN_ONLY = {"ladder": ["--no-peer"], "gateway": ["--no-peer"]}
"""The peer is fetched from the network the first time; a test fetches nothing."""


def quick(name: str, folder: Path) -> dict[str, Any]:
    """The result file of a quick run."""
    command = [
        sys.executable,
        "-m",
        f"benchmarks.bench_{name}",
        "--quick",
        "--out",
        str(folder),
        *OWN_ONLY.get(name, []),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    found: dict[str, Any] = json.loads((folder / f"{name}.json").read_text())
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMED)
def test_it_runs_and_reports(name: str, tmp_path: Path) -> None:
    result = quick(name, tmp_path)
    for figure in NAMED[name]:
        assert isinstance(result[figure], int | float), figure
    assert set(result["figures"]) >= NAMED[name]
    assert all(told["words"] for told in result["figures"].values())
    for key in ("machine", "fsync_ms", "date", "parent_commit", "texts"):
        assert result[key], key
    assert result["is_quick"] is True
    if name == "http":  # no message is lost on the way through the server, and every chat stays open
        assert result["stored_messages"] == result["stored_decisions"] == result["stored_vectors"] > 0
        assert result["open_chats"] == result["opened_chats"] > 0
    if name == "first_reply":  # models answer, also while one of the providers is out
        assert result["paid_answers"] > result["failovers"] > 0
    if name == "routing":  # whoever is asked, the large model alone costs the most
        assert result["always_large_cost"] > result["always_large_cached_cost"] > 0
        assert result["always_large_cost"] > result["routing_cost"] > result["caching_cost"] > 0
    if name == "budget":  # whatever the load, no micro-dollar is spent too much, lost, or kept from its owner
        assert result["billed_micros"] > 0
        assert result["overspend_micros"] == result["unbooked_micros"] == result["false_refusals"] == 0
    assert f"## {name}" in make_benchmarks_page.page({name: result})

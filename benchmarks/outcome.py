"""What a benchmark reports: a table for people and benchmarks/results/NAME.json for the pages made from it.

In the file the product's own figures stand as numbers at the top level, the peer's under `peer`, beside the machine,
the time of one fsync, the date and the commit that the working tree was based on.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
FSYNCS = 40


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its name in the file, its value, what it is in words, the target if there is one, the peer's."""

    name: str
    value: float
    words: str
    target: str = ""
    peer: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """All figures of one benchmark. `noise`: half the distance of lowest and highest pass, as a share of the median."""

    name: str
    title: str
    figures: tuple[Figure, ...]
    texts: str
    noise: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    peer: str = "semantic-router 1.1.1, same encoder and data"


def options(description: str | None) -> argparse.ArgumentParser:
    """The options that all benchmarks share."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="folder of intent sets; default: $UNDERSTUDY_DATA, else shipped texts")
    parser.add_argument("--quick", action="store_true", help="small and rough, to see that it runs; keeps no result")
    parser.add_argument("--out", type=Path, help="folder for the result file; default: benchmarks/results")
    return parser


def finish(outcome: Outcome, given: argparse.Namespace) -> None:
    """Prints the table and writes the result file; a quick run only does so where `--out` names a folder."""
    document = document_of(outcome, is_quick=given.quick)
    show(outcome, document)
    if given.out or not given.quick:
        folder: Path = given.out or RESULTS
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{outcome.name}.json"
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        print(f"written to {path}")


def document_of(outcome: Outcome, *, is_quick: bool) -> dict[str, Any]:
    """The result file as a value."""
    document: dict[str, Any] = {figure.name: rounded(figure.value) for figure in outcome.figures}
    peer = {figure.name: rounded(figure.peer) for figure in outcome.figures if figure.peer is not None}
    if peer:
        document["peer"] = {"name": outcome.peer, **peer}
    document |= {
        "title": outcome.title,
        "texts": outcome.texts,
        "figures": {figure.name: {"words": figure.words, "target": figure.target} for figure in outcome.figures},
        "noise": {name: rounded(value) for name, value in outcome.noise.items()},
        "notes": list(outcome.notes),
        "is_quick": is_quick,
        **circumstances(),
    }
    return document


def circumstances() -> dict[str, Any]:
    """Where and when it was measured."""
    return {
        "machine": machine(),
        "fsync_ms": rounded(fsync_ms()),
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "parent_commit": _git("rev-parse", "HEAD"),
        "load_before": rounded(os.getloadavg()[2]),
    }


def show(outcome: Outcome, document: Mapping[str, Any]) -> None:
    """Prints the table."""
    has_peer = any(figure.peer is not None for figure in outcome.figures)
    table = Table(title=f"{outcome.title}\n{outcome.texts}", title_justify="left")
    table.add_column("figure")
    table.add_column("Understudy", justify="right")
    if has_peer:
        table.add_column("peer", justify="right")
    table.add_column("target", justify="right")
    table.add_column("noise", justify="right")
    for figure in outcome.figures:
        peer = [f"{rounded(figure.peer):,}" if figure.peer is not None else ""] if has_peer else []
        noise = f"± {outcome.noise[figure.name]:.0%}" if figure.name in outcome.noise else ""
        table.add_row(figure.words, f"{rounded(figure.value):,}", *peer, figure.target, noise)
    console = Console(width=120)
    console.print(table)
    for note in outcome.notes:
        console.print(note)
    console.print(f"{document['machine']}; fsync {document['fsync_ms']} ms; {document['date']}")


def rounded(value: float) -> float:
    """Four significant digits, or the whole number."""
    if value == int(value) and abs(value) < 1e12:
        return int(value)
    return float(f"{value:.4g}")


def machine() -> str:
    """Processor, cores and memory."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{models[0] if models else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB"


def fsync_ms() -> float:
    """The median time of writing a page of a database's log and having it on the disk."""
    page = b"x" * 8192
    found = []
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(FSYNCS):
            started = time.perf_counter()
            file.write(page)
            file.flush()
            os.fsync(file.fileno())
            found.append((time.perf_counter() - started) * 1e3)
    return statistics.median(found)


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"

"""Writes docs/benchmarks.md, and the measured parts of docs/scaling.md and README.md, from benchmarks/results/*.json.

`--check` fails when the files are not what would be written.
"""

from __future__ import annotations

import json
import pathlib
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
PAGE = ROOT / "docs" / "benchmarks.md"
SCALING = ROOT / "docs" / "scaling.md"
README = ROOT / "README.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
HEAD = """\
# Benchmarks

Made by `make benchmarks-page` from `benchmarks/results/`; do not edit. Each table is printed by one command, which also
writes its result file. `ARGS='--data FOLDER'` takes other customer messages, `ARGS=--quick` only sees that it runs.
Without `--data` the folder is the one that `$UNDERSTUDY_DATA` names, else that of `$UNDERSTUDY_BENCHMARK_DATA`, else
the folder `data` within `shared` beside the project's own folder, if there is one. Where there is none, `make
bench-intents` and `make bench-routing` are skipped, and the others take the messages that ship with the demo. A folder
holds one folder for each set (within `intents` where there is one): `train.csv` and `test.csv` with a text and its
intent, or `data_full.json` as CLINC150 has it.
Figures of a peer are from the same run on the same machine, in alternate passes; noise is half the distance between the
lowest and the highest pass.
"""
FIRST_SCREEN = (
    ("Banking77, 10 examples per intent: right (mean of 10 seeds)", "intents", "banking77_10shot", " %"),
    ("Banking77, all examples: right", "intents", "banking77_full", " %"),
    ("CLINC150: right, of what is in scope", "intents", "clinc_in_scope", " %"),
    (
        "CLINC150: out-of-scope messages refused, where 93 % of the others are kept",
        "intents",
        "clinc_oos_refused",
        " %",
    ),
    ("calibration error of the confidence (ECE; 0 is perfect)", "intents", "ece", ""),
    ("the free rungs, one message, 500 scenarios × 20 examples, one core: p50", "ladder", "p50_ms", " ms"),
    ("the same: p99", "ladder", "p99_ms", " ms"),
    ("HTTP message in, reply out, everything stored, 200 a second: p50", "http", "p50_ms", " ms"),
    ("the same: p99", "http", "p99_ms", " ms"),
    ("time per message with 1,000 companies, to that with 10", "scale", "ratio_1000_to_10", " ×"),
)
"""What the README shows: words, benchmark, figure, unit."""
TARGET = re.compile(r"([≤≥]) ([\d.,]+)")
MILLION = 1_000_000
NOT_YET = "Not measured yet: run `make bench-{name}`."


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A benchmark as the page tells of it."""

    name: str
    about: str


BENCHMARKS = (
    Benchmark("intents", "How often the free rungs name the right scenario, and refuse what is none of theirs."),
    Benchmark("ladder", "The time of the free rungs in process on one core: 500 scenarios with 20 examples each."),
    Benchmark(
        "http", "The real server over the embedded database with fsync; load, server and database share the machine."
    ),
    Benchmark(
        "masking", "Personal data found before a text leaves the house; the held-out half of a marked sample decides."
    ),
    Benchmark(
        "handover",
        "How often what is free (word lists, counts, meaning) calls a person where one is needed, and not elsewhere: "
        "the floor, since what it misses the model still can say. Two held-out parts, each printed as it came out.",
    ),
    Benchmark("scale", "The time per message with 1,000 companies beside 10, stored and answered, in process."),
    Benchmark(
        "budget", "Money set aside before a call and settled after it; then processes killed while 200 calls are made."
    ),
    Benchmark(
        "gateway",
        "What the gateway adds to a call before a loopback upstream that takes a fixed time; all metered and stored.",
    ),
    Benchmark("outage", "A provider that is out for a while, under load: who notices, how much later replies come."),
    Benchmark("routing", "What routing saves at which quality; stand-ins answer where no provider can be reached."),
    Benchmark(
        "backtest", "One suggestion tried on past traffic: read, refitted, climbed under both sides, and compared."
    ),
    Benchmark(
        "first_reply", "From a message to its reply over all rungs, with two slow providers, one out for a while."
    ),
    Benchmark(
        "rescue",
        "Real messages to a template with 3 examples an intent to begin with; an oracle with the labels is the model.",
    ),
    Benchmark("watch", "What was learnt, taken back when it does harm and left alone when not: simulated."),
)


def results() -> dict[str, Mapping[str, Any]]:
    """The result files by name."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(RESULTS.glob("*.json"))}


def page(found: Mapping[str, Mapping[str, Any]]) -> str:
    """docs/benchmarks.md."""
    lines = [HEAD]
    for benchmark in BENCHMARKS:
        lines += [*_section(benchmark, found.get(benchmark.name)), ""]
    return "\n".join(lines).rstrip() + "\n"


def scaling(text: str, found: Mapping[str, Mapping[str, Any]]) -> str:
    """docs/scaling.md with its measured part made anew."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"docs/scaling.md lacks {BEGIN} or {END}")
    return "\n".join([f"{before}{BEGIN}", *_measured(found), f"{END}{after}"])


def is_met(value: float, target: str) -> bool | None:
    """Whether a figure reaches its target; None where there is none to compare with."""
    told = TARGET.match(target)
    if told is None:
        return None
    bound = float(told[2].replace(",", ""))
    return value <= bound if told[1] == "≤" else value >= bound


def shown(value: float) -> str:
    """A number as people read it."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _section(benchmark: Benchmark, result: Mapping[str, Any] | None) -> Iterator[str]:
    yield from (f"## {benchmark.name}", "", f"{benchmark.about} `make bench-{benchmark.name}`", "")
    if result is None:
        yield NOT_YET.format(name=benchmark.name)
        return
    peer: Mapping[str, Any] = result.get("peer", {})
    yield "| figure | Understudy |" + (" peer |" if peer else "") + " target | noise |"
    yield "|---|---|" + ("---|" if peer else "") + "---|---|"
    for name, told in result["figures"].items():
        yield _row(result, peer, name, told)
    yield ""
    if peer.get("name"):
        yield f"Peer: {peer['name']}.  "
    yield f"Messages: {result['texts']}.  "
    yield from (f"{note}  " for note in result.get("notes", ()))
    yield f"{result['machine']}; fsync {shown(result['fsync_ms'])} ms; {result['date']}; on top of {_commit(result)}."


def _row(result: Mapping[str, Any], peer: Mapping[str, Any], name: str, told: Mapping[str, str]) -> str:
    value, target = result[name], told.get("target", "")
    met = is_met(value, target)
    goal = target if met is None else f"{target} ({'met' if met else 'missed'})"
    beside = f" {shown(peer[name]) if name in peer else ''} |" if peer else ""
    noise = f"± {result['noise'][name]:.0%}" if name in result.get("noise", {}) else ""
    return f"| {told['words']} | {shown(value)} |{beside} {goal} | {noise} |"


def _commit(result: Mapping[str, Any]) -> str:
    return f"`{str(result['parent_commit'])[:12]}`"


def first_screen(text: str, found: Mapping[str, Mapping[str, Any]]) -> str:
    """The README with its table of figures."""
    rows = ["| what | Understudy | semantic-router, same run | command |", "|---|---|---|---|"]
    for words, name, figure, unit in FIRST_SCREEN:
        result = found.get(name)
        if result is None:
            continue
        beside = result.get("peer", {}).get(figure)
        peer = f"{shown(beside)}{unit}" if beside is not None else ""
        rows.append(f"| {words} | {shown(result[figure])}{unit} | {peer} | `make bench-{name}` |")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    return "\n".join((f"{before}{BEGIN}", *rows, f"{END}{after}"))


def _measured(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    http, scale = found.get("http"), found.get("scale")
    if http is None or scale is None:
        missing = [name for name, result in (("http", http), ("scale", scale)) if result is None]
        yield " ".join(NOT_YET.format(name=name) for name in missing)
        return
    cpu = http["server_cpu_ms"] + http["postgres_cpu_ms"]
    rows = (
        ("a message: processor time of the server", f"{shown(http['server_cpu_ms'])} ms"),
        ("a message: processor time of PostgreSQL", f"{shown(http['postgres_cpu_ms'])} ms"),
        ("a message: commits, log written", f"{shown(http['commits'])}, {shown(http['wal_kb'])} kB"),
        ("a message with reply, decision and vector: disk", f"{shown(http['disk_kb'])} kB"),
        ("a million messages: processor time, disk", f"{cpu / 3.6:.2g} hours of one core, {http['disk_kb']:.2g} GB"),
        ("a company: memory of each process that serves it", f"{shown(scale['kb_per_company'])} kB"),
        ("a company: disk, before its first message", f"{shown(scale['disk_kb_per_company'])} kB"),
        ("a company's first message in a process", f"{shown(scale['first_ms'])} ms"),
        ("1,000 companies instead of 10: time per message", f"{shown(scale['ratio_1000_to_10'])} ×"),
        ("an open web chat: memory", f"{shown(http['kb_per_chat'])} kB"),
        ("one server process, database and load on one machine", f"up to {shown(http['max_rate'])} messages a second"),
        ("memory of the server, of PostgreSQL", f"{shown(http['rss_mb'])} MB, {shown(http['postgres_mb'])} MB"),
    )
    yield from ("| what | measured |", "|---|---|", *(f"| {what} | {value} |" for what, value in rows), "")
    where = f"{http['machine']}, fsync {shown(http['fsync_ms'])} ms, {http['date']}"
    yield f"Measured on {where} ([all figures](benchmarks.md))."


def main() -> int:
    """Writes or checks."""
    found = results()
    wanted = {
        PAGE: page(found),
        SCALING: scaling(SCALING.read_text(encoding="utf-8"), found),
        README: first_screen(README.read_text(encoding="utf-8"), found),
    }
    if "--check" in sys.argv:
        stale = [path.name for path, text in wanted.items() if not path.exists() or path.read_text() != text]
        if stale:
            print(f"not up to date: {', '.join(stale)}; run `make benchmarks-page`", file=sys.stderr)
        return 1 if stale else 0
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""HTTP message in, reply out, everything stored: the real server over the embedded database, with fsync.

Load generator, server and PostgreSQL share the machine. The load is an open loop: a message's time counts from the
moment it was due. Afterwards the database is asked whether every message is there, answered and decided about once.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import chats, load
from benchmarks.installation import (
    Seeded,
    Serving,
    bank_template,
    counts,
    data_folder,
    database,
    postmaster,
    seed,
    serving,
    settings,
    superuser_url,
)
from benchmarks.load import Plan, Seen
from benchmarks.measuring import cpu_seconds, family, own_mb, percentile, rss_mb
from benchmarks.outcome import Figure, Outcome, finish, options
from benchmarks.texts import Texts, read_texts
from understudy.infra.postgres.place import Place
from understudy.wiring.product import build, opened

TARGET_MS = 50.0
RATE = 200
SERVER_PROCESSES = 1
"""On two cores that server, database and load generator share, a second one takes more time than it gives."""
CHAT_SHARE = 0.25
"""Part of the rate that comes over open chats while they are held."""
ANSWERED_SHARE = 0.99
"""Part of the messages that must be answered within the time for a rate to count as sustained."""
STORED = (
    "SELECT count(*) FROM message WHERE direction = 'in'",
    "SELECT count(*) FROM message WHERE direction = 'out'",
    "SELECT count(*) FROM message WHERE awaits_reply",
    "SELECT count(*) FROM decision",
    "SELECT count(DISTINCT (company_id, message_id)) FROM decision",
    "SELECT count(*) FROM message_embedding",
)
WRITTEN = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"
ON_DISK = "SELECT pg_database_size(current_database())"
COMMITS = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    scenarios: int | None
    """Of the shipped bank template; None: all."""
    companies: int
    contacts: int
    warm_up_seconds: float
    seconds: float
    chats: int
    chat_seconds: float
    steps: tuple[int, ...]
    step_seconds: float


FULL = Size(None, 10, 300, 8, 60, 1_000, 25, (250, 300, 350, 400, 500, 600, 700, 800), 8)
QUICK = Size(6, 2, 20, 0.5, 1.5, 12, 1, (60,), 0.5)


@dataclass
class Measured:
    """Everything that was seen."""

    steady: Seen = field(default_factory=Seen)
    held: Seen = field(default_factory=Seen)
    talk: dict[str, Any] = field(default_factory=dict)
    sent: int = 0
    errors: list[str] = field(default_factory=list)
    sustained: float = 0.0
    facts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """What stands while it is measured."""

    server: Serving
    place: Place
    folder: Path
    companies: Sequence[Seeded]
    texts: Texts
    size: Size
    rate: float

    def plan(self, name: str, rate: float, seconds: float) -> Plan:
        """A plan of messages over HTTP."""
        keys = [company.token for company in self.companies]
        return Plan(self.server.port, keys, self.texts.messages, rate, seconds, self.size.contacts, name)


def _server_mb(scene: Scene) -> float:
    """Memory of all server processes."""
    return sum(rss_mb(pid) for pid in family(scene.server.pid))


def measure(scene: Scene) -> Measured:
    """The steady rate, the same rate with open chats, then how far it goes."""
    size, measured = scene.size, Measured()
    _count(measured, load.send(scene.plan("warm-up", scene.rate, size.warm_up_seconds)))
    before = _costs(scene)
    measured.facts["rss_before_mb"] = _server_mb(scene)
    measured.steady = _count(measured, load.send(scene.plan("steady", scene.rate, size.seconds)))
    messages = max(1, measured.steady.answered)
    for name, value in _costs(scene).items():
        measured.facts[f"{name}_per_message"] = (value - before[name]) / messages
    measured.facts["rss_after_mb"] = _server_mb(scene)
    hold_chats(scene, measured)
    if _is_sustained(measured.steady, scene.rate * size.seconds):
        measured.sustained = scene.rate
    for rate in size.steps:
        seen = _count(measured, load.send(scene.plan(f"step-{rate}", rate, size.step_seconds)))
        if not _is_sustained(seen, rate * size.step_seconds):
            break
        measured.sustained = rate
    measured.facts["rss_mb"] = _server_mb(scene)
    measured.facts["postgres_mb"] = own_mb(family(postmaster(scene.folder)))
    return measured


def hold_chats(scene: Scene, measured: Measured) -> None:
    """Messages at the same rate while many chats are open, a part of them said in the chats."""
    size, rate = scene.size, scene.rate
    without = _server_mb(scene)
    slugs = [company.slug for company in scene.companies]
    spoken = rate * CHAT_SHARE
    plan = chats.Plan(scene.server.port, slugs, scene.texts.messages, size.chats, spoken, size.chat_seconds)
    holding = load.started("benchmarks.chats", asdict(plan))
    try:
        stood = holding.line()["opened"]
        measured.facts["rss_with_chats_mb"] = _server_mb(scene)
        measured.facts["kb_per_chat"] = (measured.facts["rss_with_chats_mb"] - without) * 1024 / max(1, stood)
        measured.held = _count(measured, load.send(scene.plan("held", rate - spoken, size.chat_seconds)))
        measured.talk = holding.seen(size.chat_seconds + load.OVERTIME_SECONDS * 2)
    finally:
        holding.stop()
    measured.sent += measured.talk["said"]


def _count(measured: Measured, seen: Seen) -> Seen:
    measured.sent += sum(seen.statuses.values())
    measured.errors += seen.errors
    failed = {status: count for status, count in seen.statuses.items() if status != "200"}
    if failed:
        measured.errors.append(f"statuses {failed}")
    return seen


def _is_sustained(seen: Seen, due: float) -> bool:
    in_time = sum(latency * 1e3 <= TARGET_MS for latency in seen.latencies)
    return in_time >= ANSWERED_SHARE * int(due) and seen.answered == sum(seen.statuses.values())


def _costs(scene: Scene) -> dict[str, float]:
    """What server and database have used so far."""
    written, on_disk, commits = counts(superuser_url(scene.place), (WRITTEN, ON_DISK, COMMITS))
    return {
        "server_cpu_ms": cpu_seconds(family(scene.server.pid)) * 1e3,
        "postgres_cpu_ms": cpu_seconds(family(postmaster(scene.folder))) * 1e3,
        "wal_kb": written / 1024,
        "disk_kb": on_disk / 1024,
        "commits": commits,
    }


def verify(scene: Scene, measured: Measured) -> dict[str, int]:
    """Asks the database: every message stored once, none unanswered, one decision about each. Ends the run if not."""
    stored, replies, waiting, decisions, decided, embedded = counts(superuser_url(scene.place), STORED)
    problems = []
    if measured.errors:
        problems.append(f"not every message was answered: {Counter(measured.errors).most_common(5)}")
    if stored != measured.sent:
        problems.append(f"{measured.sent} messages were sent, {stored} are stored")
    if waiting:
        problems.append(f"{waiting} messages await their reply")
    if not stored == decisions == decided:
        problems.append(f"{stored} messages, {decisions} decisions about {decided} of them")
    if problems:
        raise SystemExit("; ".join(problems))
    return {
        "stored_messages": stored,
        "stored_replies": replies,
        "stored_decisions": decisions,
        "stored_vectors": embedded,
    }


def outcome_of(measured: Measured, stored: dict[str, int], scene: Scene) -> Outcome:
    """The figures."""
    steady, talk, facts = measured.steady, measured.talk, measured.facts
    ms = [latency * 1e3 for latency in steady.latencies]
    held_ms = [latency * 1e3 for latency in (*measured.held.latencies, *talk["latencies"])]
    figures = (
        Figure("rate", len(ms) / steady.seconds if steady.seconds else 0.0, "messages a second, fixed rate", f"{RATE}"),
        Figure("p50_ms", percentile(ms, 0.5), "from when a message was due to its reply, p50, ms"),
        Figure("p99_ms", percentile(ms, 0.99), "the same, p99, ms", f"≤ {TARGET_MS:.0f}"),
        Figure("p999_ms", percentile(ms, 0.999), "the same, p99.9, ms"),
        Figure("open_chats", talk["still_open"], "web chats held open while messages flow", "1,000"),
        Figure("opened_chats", talk["opened"], "web chats opened"),
        Figure("held_p50_ms", percentile(held_ms, 0.5), "with them open, p50, ms"),
        Figure("held_p99_ms", percentile(held_ms, 0.99), "with them open, p99, ms"),
        Figure("max_rate", measured.sustained, f"highest rate with 99 % within {TARGET_MS:.0f} ms"),
        Figure("rss_mb", facts["rss_mb"], "memory of the server at the end, MB"),
        Figure("rss_before_mb", facts["rss_before_mb"], "memory of the server before, MB"),
        Figure("rss_after_mb", facts["rss_after_mb"], "memory of the server after the fixed rate, MB"),
        Figure("kb_per_chat", facts["kb_per_chat"], "memory for one open chat, kB"),
        Figure("postgres_mb", facts["postgres_mb"], "memory of PostgreSQL, shared pages counted once, MB"),
        Figure("server_cpu_ms", facts["server_cpu_ms_per_message"], "processor time of the server per message, ms"),
        Figure("postgres_cpu_ms", facts["postgres_cpu_ms_per_message"], "processor time of PostgreSQL per message, ms"),
        Figure("commits", facts["commits_per_message"], "commits per message"),
        Figure("wal_kb", facts["wal_kb_per_message"], "log written per message, kB"),
        Figure("disk_kb", facts["disk_kb_per_message"], "database growth per message with its reply, kB"),
        *(Figure(name, value, name.replace("_", " ")) for name, value in stored.items()),
    )
    rungs = ", ".join(f"{name} {count / max(1, steady.answered):.0%}" for name, count in sorted(steady.rungs.items()))
    late = percentile([late * 1e3 for late in steady.late_starts], 0.99)
    notes = (
        f"{scene.size.companies} companies follow the shipped bank template; answered by: {rungs}.",
        f"No message was lost: {measured.sent:,} sent, {stored['stored_messages']:,} stored, each with one decision.",
        f"The load generator started 99 % of its messages within {late:.1f} ms of when they were due.",
    )
    return Outcome("http", "HTTP message in, reply out, everything stored", figures, scene.texts.source, notes=notes)


async def prepared(place: Place, folder: Path, size: Size) -> list[Seeded]:
    """The companies, made through the product's services before the server starts."""
    async with opened(build(place, settings(folder))) as product:
        return await seed(product, bank_template(scenarios=size.scenarios), size.companies)


def run(texts: Texts, size: Size, given: argparse.Namespace) -> Outcome:
    """Makes an installation, serves it, measures it, and takes it away."""
    with data_folder(given.folder) as folder, database(folder) as place:
        companies = asyncio.run(prepared(place, folder, size))
        with serving(folder, SERVER_PROCESSES) as server:
            scene = Scene(server, place, folder, companies, texts, size, given.rate if not given.quick else 40)
            measured = measure(scene)
            return outcome_of(measured, verify(scene, measured), scene)


def main() -> None:
    """Measures and reports."""
    parser = options(__doc__)
    parser.add_argument("--rate", type=float, default=RATE, help="messages a second")
    parser.add_argument("--folder", help="where the throw-away database lies; default: the folder for temporary files")
    given = parser.parse_args()
    finish(run(read_texts(given.data), QUICK if given.quick else FULL, given), given)


if __name__ == "__main__":
    main()

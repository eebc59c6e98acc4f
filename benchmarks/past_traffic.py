"""A company with a past: recorded messages with their embeddings and decisions, written straight into the database.

Answering a hundred thousand messages one by one would take minutes; what a replay reads is the same.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg

from benchmarks.installation import BANK, bank_template
from benchmarks.intent_sets import IntentSet, Part
from benchmarks.texts import phrases
from understudy.kit.ids import uuid_at
from understudy.language.domain import Matrix
from understudy.templates.domain import Category, Reply, Scenario, Template

REPLAY = BANK.parent / "replay.csv"
DAYS = 29
PER_CONTACT = 10
PAID_SHARE = 0.3
"""Of the messages that the paid rung answered, rightly; the others are told apart by nothing."""
PAID_MICROS = 180
TRACE = {
    "rung": "semantic",
    "verdict": "below_threshold",
    "version": "benchmark@1",
    "score": 0.41,
    "threshold": 0.6,
    "best": {"key": "scenario:Benchmark/card_arrival", "title": "card_arrival", "confidence": 0.41, "matched": "card"},
    "second": {"key": "scenario:Benchmark/lost_card", "title": "lost_card", "confidence": 0.2, "matched": "lost"},
    "latency_us": 400,
    "reason": None,
    "error": None,
    "paid": None,
    "in_scope": 0.7,
}
TRACES = json.dumps([TRACE] * 5)


@dataclass(frozen=True, slots=True)
class Said:
    """What customers wrote, and what it was about."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]

    def times(self, count: int) -> Said:
        """So many messages: the same ones over and over."""
        rounds = -(-count // len(self.texts))
        return Said((self.texts * rounds)[:count], (self.labels * rounds)[:count])


@dataclass(frozen=True, slots=True)
class Split:
    """A template of some examples of each intent, the traffic, and examples that are not in the template yet."""

    template: Template
    traffic: Said
    held_back: dict[str, tuple[str, ...]]


def split(found: IntentSet, *, examples: int, held_back: int, intents: int | None) -> Split:
    """A set of intents as a template and its traffic; no text is both."""
    by_label: dict[str, list[str]] = {}
    for text, label in zip(found.train.texts, found.train.labels, strict=True):
        by_label.setdefault(label, []).append(text)
    names = sorted(by_label)[:intents]
    chance = random.Random(0)
    for label in names:
        chance.shuffle(by_label[label])
    scenarios = tuple(_scenario(label, by_label[label][:examples]) for label in names)
    spare = {label: tuple(by_label[label][examples : examples + held_back]) for label in names}
    rest = [(text, label) for label in names for text in by_label[label][examples + held_back :]]
    rest += [pair for pair in zip(found.test.texts, found.test.labels, strict=True) if pair[1] in spare]
    chance.shuffle(rest)
    traffic = Said(tuple(text for text, _ in rest), tuple(label for _, label in rest))
    return Split(Template("Benchmark", "banking", (Category("All", scenarios),)), traffic, spare)


def shipped() -> IntentSet:
    """The examples of the shipped bank, and the messages of the demo, whose right scenario stands beside them."""
    template = bank_template()
    pairs = [(text, scenario.name) for scenario in template.scenarios() for text in scenario.examples]
    train = Part(tuple(text for text, _ in pairs), tuple(name for _, name in pairs))
    with REPLAY.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return IntentSet(
        "the demo's replay", train, Part(tuple(row["text"] for row in rows), tuple(row["label"] for row in rows))
    )


def _scenario(label: str, some: Sequence[str]) -> Scenario:
    return Scenario(label, phrases(some), examples=tuple(some), replies=(Reply(f"About {label}.", f"About {label}."),))


def write(url: str, company_id: UUID, said: Said, embedded: tuple[dict[str, int], Matrix, str]) -> None:
    """Writes messages with decisions over the last days. `embedded`: row of each text, the rows, the encoder's key."""
    places, vectors, encoder = embedded
    now = datetime.now(UTC)
    step = timedelta(days=DAYS) / len(said.texts)
    moments = [now - timedelta(days=DAYS) + step * place for place in range(len(said.texts))]
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        contacts = -(-len(said.texts) // PER_CONTACT)
        with connection.cursor() as cursor:
            _copy(
                cursor,
                "contact (company_id, id, attributes, created_at)",
                ((company_id, _id(1, place), "{}", moments[0]) for place in range(contacts)),
            )
            _copy(
                cursor,
                "conversation (company_id, id, contact_id, channel, state, version, message_count, started_at,"
                " last_message_at)",
                (
                    (company_id, _id(2, place), _id(1, place), "api", "open", 1, PER_CONTACT, moments[0], now)
                    for place in range(contacts)
                ),
            )
            _messages(cursor, company_id, said, moments)
            _decisions(cursor, company_id, said, moments)
            cursor.execute("CREATE TEMP TABLE said (text text PRIMARY KEY, vector halfvec)")
            _copy(cursor, "said", ((text, _written(vectors[row])) for text, row in places.items()))
            cursor.execute(
                "INSERT INTO message_embedding (company_id, message_id, encoder, vector)"
                " SELECT m.company_id, m.id, %s, s.vector FROM message m JOIN said s USING (text)"
                " WHERE m.company_id = %s",
                (encoder, company_id),
            )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE message, message_embedding, decision")


def _messages(cursor: psycopg.Cursor, company_id: UUID, said: Said, moments: Sequence[datetime]) -> None:
    columns = "company_id, id, conversation_id, contact_id, position, direction, author, channel, modality, text, at"
    rows = (
        (
            company_id,
            message_id(at, place),
            _id(2, place // PER_CONTACT),
            _id(1, place // PER_CONTACT),
            place % PER_CONTACT + 1,
            *("in", "contact", "api", "text", text, at, False),
        )
        for place, (text, at) in enumerate(zip(said.texts, moments, strict=True))
    )
    _copy(cursor, f"message ({columns}, awaits_reply)", rows)


def _decisions(cursor: psycopg.Cursor, company_id: UUID, said: Said, moments: Sequence[datetime]) -> None:
    columns = (
        "company_id, id, message_id, conversation_id, contact_id, decided_at, outcome, rung, path, answered_by, action,"
        " notices, rungs, cost_micros, counterfactual_micros, counterfactual_method, language, urgency, is_vip,"
        " experiment_arms, settings_version, latency_us"
    )
    chance = random.Random(1)

    def row(place: int, label: str, at: datetime) -> tuple[object, ...]:
        is_paid = chance.random() < PAID_SHARE
        cost = PAID_MICROS if is_paid else 0
        return (
            company_id,
            message_id(at, place),
            message_id(at, place),
            _id(2, place // PER_CONTACT),
            _id(1, place // PER_CONTACT),
            at,
            *(("answered", "llm") if is_paid else ("fell_back", "fallback")),
            "semantic 0.41 < llm 0.95" if is_paid else "semantic 0.41 < fallback",
            f"scenario:Benchmark/{label}" if is_paid else "fallback:no_match",
            *("none", "{}", TRACES, cost, cost, "benchmark", "en", "normal", False, "{}", 1, 900),
        )

    rows = (row(place, *one) for place, one in enumerate(zip(said.labels, moments, strict=True)))
    _copy(cursor, f"decision ({columns})", rows)


def message_id(at: datetime, place: int) -> UUID:
    """The identifier of the message at a place, which holds its moment; its decision has the same."""
    return uuid_at(int(at.timestamp() * 1000), place.to_bytes(10, "big"))


def _id(kind: int, place: int) -> UUID:
    return uuid_at(kind, place.to_bytes(10, "big"))


def _copy(cursor: psycopg.Cursor, into: str, rows: object) -> None:
    with cursor.copy(f"COPY {into} FROM STDIN".encode()) as copy:
        for row in rows:  # type: ignore[attr-defined]
            copy.write_row(row)


def _written(vector: Matrix) -> str:
    return "[" + ",".join(f"{value:.5g}" for value in vector.tolist()) + "]"

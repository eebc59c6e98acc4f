"""Customer messages for load: from a folder of intent sets where there is one, else from what the product ships.

Examples come from the training parts of the sets, messages from their test parts; no text is both.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.intent_sets import find_folder, read_sets
from understudy.templates.domain import Category, Reply, Scenario, Template
from understudy.templates.formats.yaml_json import read_yaml

SHIPPED = Path(__file__).resolve().parent.parent / "src" / "understudy" / "demo" / "content"
MAX_WORDS = 48
"""Longer messages are left out: 48 words are about 64 word pieces, the length that the figures are stated for."""
SUBJECTS = ("", "business account", "joint account", "old account", "savings", "other card", "last order", "new phone")
"""What shipped examples are varied with, where no folder is given."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What customers write: examples by scenario, other messages, and where they are from."""

    examples: Mapping[str, Sequence[str]]
    messages: Sequence[str]
    source: str


def read_texts(given: str | None) -> Texts:
    """The texts of a folder of intent sets; without one, those that the product ships. Always in the same order."""
    folder = find_folder(given)
    return _of_folder(folder) if folder else _shipped()


def template_of(texts: Texts, *, scenarios: int, examples: int, name: str = "Benchmark") -> Template:
    """A template of a given size. An intent with enough examples makes several scenarios, which then look alike."""
    pieces: list[tuple[str, Sequence[str]]] = []
    depth = 0
    while len(pieces) < scenarios:
        more = [
            (f"{label} {depth + 1}" if depth else label, some)
            for label, known in texts.examples.items()
            if len(some := known[depth * examples : (depth + 1) * examples]) == examples
        ]
        if not more:
            raise SystemExit(f"these texts make {len(pieces)} scenarios of {examples} examples, not {scenarios}")
        pieces += more
        depth += 1
    made = tuple(_scenario(label, some) for label, some in pieces[:scenarios])
    return Template(name=name, trade="banking", categories=(Category("All", made),))


def _scenario(name: str, examples: Sequence[str]) -> Scenario:
    reply = Reply(short=f"About {name}: here is how.", full=f"About {name}: here is how it works, step by step.")
    return Scenario(name=name, triggers=phrases(examples), examples=tuple(examples), replies=(reply,))


def phrases(examples: Sequence[str], limit: int = 4) -> tuple[str, ...]:
    """A few phrases of three and four words out of examples, as an author would pick them for triggers."""
    found: dict[str, None] = {}
    for place, text in enumerate(examples):
        words = [word.strip(".,?!\"'") for word in text.lower().split()]
        size = 3 + place % 2
        if len(words) > size and all(words):
            found.setdefault(" ".join(words[1 : 1 + size]))
        if len(found) == limit:
            break
    return tuple(found) or (examples[0],)


def _of_folder(folder: Path) -> Texts:
    sets = read_sets(folder)
    if not sets:
        raise SystemExit(f"{folder} holds no intent sets: see the head of benchmarks/intent_sets.py")
    messages = [text for one in sets for text in (*one.test.texts, *one.outside_test.texts)]
    held_back = set(messages)
    examples: dict[str, dict[str, None]] = {}
    for one in sets:
        for text, label in zip(one.train.texts, one.train.labels, strict=True):
            if text not in held_back:
                examples.setdefault(f"{one.name} {label}".replace("_", " "), {}).setdefault(text)
    names = ", ".join(one.name for one in sets)
    return Texts(
        {label: list(some) for label, some in examples.items()}, _shuffled(messages), f"real messages: {names}"
    )


def _shipped() -> Texts:
    examples: dict[str, list[str]] = {}
    for path in sorted(SHIPPED.glob("*.template.yaml")):
        for scenario in read_yaml(path.read_bytes(), path.name).template.scenarios():
            varied = [
                f"{text} ({subject})" if subject else text for subject in SUBJECTS for text in sorted(scenario.examples)
            ]
            examples[f"{path.name.split('.')[0]} {scenario.name}".replace("_", " ")] = varied
    with (SHIPPED / "replay.csv").open(encoding="utf-8", newline="") as file:
        messages = [row["text"] for row in csv.DictReader(file)]
    source = "SYNTHETIC scenarios (shipped examples, varied); real messages: the demo's replay"
    return Texts(examples, _shuffled(messages), source)


def _shuffled(messages: Sequence[str]) -> list[str]:
    kept = sorted({text.strip() for text in messages if text.strip() and len(text.split()) <= MAX_WORDS})
    random.Random(0).shuffle(kept)
    return kept

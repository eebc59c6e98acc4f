"""Customer messages for load: from a folder of intent sets where there is one, else from what the product ships.

A folder holds one sub-folder per set, either `train.csv` and `test.csv` (columns `text` or `utterance`, and `intent`,
`label` or `category`) or one `data_full.json` in the format of CLINC150. Examples come from the training parts,
messages from the test parts; no text is both.
"""

from __future__ import annotations

import csv
import json
import os
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from understudy.templates.domain import Category, Reply, Scenario, Template
from understudy.templates.formats.yaml_json import read_yaml

FOLDER_VARIABLE = "UNDERSTUDY_BENCHMARK_DATA"
"""Environment variable that names the folder where none is given on the command line."""
SHIPPED = Path(__file__).resolve().parent.parent / "src" / "understudy" / "demo" / "content"
TEXT_COLUMNS = ("text", "utterance")
LABEL_COLUMNS = ("intent", "label", "category")
OUTSIDE = "oos"
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


def folder_from(given: str | None) -> Path | None:
    """The folder of intent sets: as given, else from the environment, else none."""
    named = given or os.environ.get(FOLDER_VARIABLE)
    if not named:
        return None
    folder = Path(named).expanduser()
    folder = folder / "intents" if (folder / "intents").is_dir() else folder
    if not folder.is_dir():
        raise SystemExit(f"there is no folder {folder}")
    return folder


def read_texts(folder: Path | None) -> Texts:
    """The texts of a folder of intent sets; without one, those that the product ships. Always in the same order."""
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
    examples: dict[str, list[str]] = {}
    messages: list[str] = []
    names = []
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        rows = list(_rows(place))
        if not rows:
            continue
        names.append(place.name)
        messages += [text for part, text, _ in rows if part == "test"]
        held_back = {text for part, text, _ in rows if part == "test"}
        for part, text, label in rows:
            if part == "train" and label != OUTSIDE and text not in held_back:
                examples.setdefault(f"{place.name} {label}".replace("_", " "), []).append(text)
    if not names:
        raise SystemExit(f"{folder} holds no intent sets: see the head of benchmarks/texts.py")
    unique = {label: list(dict.fromkeys(some)) for label, some in examples.items()}
    return Texts(unique, _shuffled(messages), f"real messages: {', '.join(names)}")


def _rows(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Part, text and label of every row of one set."""
    whole = folder / "data_full.json"
    if whole.is_file():
        for part, rows in json.loads(whole.read_text(encoding="utf-8")).items():
            for text, label in rows:
                yield part.removeprefix("oos_"), text, label
        return
    for part in ("train", "test"):
        path = folder / f"{part}.csv"
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    yield part, _column(row, TEXT_COLUMNS, path), _column(row, LABEL_COLUMNS, path)


def _column(row: Mapping[str, Any], names: Sequence[str], path: Path) -> str:
    for name in names:
        if row.get(name):
            return str(row[name])
    raise SystemExit(f"{path} lacks a column named {' or '.join(names)}")


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

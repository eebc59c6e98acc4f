"""Labelled intent sets from a folder, each with its own split kept.

A folder holds one sub-folder per set: either `train.csv` and `test.csv` (columns `text` or `utterance`, and `intent`,
`label` or `category`), or one `data_full.json` with lists of [text, label] under `train`, `val`, `test` and, for
messages out of scope, `oos_train`, `oos_val`, `oos_test`.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from understudy.templates.matching.features import Matrix

FOLDER_VARIABLES = ("UNDERSTUDY_DATA", "UNDERSTUDY_BENCHMARK_DATA")
BESIDE = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
"""Where the sets lie on the machine that the figures were made on: beside the project."""
TEXT_COLUMNS = ("text", "utterance")
LABEL_COLUMNS = ("intent", "label", "category")
Embed = Callable[[Sequence[str]], Matrix]


@dataclass(frozen=True, slots=True)
class Part:
    """Messages and their labels, row by row."""

    texts: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    def rows(self, places: Sequence[int]) -> Part:
        """Some rows of it, in the order given."""
        return Part(tuple(self.texts[place] for place in places), tuple(self.labels[place] for place in places))

    def shots(self, count: int, seed: int) -> Part:
        """So many rows of each label, drawn with the seed; of a label with fewer, all."""
        chance = np.random.default_rng(seed)
        labels = np.array(self.labels)
        drawn = [chance.permutation(np.flatnonzero(labels == label))[:count] for label in sorted(set(self.labels))]
        return self.rows([int(place) for places in drawn for place in places])


@dataclass(frozen=True, slots=True)
class IntentSet:
    """A set with its split; the out-of-scope parts are empty where it has none."""

    name: str
    train: Part
    test: Part
    validation: Part = Part()
    outside_train: Part = Part()
    outside_validation: Part = Part()
    outside_test: Part = Part()


def find_folder(given: str | None) -> Path | None:
    """The folder of intent sets: as given, else from the environment, else beside the project, if there is one."""
    named = given or next((os.environ[name] for name in FOLDER_VARIABLES if os.environ.get(name)), None)
    folder = Path(named).expanduser() if named else BESIDE
    if named and not folder.is_dir():
        raise SystemExit(f"there is no folder {folder}")
    folder = folder / "intents" if (folder / "intents").is_dir() else folder
    return folder if folder.is_dir() else None


def read_sets(folder: Path) -> list[IntentSet]:
    """All sets of the folder, by name."""
    found = [_read(place) for place in sorted(folder.iterdir()) if place.is_dir()]
    return [one for one in found if one is not None]


def _read(place: Path) -> IntentSet | None:
    if (place / "data_full.json").is_file():
        parts = json.loads((place / "data_full.json").read_text(encoding="utf-8"))
        names = ("train", "test", "val", "oos_train", "oos_val", "oos_test")
        return IntentSet(place.name, *(_part(parts.get(name, ())) for name in names))
    if (place / "train.csv").is_file() and (place / "test.csv").is_file():
        return IntentSet(place.name, _csv(place / "train.csv"), _csv(place / "test.csv"))
    return None


def _part(rows: Sequence[tuple[str, str]]) -> Part:
    return Part(tuple(text for text, _ in rows), tuple(label for _, label in rows))


def _csv(path: Path) -> Part:
    with path.open(encoding="utf-8", newline="") as file:
        return _part(
            [(_first(row, TEXT_COLUMNS, path), _first(row, LABEL_COLUMNS, path)) for row in csv.DictReader(file)]
        )


def _first(row: dict[str, str], names: Sequence[str], path: Path) -> str:
    for name in names:
        if row.get(name):
            return row[name]
    raise SystemExit(f"{path} lacks a column named {' or '.join(names)}")


class Embedded:
    """Embeddings by text, each text encoded once."""

    def __init__(self, encode: Embed) -> None:
        self._encode = encode
        self._known: dict[str, Matrix] = {}

    def __call__(self, texts: Sequence[str]) -> Matrix:
        """Embeddings [n, d] of the texts, in their order."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encode(new), strict=True))
        return np.array([self._known[text] for text in texts], np.float32)

    def save(self, path: Path) -> None:
        """All that is known, as `texts` and `vectors` of an npz file."""
        np.savez(path, texts=np.array(list(self._known)), vectors=np.array(list(self._known.values()), np.float32))

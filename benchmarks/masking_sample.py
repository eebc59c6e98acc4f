"""Sentences with personal data marked in them: the shipped sample in six languages, or a file with spans."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE = Path(__file__).with_name("masking_sample.tsv")
LANGUAGES = ("en", "es", "fr", "de", "ja", "zh")
_MARK = re.compile(r"\[\[([A-Z]+):(.*?)\]\]")
FOREIGN_KINDS = {
    # Entities of presidio-research files → our kinds; others (persons, places, dates) are not looked for.
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "CREDIT_CARD": "card",
    "IBAN_CODE": "iban",
    "US_SSN": "id",
    "IP_ADDRESS": "ip",
    "STREET_ADDRESS": "address",
}


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence, and what in it is personal: (kind, start, end). `names`: what the caller would give."""

    text: str
    spans: tuple[tuple[str, int, int], ...]
    language: str = "en"
    names: tuple[str, ...] = ()
    spared: tuple[tuple[int, int], ...] = ()
    """What may be masked and need not be: names and places nobody gave."""


def shipped() -> tuple[Marked, ...]:
    """The sample: 40 sentences in each of six languages, a quarter of them with nothing personal."""
    rows = [line.split("\t") for line in SAMPLE.read_text(encoding="utf-8").splitlines() if line]
    return tuple(_marked(language, names, text) for language, names, text in rows)


def halves(sentences: Sequence[Marked]) -> tuple[tuple[Marked, ...], tuple[Marked, ...]]:
    """Every other sentence for tuning; the others are held out and decide."""
    return tuple(sentences[::2]), tuple(sentences[1::2])


def foreign(path: Path) -> tuple[Marked, ...]:
    """A file in the format of presidio-research: objects with `full_text` and `spans`."""
    return tuple(
        Marked(
            row["full_text"],
            tuple(
                (FOREIGN_KINDS[span["entity_type"]], span["start_position"], span["end_position"])
                for span in row["spans"]
                if span["entity_type"] in FOREIGN_KINDS
            ),
            spared=tuple(
                (span["start_position"], span["end_position"])
                for span in row["spans"]
                if span["entity_type"] not in FOREIGN_KINDS
            ),
        )
        for row in json.loads(path.read_text(encoding="utf-8"))
    )


def _marked(language: str, names: str, text: str) -> Marked:
    pieces, spans, length, end = [], [], 0, 0
    for mark in _MARK.finditer(text):
        pieces += [text[end : mark.start()], mark[2]]
        length += mark.start() - end
        spans.append((mark[1].lower(), length, length + len(mark[2])))
        length += len(mark[2])
        end = mark.end()
    return Marked("".join([*pieces, text[end:]]), tuple(spans), language, () if names == "-" else (names,))

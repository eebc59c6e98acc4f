"""Past messages from a file. Pure."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from understudy.kit.errors import Invalid

TEXT_COLUMNS = ("text", "message", "body", "question", "utterance")
CONTACT_COLUMNS = ("contact", "contact_id", "customer", "customer_id", "user", "user_id", "from")
FORMATS = ("csv", "jsonl", "txt")


class UnreadablePast(Invalid):
    """The file holds no messages that can be read."""

    code = "unreadable_past"


@dataclass(frozen=True, slots=True)
class PastMessage:
    """A message of the past. `contact`: whoever wrote it, where the file says so; a line without is one of its own."""

    text: str
    contact: UUID


def read_past(content: str, kind: str) -> tuple[PastMessage, ...]:
    """The messages of a file; `kind`: csv with a column of texts, jsonl, or txt with a message on each line.

    Raises `UnreadablePast`.
    """
    rows = {"csv": _csv, "jsonl": _jsonl, "txt": _txt}.get(kind)
    if rows is None:
        raise UnreadablePast(f"{kind!r} cannot be read", remedy=f"give a file that ends in {', '.join(FORMATS)}")
    found = tuple(_message(place, row) for place, row in enumerate(rows(content)))
    kept = tuple(one for one in found if one.text)
    if not kept:
        raise UnreadablePast("the file holds no message", remedy=f"name the column of texts one of {TEXT_COLUMNS}")
    return kept


def _csv(content: str) -> Iterator[Mapping[str, Any]]:
    reader = csv.DictReader(io.StringIO(content))
    names = {name.strip().lower() for name in reader.fieldnames or ()}
    if not names & set(TEXT_COLUMNS):
        raise UnreadablePast(
            f"none of the columns {', '.join(sorted(names))} holds texts", remedy=f"name it one of {TEXT_COLUMNS}"
        )
    for row in reader:
        yield {str(name).strip().lower(): value for name, value in row.items()}


def _jsonl(content: str) -> Iterator[Mapping[str, Any]]:
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            raise UnreadablePast(f"line {number} is not JSON", remedy="one object on each line") from None
        yield {str(name).lower(): value for name, value in row.items()} if isinstance(row, dict) else {"text": row}


def _txt(content: str) -> Iterator[Mapping[str, Any]]:
    return ({"text": line} for line in content.splitlines())


def _message(place: int, row: Mapping[str, Any]) -> PastMessage:
    text = next((row[name] for name in TEXT_COLUMNS if isinstance(row.get(name), str)), "")
    who = next((str(row[name]) for name in CONTACT_COLUMNS if row.get(name) not in (None, "")), f"line {place}")
    return PastMessage(" ".join(text.split()), UUID(bytes=hashlib.sha256(who.encode()).digest()[:16]))

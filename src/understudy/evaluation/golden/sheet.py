"""Golden cases from files: CSV with a header, or JSON lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from understudy.evaluation.golden.domain import NewCase
from understudy.kit.errors import Invalid, Problem
from understudy.templates.formats.decoding import text_of

COLUMNS = ("text", "expected", "language", "note")
REMEDY = f"name the columns {', '.join(COLUMNS)}; only text and expected are needed, an empty expected means none"


class UnreadableSheet(Invalid):
    """The file holds no golden cases that can be read."""

    code = "unreadable_sheet"


def read_cases(content: bytes, file_name: str) -> list[NewCase]:
    """The cases of a file: `.csv`, else JSON lines; raises `UnreadableSheet` naming each row that is wrong."""
    text = text_of(content, file_name)
    rows = list(_csv_rows(text, file_name) if file_name.lower().endswith(".csv") else _json_rows(text, file_name))
    problems = [Problem(f"row {number}", fault, REMEDY) for number, row in rows if (fault := _fault(row)) is not None]
    if problems or not rows:
        problems = problems or [Problem(file_name, "holds no case", REMEDY)]
        raise UnreadableSheet("; ".join(map(str, problems[:5])), field=problems[0].field, problems=tuple(problems))
    return [_case(row) for _, row in rows]


def _csv_rows(text: str, file_name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        names = set(reader.fieldnames or ())
        if not {"text", "expected"} <= names or names - set(COLUMNS):
            raise UnreadableSheet(f"{file_name} has no header of ours", field=file_name, remedy=REMEDY)
        yield from ((reader.line_num, row) for row in reader)
    except csv.Error as error:
        raise UnreadableSheet(f"{file_name}, line {reader.line_num}: {error}", field=file_name, remedy=REMEDY) from None


def _json_rows(text: str, file_name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise UnreadableSheet(f"{file_name}, line {number}: {error}", field=file_name, remedy=REMEDY) from None
        yield number, row if isinstance(row, dict) else {}


def _fault(row: Mapping[Any, Any]) -> str | None:
    if not isinstance(row.get("text"), str) or not row["text"].strip():
        return "has no text"
    if "expected" not in row:
        return "does not say what is expected"
    if unknown := sorted(str(name) for name in row if name not in COLUMNS):
        return f"has columns that are not ours: {', '.join(unknown)}"
    wrong = [name for name in COLUMNS if row.get(name) is not None and not isinstance(row[name], str)]
    return f"{', '.join(wrong)}: not a text" if wrong else None


def _case(row: Mapping[str, Any]) -> NewCase:
    return NewCase(
        text=row["text"].strip(),
        expected=(row["expected"] or "").strip() or None,
        language=(row.get("language") or "").strip().lower() or None,
        note=(row.get("note") or "").strip(),
    )

"""Questions and answers from a sheet: CSV with a header, or a JSON list."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from understudy.kit.errors import Problem
from understudy.templates.domain import Reply
from understudy.templates.formats.decoding import text_of
from understudy.templates.formats.draft import UnreadableFile
from understudy.templates.questions.domain import NewQuestion
from understudy.templates.validation import InvalidTemplate

COLUMNS = ("question", "variants", "short", "full")
VARIANT_SIGN = "|"
REMEDY = f"write the columns {', '.join(COLUMNS)}; variants stand in one cell with {VARIANT_SIGN} between"


def read_questions(content: bytes, file_name: str) -> list[NewQuestion]:
    """The questions of a sheet; raises `UnreadableFile`, or `InvalidTemplate` naming each row that is wrong."""
    text = text_of(content, file_name)
    rows = _json_rows(text, file_name) if file_name.lower().endswith(".json") else _csv_rows(text, file_name)
    problems = [
        Problem(f"row {number}", "has no question or no reply", "give both")
        for number, row in rows
        if not _is_whole(row)
    ]
    if problems or not rows:
        raise InvalidTemplate(problems or [Problem(file_name, "holds no question", REMEDY)], subject="the sheet")
    return [_question(row) for _, row in rows]


def _csv_rows(text: str, file_name: str) -> list[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        unknown = set(reader.fieldnames or ()) - set(COLUMNS)
        if unknown or "question" not in (reader.fieldnames or ()):
            raise UnreadableFile(f"{file_name} has no header of ours", field=file_name, remedy=REMEDY)
        return [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise UnreadableFile(f"{file_name}, line {reader.line_num}: {error}", field=file_name, remedy=REMEDY) from None


def _json_rows(text: str, file_name: str) -> list[tuple[int, Mapping[str, Any]]]:
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise UnreadableFile(f"{file_name}: {error}", field=file_name, remedy="write a list of objects") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) and set(row) <= set(COLUMNS) for row in rows):
        raise UnreadableFile(f"{file_name} is no list of questions", field=file_name, remedy=REMEDY)
    return list(enumerate(rows, 1))


def _is_whole(row: Mapping[str, Any]) -> bool:
    texts = [row.get(name) or "" for name in ("question", "short", "full")]
    return all(isinstance(text, str) for text in texts) and bool(texts[0].strip() and (texts[1] + texts[2]).strip())


def _question(row: Mapping[str, Any]) -> NewQuestion:
    variants = row.get("variants") or ()
    if isinstance(variants, str):
        variants = [variant.strip() for variant in variants.split(VARIANT_SIGN) if variant.strip()]
    reply = Reply(row.get("short") or "", row.get("full") or "")
    return NewQuestion(row["question"].strip(), reply, tuple(str(variant) for variant in variants))

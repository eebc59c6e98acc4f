"""Labelled texts as CSV: a text and the scenario it belongs to on every row, with or without a header.

Texts become examples, labels become scenarios, and "oos" rows out-of-scope examples. Replies are written afterwards.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from understudy.templates.formats.decoding import text_of
from understudy.templates.formats.draft import Draft, Imported, UnreadableFile, listed, unusable, unusable_label

ROWS = 200_000
DELIMITERS = (",", ";", "\t", "|")
PROBED_ROWS = 50  # read to find the delimiter
TEXT_HEADERS = frozenset({"text", "utterance", "question", "query", "message", "example", "phrase", "sentence"})
LABEL_HEADERS = frozenset({"label", "intent", "category", "scenario", "class", "target", "tag"})
LABELS_REPEAT = 2  # without a header, the column with fewer values is the label if each stands this often on average


class _Row(NamedTuple):
    line: int
    cells: list[str]


class _Columns(NamedTuple):
    text: int
    label: int
    width: int  # a row that is wider holds a delimiter that nobody quoted


def read(content: bytes, file_name: str, *, name: str, trade: str) -> Imported:
    """The draft of a CSV file; raises `UnreadableFile` when it is no table of texts and labels."""
    text = text_of(content, file_name)
    rows = list(_rows(text, _delimiter(text), file_name))
    draft = Draft()
    columns, has_header = _columns(rows, draft, file_name)
    body = rows[1:] if has_header else rows
    _refuse_wide_rows(body, columns, file_name)
    left_out: dict[str, list[int]] = {}
    for row in body:
        example, label = (" ".join(_cell(row, place).split()) for place in (columns.text, columns.label))
        if (why := unusable(example) or unusable_label(label)) is not None:
            left_out.setdefault(why, []).append(row.line)
        else:
            draft.example(label, example)
    for why, lines in left_out.items():
        draft.warn(f"{len(lines):,} rows left out because a cell {why}: lines {listed(lines)}")
    if not draft.labels:
        raise UnreadableFile(
            f"{file_name} has no row with a text and a label", field=file_name, remedy="write rows such as: text,label"
        )
    return draft.imported(name=name, trade=trade)


def _delimiter(text: str) -> str:
    """The sign that cuts the most of the first rows into the same number of cells, at least two."""

    def fitting(delimiter: str) -> int:
        head = io.StringIO(text[: PROBED_ROWS * 1_000], newline="")
        widths: list[int] = []
        try:
            for _, row in zip(range(PROBED_ROWS), csv.reader(head, delimiter=delimiter), strict=False):
                widths.append(len(row))
        except csv.Error:
            return 0
        return sum(width == widths[0] for width in widths) if widths and widths[0] > 1 else 0

    return max(DELIMITERS, key=fitting)


def _rows(text: str, delimiter: str, file_name: str) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(row for row in reader if any(cell.strip() for cell in row)):
            if number > ROWS:
                raise UnreadableFile(
                    f"{file_name} has more than {ROWS:,} rows",
                    field=file_name,
                    remedy="split it into several templates",
                )
            yield _Row(reader.line_num, cells)
    except csv.Error as error:
        raise UnreadableFile(
            f"{file_name}, line {reader.line_num}: {error}", field=file_name, remedy="close every quotation mark"
        ) from error


def _columns(rows: Sequence[_Row], draft: Draft, file_name: str) -> tuple[_Columns, bool]:
    """Where texts and labels stand, and whether the first row says so."""
    header = [cell.strip().lower() for row in rows[:1] for cell in row.cells]
    if len(header) < 2:
        raise UnreadableFile(f"{file_name} has no two columns", field=file_name, remedy="give two columns: text,label")
    text = next((place for place, cell in enumerate(header) if cell in TEXT_HEADERS), None)
    label = next((place for place, cell in enumerate(header) if cell in LABEL_HEADERS), None)
    if text is not None and label is not None:
        if len(header) > 2:
            others = [cell for place, cell in enumerate(header) if place not in (text, label)]
            draft.warn(f"columns left out: {listed(others)}")
        return _Columns(text, label, len(header)), True
    swapped = _label_comes_first(rows)
    order = "the label, then the text" if swapped else "the text, then the label"
    draft.warn(f"there is no header with text and label: the columns were read as {order}")
    return _Columns(*((1, 0) if swapped else (0, 1)), len(header)), False


def _label_comes_first(rows: Sequence[_Row]) -> bool:
    first, second = (len({_cell(row, place) for row in rows}) for place in (0, 1))
    return first < second and first * LABELS_REPEAT <= len(rows)


def _refuse_wide_rows(rows: Sequence[_Row], columns: _Columns, file_name: str) -> None:
    wide = [row.line for row in rows if len(row.cells) > columns.width]
    if wide:
        raise UnreadableFile(
            f"{file_name}: {len(wide):,} rows have more than {columns.width} columns: lines {listed(wide)}",
            field=file_name,
            remedy='put texts that contain the delimiter in double quotes: "like this, say"',
        )


def _cell(row: _Row, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""

"""The one door for files: recognises the format by name and content, and imports it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from understudy.templates.formats import archive, csv_rows, dialogflow, rasa, yaml_json
from understudy.templates.formats.draft import DEFAULT_TRADE, Imported, UnreadableFile, listed


class Format(StrEnum):
    """The formats that are read."""

    YAML = "yaml"
    JSON = "json"
    CSV = "csv"
    RASA = "rasa"
    DIALOGFLOW = "dialogflow"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it came: its name, with or without folders, and its bytes."""

    name: str
    content: bytes


READABLE = "a template in YAML or JSON, a CSV of text,label, Rasa YAML files, or a Dialogflow ES export"
HEAD_BYTES = 1 << 20  # of a file, read to recognise it
_OURS = re.compile(rb"^(?:\xef\xbb\xbf)?(?:format|categories)\s*:", re.MULTILINE)
_RASA = re.compile(rb"^(?:\xef\xbb\xbf)?(?:nlu|responses|rules|stories|intents)\s*:", re.MULTILINE)
_OLD_RASA = re.compile(rb"\"rasa_nlu_data\"|^##\s*(?:intent|synonym|regex):", re.MULTILINE)
_DIALOGFLOW_PATH = re.compile(r"(?:^|/)agent\.json$|(?:^|/)(?:intents|entities)/[^/]+\.json$")


def import_template(files: Sequence[SourceFile], *, name: str | None = None, trade: str | None = None) -> Imported:
    """The draft that these files make together: one file, an archive, or the files of a Rasa project.

    `name` and `trade` are for formats that don't carry their own; without a name the first file gives it.
    Raises `UnreadableFile`, or `InvalidTemplate` with every problem of a template in our own format.
    """
    if not files:
        raise UnreadableFile("there is no file", remedy=f"give {READABLE}")
    contents = _unpacked(files)
    called = name or _name_from(files[0].name)
    kind = _recognise(contents)
    if kind is Format.RASA:
        return rasa.read(contents, name=called, trade=trade or DEFAULT_TRADE)
    if kind is Format.DIALOGFLOW:
        return dialogflow.read(contents, name=name, trade=trade or DEFAULT_TRADE)
    (file_name, content), *more = contents.items()
    if more:
        raise UnreadableFile(f"{listed(list(contents))}: several files of kind {kind}", remedy="import one at a time")
    if kind is Format.CSV:
        return csv_rows.read(content, file_name, name=called, trade=trade or DEFAULT_TRADE)
    return (yaml_json.read_yaml if kind is Format.YAML else yaml_json.read_json)(content, file_name)


def recognise(files: Sequence[SourceFile]) -> Format:
    """The format of these files together; raises `UnreadableFile` when it is none of ours."""
    return _recognise(_unpacked(files))


def _unpacked(files: Sequence[SourceFile]) -> dict[str, bytes]:
    contents: dict[str, bytes] = {}
    for file in files:
        if not file.content.startswith(archive.ZIP_MAGIC):
            contents[file.name] = file.content
            continue
        inside = archive.unpack(file.content, file.name)
        if not inside:
            raise UnreadableFile(
                f"{file.name} is an archive or an office document without YAML or JSON files",
                field=file.name,
                remedy="save a spreadsheet as CSV in UTF-8",
            )
        contents |= inside
    return contents


def _recognise(contents: Mapping[str, bytes]) -> Format:
    if any(_DIALOGFLOW_PATH.search(path) for path in contents):
        return Format.DIALOGFLOW
    kinds = {path: _kind(path, content) for path, content in contents.items()}
    if Format.RASA in kinds.values():
        return Format.RASA
    return next(iter(kinds.values()))


def _kind(path: str, content: bytes) -> Format:
    head, suffix = content[:HEAD_BYTES], _suffix(path)
    if _OLD_RASA.search(head):
        raise UnreadableFile(
            f"{path} is of Rasa 1", field=path, remedy="convert it first: rasa data convert nlu -f yaml"
        )
    if suffix == ".json" or head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        return Format.JSON
    if suffix in (".csv", ".tsv"):
        return Format.CSV
    if _OURS.search(head):
        return Format.YAML
    if _RASA.search(head):
        return Format.RASA
    if suffix in (".yml", ".yaml"):
        return Format.YAML
    if suffix in ("", ".txt"):
        return Format.CSV
    raise UnreadableFile(f"{path} is in no format we read", field=path, remedy=f"give {READABLE}")


def _suffix(path: str) -> str:
    name, dot, suffix = path.lower().rpartition("/")[2].rpartition(".")
    return dot + suffix if name else ""


def _name_from(path: str) -> str:
    """A name for people from a file's name: "retail_bank.csv" becomes "Retail bank"."""
    words = re.sub(r"[\W_]+", " ", path.rpartition("/")[2].split(".")[0]).strip()
    return words[:1].upper() + words[1:100] or "Imported template"

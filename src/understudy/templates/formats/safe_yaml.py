"""YAML and JSON as plain values, from files of strangers.

YAML is built from parser events without recursion and without YAML's guesses: every scalar is text, except a bare
null (a trigger called `no` stays "no"). Anchors, tags, duplicate keys, deep nesting and several documents are refused.
"""

import json
from typing import Any

import yaml

from understudy.templates.formats.draft import UnreadableFile

DEPTH = 40  # our own format needs 8, Rasa's domain files about 12
VALUES = 3_000_000  # 200,000 examples with their mappings take 1 million
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


def load_yaml(text: str, file_name: str) -> object:
    """The one document of a YAML text as dicts, lists, strings and None; raises `UnreadableFile` with the line."""
    builder = _Builder(file_name)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _unreadable(file_name, f"not valid YAML: {error.problem or error.context}", line) from error
    except yaml.YAMLError as error:  # a character that YAML doesn't allow
        raise _unreadable(file_name, f"not valid YAML: {str(error).splitlines()[0]}", None) from error
    return builder.document


def load_json(text: str, file_name: str) -> object:
    """The value of a JSON text; raises `UnreadableFile` with the line, also for a key that stands twice."""
    try:
        return json.loads(text, object_pairs_hook=_once_each)
    except json.JSONDecodeError as error:
        raise _unreadable(file_name, f"not valid JSON: {error.msg}", error.lineno) from error
    except RecursionError as error:
        raise _unreadable(file_name, "nested too deeply", None) from error
    except ValueError as error:
        raise _unreadable(file_name, f"not valid JSON: {error}", None) from error


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f'the key "{next(key for key in mapping if keys.count(key) > 1)}" stands twice')
    return mapping


def _unreadable(file_name: str, what: str, line: int | None) -> UnreadableFile:
    place = f", line {line}" if line else ""
    return UnreadableFile(f"{file_name}{place}: {what}", field=file_name, remedy="mend the file and import it again")


class _Builder:
    """Turns parser events into values with a stack of open lists and mappings."""

    def __init__(self, file_name: str) -> None:
        self.document: object = None
        self._file_name = file_name
        self._documents = 0
        self._values = 0
        self._open: list[list[object] | dict[str, object]] = []
        self._keys: list[str | None] = []  # of each open mapping: the key that waits for its value

    def take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_tag(event, line)
            bare_null = event.implicit[0] and event.value in _NULLS
            self._place(None if bare_null else event.value, line)
        elif isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            self._refuse_tag(event, line)
            self._begin([] if isinstance(event, yaml.SequenceStartEvent) else {}, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
            self._keys.pop()
        elif isinstance(event, yaml.AliasEvent):
            raise _unreadable(self._file_name, f"an alias (*{event.anchor}); write the value out", line)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _unreadable(self._file_name, "a second document (---); give each its own file", line)

    def _refuse_tag(self, event: Any, line: int) -> None:
        if event.tag not in (None, "!", "tag:yaml.org,2002:str"):
            raise _unreadable(self._file_name, f"a tag ({event.tag}); plain values only", line)

    def _begin(self, collection: list[object] | dict[str, object], line: int) -> None:
        if len(self._open) >= DEPTH:
            raise _unreadable(self._file_name, f"nested deeper than {DEPTH} levels", line)
        self._place(collection, line)
        self._open.append(collection)
        self._keys.append(None)

    def _place(self, value: object, line: int) -> None:
        self._values += 1
        if self._values > VALUES:
            raise _unreadable(self._file_name, f"more than {VALUES:,} values", line)
        if not self._open:
            self.document = value
        elif isinstance(parent := self._open[-1], list):
            parent.append(value)
        else:
            self._place_in_mapping(parent, value, line)

    def _place_in_mapping(self, parent: dict[str, object], value: object, line: int) -> None:
        key = self._keys[-1]
        if key is not None:
            parent[key] = value
            self._keys[-1] = None
            return
        if value is None:
            value = "null"
        if not isinstance(value, str):
            raise _unreadable(self._file_name, "a key that is not text", line)
        if value in parent:
            raise _unreadable(self._file_name, f'the key "{value}" stands twice', line)
        self._keys[-1] = value

"""Our own format as plain values: what YAML and JSON files hold, and what the store keeps.

`to_document` leaves out what is empty or default; `from_document` reads strictly and names every problem with its path.
"""

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from understudy.kit.errors import Problem
from understudy.templates.domain import Action, Category, Reply, Scenario, Template
from understudy.templates.validation import InvalidTemplate

FORMAT = "understudy/template/1"

_TEMPLATE_KEYS = (
    "format",
    "name",
    "trade",
    "description",
    "filler_words",
    "synonyms",
    "out_of_scope_examples",
    "categories",
)
_CATEGORY_KEYS = ("name", "scenarios")
_SCENARIO_KEYS = (
    "name",
    "triggers",
    "negative_triggers",
    "examples",
    "replies",
    "follow_up",
    "priority",
    "action",
)
_REPLY_KEYS = ("short", "full")
_INTEGER = re.compile(r"[+-]?\d{1,9}")

_Value = TypeVar("_Value")


def to_document(template: Template) -> dict[str, object]:
    """The template as dicts, lists, strings and integers, keys in the order people read them."""
    head: dict[str, object] = {"format": FORMAT, "name": template.name, "trade": template.trade}
    return head | _filled(
        description=template.description,
        filler_words=list(template.filler_words),
        synonyms={term: list(variants) for term, variants in template.synonyms.items()},
        out_of_scope_examples=list(template.out_of_scope_examples),
        categories=[
            {"name": category.name, "scenarios": [scenario_document(scenario) for scenario in category.scenarios]}
            for category in template.categories
        ],
    )


def scenario_document(scenario: Scenario) -> dict[str, object]:
    """One scenario as plain values."""
    document: dict[str, object] = {"name": scenario.name} | _filled(
        triggers=list(scenario.triggers),
        negative_triggers=list(scenario.negative_triggers),
        examples=list(scenario.examples),
        replies=[_filled(short=reply.short, full=reply.full) for reply in scenario.replies],
        priority=scenario.priority,
    )
    if scenario.follow_up is not None:
        document["follow_up"] = scenario.follow_up
    if scenario.action is not Action.NONE:
        document["action"] = scenario.action.value
    return document


def _filled(**values: object) -> dict[str, object]:
    return {key: value for key, value in values.items() if value}


def from_document(raw: object) -> Template:
    """The template of a document; raises `InvalidTemplate` listing every unknown key and wrong type."""
    return _read(raw, _Reader.template)


def scenario_from_document(raw: object) -> Scenario:
    """One scenario of a document; raises `InvalidTemplate` listing every unknown key and wrong type."""
    return _read(raw, lambda reader, given: reader.scenario(given, ""))


def _read(raw: object, read: "Callable[[_Reader, object], _Value]") -> _Value:
    reader = _Reader()
    value = read(reader, raw)
    if reader.problems:
        raise InvalidTemplate(reader.problems)
    return value


class _Reader:
    """Reads what it can and notes what is wrong, so that one reading finds all problems."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def template(self, raw: object) -> Template:
        fields = self._mapping(raw, "", _TEMPLATE_KEYS)
        if fields is None:
            return Template("", "")
        self._format(fields.get("format"))
        return Template(
            name=self._required(fields, "name", ""),
            trade=self._required(fields, "trade", ""),
            description=self._text(fields.get("description", ""), "description"),
            filler_words=self._texts(fields, "filler_words", ""),
            synonyms=self._synonyms(fields.get("synonyms")),
            out_of_scope_examples=self._texts(fields, "out_of_scope_examples", ""),
            categories=self._list(fields, "categories", "", self._category),
        )

    def scenario(self, raw: object, path: str) -> Scenario:
        fields = self._mapping(raw, path, _SCENARIO_KEYS)
        if fields is None:
            return Scenario("")
        follow_up = fields.get("follow_up")
        return Scenario(
            name=self._required(fields, "name", path),
            triggers=self._texts(fields, "triggers", path),
            negative_triggers=self._texts(fields, "negative_triggers", path),
            examples=self._texts(fields, "examples", path),
            replies=self._list(fields, "replies", path, self._reply),
            follow_up=None if follow_up is None else self._text(follow_up, _at(path, "follow_up")),
            priority=self._integer(fields.get("priority", 0), _at(path, "priority")),
            action=self._action(fields.get("action", Action.NONE), _at(path, "action")),
        )

    def _format(self, written: object) -> None:
        if written != FORMAT:
            message = "is missing" if written is None else f'"{written}" is not a format we read'
            self._note("format", message, f"write format: {FORMAT}")

    def _category(self, raw: object, path: str) -> Category:
        fields = self._mapping(raw, path, _CATEGORY_KEYS)
        if fields is None:
            return Category("")
        return Category(self._required(fields, "name", path), self._list(fields, "scenarios", path, self.scenario))

    def _reply(self, raw: object, path: str) -> Reply:
        fields = self._mapping(raw, path, _REPLY_KEYS) or {}
        short, full = (self._text(fields.get(form) or "", _at(path, form)) for form in _REPLY_KEYS)
        return Reply(short, full)

    def _synonyms(self, raw: object) -> dict[str, tuple[str, ...]]:
        fields = (None if raw is None else self._mapping(raw, "synonyms", None)) or {}
        return {term: self._texts(fields, term, "synonyms") for term in fields}

    def _action(self, raw: object, path: str) -> Action:
        if isinstance(raw, str) and raw in set(Action):
            return Action(raw)
        self._note(path, f'"{raw}" is not an action', f"use one of {', '.join(Action)}")
        return Action.NONE

    def _mapping(self, raw: object, path: str, known: tuple[str, ...] | None) -> Mapping[str, object] | None:
        if not isinstance(raw, Mapping):
            self._note(path, f"must be a mapping, not {_kind(raw)}", 'write "key: value" lines')
            return None
        for key in raw:
            if known is not None and key not in known:
                self._note(_at(path, str(key)), f'"{key}" is not a known key', f"use one of {', '.join(known)}")
        return raw

    def _list(
        self, fields: Mapping[str, object], key: str, path: str, read: Callable[[object, str], _Value]
    ) -> tuple[_Value, ...]:
        raw, here = fields.get(key), _at(path, key)
        if raw is None:
            return ()
        if not isinstance(raw, list | tuple):
            self._note(here, f"must be a list, not {_kind(raw)}", "write one item per line, each after a dash")
            return ()
        return tuple(read(item, f"{here}[{place}]") for place, item in enumerate(raw))

    def _texts(self, fields: Mapping[str, object], key: str, path: str) -> tuple[str, ...]:
        return self._list(fields, key, path, self._text)

    def _required(self, fields: Mapping[str, object], key: str, path: str) -> str:
        if fields.get(key) is None:
            self._note(_at(path, key), "is missing", "write it")
            return ""
        return self._text(fields.get(key, ""), _at(path, key))

    def _text(self, raw: object, path: str) -> str:
        if isinstance(raw, str):
            return raw
        self._note(path, f"must be text, not {_kind(raw)}", "put it in quotes")
        return ""

    def _integer(self, raw: object, path: str) -> int:
        if isinstance(raw, int) and not isinstance(raw, bool):
            return raw
        if isinstance(raw, str) and _INTEGER.fullmatch(raw.strip()):
            return int(raw)
        self._note(path, f"must be a whole number, not {_kind(raw)}", "write a number such as 0")
        return 0

    def _note(self, path: str, message: str, remedy: str) -> None:
        self.problems.append(Problem(path, message, remedy))


def _at(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _kind(raw: object) -> str:
    if raw is None:
        return "nothing"
    if isinstance(raw, bool):
        return "true or false"
    if isinstance(raw, int | float):
        return f"the number {raw}"
    if isinstance(raw, str):
        return "text"
    return "a list" if isinstance(raw, list | tuple) else "a mapping"

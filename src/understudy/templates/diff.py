"""What changed between two versions of a template, for people to read before they publish or roll back."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

from understudy.kit.text import excerpt
from understudy.templates.domain import Reply, Scenario, Template

LINE_CHARACTERS = 100  # of a value in a readable line
TEMPLATE = "template"


class ChangeKind(StrEnum):
    """What happened to a subject between the two versions."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What one field lost and gained; a single value that changed is lost and gained."""

    field: str
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    reordered: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one subject: "template", or "scenario NAME"; only a change lists fields."""

    kind: ChangeKind
    subject: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class TemplateDiff:
    """All changes: the template's own fields, then scenarios in the order of the newer version, then removed ones."""

    changes: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes)

    def lines(self) -> tuple[str, ...]:
        """The changes in words, a line each, with an indented line for each value lost (-) and gained (+)."""
        return tuple(line for change in self.changes for line in _lines(change))


def diff(before: Template, after: Template) -> TemplateDiff:
    """What a reader of `after` would have to know who knew `before`."""
    own = _field_changes(_template_fields(before), _template_fields(after))
    old, new = _by_name(before), _by_name(after)
    changes = [Change(ChangeKind.CHANGED, TEMPLATE, own)] if own else []
    for name, described in new.items():
        if name not in old:
            changes.append(Change(ChangeKind.ADDED, f"scenario {name}"))
        elif changed := _field_changes(old[name], described):
            changes.append(Change(ChangeKind.CHANGED, f"scenario {name}", changed))
    changes += [Change(ChangeKind.REMOVED, f"scenario {name}") for name in old if name not in new]
    return TemplateDiff(tuple(changes))


_Fields = Mapping[str, tuple[str, ...]]  # every field as the texts it is made of


def _template_fields(template: Template) -> _Fields:
    return {
        "name": (template.name,),
        "trade": (template.trade,),
        "description": _optional(template.description),
        "categories": tuple(category.name for category in template.categories),
        "filler_words": template.filler_words,
        "synonyms": tuple(f"{term}: {variant}" for term, variants in template.synonyms.items() for variant in variants),
        "out_of_scope_examples": template.out_of_scope_examples,
    }


def _by_name(template: Template) -> dict[str, _Fields]:
    return {
        scenario.name: {"category": (category.name,), **_scenario_fields(scenario)}
        for category in template.categories
        for scenario in category.scenarios
    }


def _scenario_fields(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    names = (one.name for one in fields(Scenario) if one.name != "name")
    return {name: _texts(getattr(scenario, name)) for name in names}


def _texts(value: object) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    if isinstance(value, tuple):
        return tuple(_text(one) for one in value)
    return (_text(value),)


def _text(value: object) -> str:
    return f"{value.short} | {value.full}" if isinstance(value, Reply) else str(value)


def _optional(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _field_changes(before: _Fields, after: _Fields) -> tuple[FieldChange, ...]:
    return tuple(_field_change(name, before[name], after[name]) for name in after if before[name] != after[name])


def _field_change(name: str, before: Sequence[str], after: Sequence[str]) -> FieldChange:
    removed = tuple((Counter(before) - Counter(after)).elements())
    added = tuple((Counter(after) - Counter(before)).elements())
    return FieldChange(name, removed, added, reordered=not removed and not added)


def _lines(change: Change) -> Iterator[str]:
    yield f"{change.kind} {change.subject}"
    for one in change.fields:
        yield f"  {one.field}: {'order changed' if one.reordered else _counts(one)}"
        yield from (f"    - {excerpt(value, LINE_CHARACTERS)}" for value in one.removed)
        yield from (f"    + {excerpt(value, LINE_CHARACTERS)}" for value in one.added)


def _counts(change: FieldChange) -> str:
    words = ((len(change.removed), "removed"), (len(change.added), "added"))
    return ", ".join(f"{number} {what}" for number, what in words if number)

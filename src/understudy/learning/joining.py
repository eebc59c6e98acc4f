"""Several changes as one, and whether changes are at odds with each other or with what is there. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

from understudy.learning.editing import Edit, ScenarioEdit
from understudy.templates.domain import Template

_TEXTS = tuple(field.name for field in fields(ScenarioEdit) if field.name != "scenario")


def joined(edits: Sequence[Edit]) -> tuple[Edit, tuple[int, ...]]:
    """The edits as one, in their order, and the places of those left out because an earlier one is at odds with them.

    All are about the same template, and all or none go into the overlay.
    """
    whole, left_out = edits[0], []
    for place, edit in enumerate(edits[1:], start=1):
        if at_odds(whole, edit):
            left_out.append(place)
        else:
            whole = _both(whole, edit)
    return whole, tuple(left_out)


def at_odds(one: Edit, other: Edit) -> bool:
    """Whether the two cannot both be wanted: the same text for two scenarios, or one touches what the other removes."""
    if {new.scenario.name for new in one.added} & {new.scenario.name for new in other.added}:
        return True
    if set(one.removed) & (other.names - set(other.removed)) or set(other.removed) & (one.names - set(one.removed)):
        return True
    if any(other.thresholds.get(rung, value) != value for rung, value in one.thresholds.items()):
        return True
    if _gone(one) & _brought(other) or _gone(other) & _brought(one):
        return True
    mine, theirs = dict(_homes(one)), dict(_homes(other))
    return any(theirs.get(text, home) != home for text, home in mine.items())


def clash(edit: Edit, template: Template) -> str | None:
    """What the edit brings though another scenario of the template has it, in words; None: nothing.

    A text that the edit itself takes away from there is no clash. `template`: as the company sees it now.
    """
    taken = {
        folded(text): scenario.name
        for scenario in template.scenarios()
        if scenario.name not in edit.removed
        for text in (*scenario.triggers, *scenario.examples)
    }
    gone = {(name, text) for name, text in _gone(edit)}
    for text, home in _homes(edit):
        other = taken.get(text)
        if other is not None and other != home and (other, text) not in gone:
            return f"“{text}” belongs to the scenario {other} already"
    return None


def folded(text: str) -> str:
    """A text as it is compared with others: case and white space do not count."""
    return " ".join(text.casefold().split())


def _both(one: Edit, other: Edit) -> Edit:
    scenarios = {edit.scenario: edit for edit in one.scenarios}
    for edit in other.scenarios:
        known = scenarios.get(edit.scenario)
        scenarios[edit.scenario] = _merged(known, edit) if known else edit
    synonyms = dict(one.synonyms)
    for term, variants in other.synonyms.items():
        synonyms[term] = _once((*synonyms.get(term, ()), *variants))
    return replace(
        one,
        scenarios=tuple(scenarios.values()),
        added=(*one.added, *other.added),
        removed=_once((*one.removed, *other.removed)),
        synonyms=synonyms,
        thresholds={**one.thresholds, **other.thresholds},
    )


def _merged(one: ScenarioEdit, other: ScenarioEdit) -> ScenarioEdit:
    texts: dict[str, Any] = {name: _once((*getattr(one, name), *getattr(other, name))) for name in _TEXTS}
    return replace(one, **texts)


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _homes(edit: Edit) -> Iterator[tuple[str, str]]:
    """Each text that is brought, folded, with the scenario it is for."""
    for one in edit.scenarios:
        for text in (*one.triggers, *one.examples):
            yield folded(text), one.scenario
    for new in edit.added:
        for text in (*new.scenario.triggers, *new.scenario.examples):
            yield folded(text), new.scenario.name


def _brought(edit: Edit) -> set[tuple[str, str]]:
    return {(home, text) for text, home in _homes(edit)}


def _gone(edit: Edit) -> set[tuple[str, str]]:
    """Scenario and text of what is taken away, folded."""
    return {
        (one.scenario, folded(text))
        for one in edit.scenarios
        for text in (*one.without_triggers, *one.without_examples)
    }

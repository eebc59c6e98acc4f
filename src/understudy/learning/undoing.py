"""What takes a change back, as a value made before it is applied: only what it really added goes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from understudy.learning.editing import Edit, NewScenario, ScenarioEdit
from understudy.learning.editing import from_document as edit_from_document
from understudy.templates.domain import Category, Overlay, OverlayChange, OverlayKind, Scenario, Template


@dataclass(frozen=True, slots=True)
class Undo:
    """What takes an edit back. What was changed by others meanwhile stays; what is gone meanwhile stays gone.

    `removed`: scenarios that the edit brought; `restored`: those that it took away, whole; `synonyms`: variants that go
    again; `thresholds`: rung to what the company's settings said before, None where they said nothing.
    """

    scenarios: tuple[ScenarioEdit, ...] = ()
    removed: tuple[str, ...] = ()
    restored: tuple[NewScenario, ...] = ()
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    thresholds: Mapping[str, float | None] = field(default_factory=dict, hash=False)

    @property
    def names(self) -> frozenset[str]:
        """The scenarios it touches."""
        restored = (one.scenario.name for one in self.restored)
        return frozenset((*(one.scenario for one in self.scenarios), *self.removed, *restored))

    def apply(self, template: Template) -> Template:
        """The template without what the edit brought."""
        by_name = {one.scenario: one for one in self.scenarios}
        categories = [
            replace(
                category,
                scenarios=tuple(
                    by_name[one.name].apply(one) if one.name in by_name else one
                    for one in category.scenarios
                    if one.name not in self.removed
                ),
            )
            for category in template.categories
        ]
        emptied = {
            after.name
            for after, before in zip(categories, template.categories, strict=True)
            if before.scenarios and not after.scenarios
        }
        categories = [category for category in categories if category.name not in emptied]
        known = {scenario.name for category in categories for scenario in category.scenarios}
        for back in self.restored:
            if back.scenario.name not in known:
                categories = _put(categories, back)
        return replace(template, categories=tuple(categories), synonyms=self._left(template.synonyms))

    def overlaid(self, template: Template, overlay: Overlay) -> Overlay:
        """The company's overlay without it: a scenario that is as in the template again has no line any more."""
        after = replace(self, synonyms={}).apply(overlay.apply(template))
        hidden = {one.scenario.name for one in self.restored}
        kept = [change for change in overlay.changes if change.scenario_name not in self.names]
        for category in after.categories:
            for scenario in category.scenarios:
                beneath = template.scenario(scenario.name)
                if scenario.name not in self.names or scenario == beneath:
                    continue
                if beneath is not None and scenario.name in hidden:
                    continue
                kind = OverlayKind.CHANGE if beneath else OverlayKind.ADD
                kept.append(OverlayChange(kind, scenario.name, scenario, category.name))
        return Overlay(tuple(kept))

    def _left(self, synonyms: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        left = {
            term: tuple(one for one in variants if one not in self.synonyms.get(term, ()))
            for term, variants in synonyms.items()
        }
        return {term: variants for term, variants in left.items() if variants or term not in self.synonyms}


def undo_of(edit: Edit, template: Template, thresholds: Mapping[str, float | None]) -> Undo:
    """What will take the edit back, made from what it is about as that is before.

    `template`: as the company sees it; `thresholds`: what its settings say by themselves, None where nothing.
    """
    scenarios = []
    for one in edit.scenarios:
        before = template.scenario(one.scenario)
        if before is not None:
            scenarios.append(_difference(one.apply(before), before))
    homes = {one.name: category.name for category in template.categories for one in category.scenarios}
    removed = (template.scenario(name) for name in edit.removed)
    return Undo(
        scenarios=tuple(scenarios),
        removed=tuple(one.scenario.name for one in edit.added),
        restored=tuple(NewScenario(one, homes[one.name]) for one in removed if one is not None),
        synonyms={
            term: tuple(one for one in variants if one not in template.synonyms.get(term, ()))
            for term, variants in edit.synonyms.items()
        },
        thresholds={rung: thresholds.get(rung) for rung in edit.thresholds},
    )


def is_done(edit: Edit, template: Template) -> bool:
    """Whether the template holds the change already. Thresholds are not looked at."""
    for one in edit.scenarios:
        scenario = template.scenario(one.scenario)
        if scenario is None or one.apply(scenario) != scenario:
            return False
    if any(template.scenario(name) is not None for name in edit.removed):
        return False
    if not all(_holds(template.scenario(one.scenario.name), one.scenario) for one in edit.added):
        return False
    return all(set(variants) <= set(template.synonyms.get(term, ())) for term, variants in edit.synonyms.items())


def as_document(undo: Undo) -> dict[str, Any]:
    """The undo as JSON values."""
    return asdict(undo)


def from_document(values: Mapping[str, Any], edit: Edit) -> Undo:
    """The undo that `as_document` wrote; `edit`: what it takes back."""
    read = edit_from_document(
        {
            "template_id": str(edit.template_id),
            "in_overlay": edit.in_overlay,
            "scenarios": values["scenarios"],
            "added": values["restored"],
            "removed": values["removed"],
            "synonyms": values["synonyms"],
            "thresholds": {},
        }
    )
    return Undo(read.scenarios, read.removed, read.added, read.synonyms, dict(values["thresholds"]))


def _difference(after: Scenario, before: Scenario) -> ScenarioEdit:
    """What leads back from `after` to the texts of `before`."""
    return ScenarioEdit(
        before.name,
        triggers=_missing(before.triggers, after.triggers),
        negative_triggers=_missing(before.negative_triggers, after.negative_triggers),
        examples=_missing(before.examples, after.examples),
        without_triggers=_missing(after.triggers, before.triggers),
        without_negative_triggers=_missing(after.negative_triggers, before.negative_triggers),
        without_examples=_missing(after.examples, before.examples),
    )


def _missing(texts: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    there = set(known)
    return tuple(text for text in texts if text not in there)


def _holds(scenario: Scenario | None, wanted: Scenario) -> bool:
    if scenario is None:
        return False
    texts = {*scenario.triggers, *scenario.examples}
    return texts >= {*wanted.triggers, *wanted.examples}


def _put(categories: list[Category], new: NewScenario) -> list[Category]:
    if all(category.name != new.category for category in categories):
        categories = [*categories, Category(new.category)]
    return [
        replace(category, scenarios=(*category.scenarios, new.scenario)) if category.name == new.category else category
        for category in categories
    ]

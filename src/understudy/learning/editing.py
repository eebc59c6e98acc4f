"""The exact change of a suggestion as a value: applied to a template, taken back, shown, kept as JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from uuid import UUID

from understudy.kit.errors import Conflict
from understudy.templates.domain import Action, Category, Overlay, OverlayChange, OverlayKind, Reply, Scenario, Template

LEARNT = "Learnt"
"""The category of a scenario that came of a suggestion naming none."""


class EditStale(Conflict):
    """What the change is about is no longer there."""

    code = "edit_stale"


@dataclass(frozen=True, slots=True)
class ScenarioEdit:
    """What is added to a scenario, and what is taken away."""

    scenario: str
    triggers: tuple[str, ...] = ()
    negative_triggers: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    without_triggers: tuple[str, ...] = ()
    without_negative_triggers: tuple[str, ...] = ()
    without_examples: tuple[str, ...] = ()

    def apply(self, scenario: Scenario) -> Scenario:
        """The scenario after it; what is there already is not added again."""
        return replace(
            scenario,
            triggers=_changed(scenario.triggers, self.triggers, self.without_triggers),
            negative_triggers=_changed(
                scenario.negative_triggers, self.negative_triggers, self.without_negative_triggers
            ),
            examples=_changed(scenario.examples, self.examples, self.without_examples),
        )

    def undone(self) -> ScenarioEdit:
        """What takes it back."""
        return ScenarioEdit(
            self.scenario,
            triggers=self.without_triggers,
            negative_triggers=self.without_negative_triggers,
            examples=self.without_examples,
            without_triggers=self.triggers,
            without_negative_triggers=self.negative_triggers,
            without_examples=self.examples,
        )


@dataclass(frozen=True, slots=True)
class NewScenario:
    """A scenario that is added."""

    scenario: Scenario
    category: str = LEARNT


@dataclass(frozen=True, slots=True)
class Edit:
    """A change to what a company answers from.

    `template_id`: the template it is about; `in_overlay`: it goes into the company's overlay over that template, which
    others follow too, and never into the template itself. `thresholds`: rung to confidence, in the company's settings.
    """

    template_id: UUID
    in_overlay: bool = False
    scenarios: tuple[ScenarioEdit, ...] = ()
    added: tuple[NewScenario, ...] = ()
    removed: tuple[str, ...] = ()
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    thresholds: Mapping[str, float] = field(default_factory=dict, hash=False)

    @property
    def texts(self) -> frozenset[str]:
        """Every trigger and example that it brings: by these its hits are recognised."""
        own = (text for one in self.scenarios for text in (*one.triggers, *one.examples))
        new = (text for one in self.added for text in (*one.scenario.triggers, *one.scenario.examples))
        return frozenset((*own, *new))

    @property
    def names(self) -> frozenset[str]:
        """The scenarios it touches."""
        return frozenset(
            (*(one.scenario for one in self.scenarios), *(one.scenario.name for one in self.added), *self.removed)
        )

    def apply(self, template: Template) -> Template:
        """The template after it; raises `EditStale` where a scenario it changes or removes is gone."""
        known = {scenario.name for scenario in template.scenarios()}
        wanted = {one.scenario for one in self.scenarios} | set(self.removed)
        if lost := sorted(wanted - known):
            raise EditStale(f"the template has no scenario {', '.join(lost)} any more", remedy="reject the suggestion")
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
        for new in self.added:
            categories = _with(categories, new, is_known=new.scenario.name in known)
        synonyms = dict(template.synonyms)
        for term, variants in self.synonyms.items():
            synonyms[term] = tuple(dict.fromkeys((*synonyms.get(term, ()), *variants)))
        return replace(template, categories=tuple(categories), synonyms=synonyms)

    def overlaid(self, template: Template, overlay: Overlay) -> Overlay:
        """The company's overlay after it: each scenario that it touches stands there whole.

        Synonyms are the template's, and are left out; raises as `apply`.
        """
        before = overlay.apply(template)
        after = replace(self, synonyms={}).apply(before)
        known = {scenario.name for scenario in template.scenarios()}
        kept = [change for change in overlay.changes if change.scenario_name not in self.names]
        for category in after.categories:
            for scenario in category.scenarios:
                if scenario.name in self.names:
                    kind = OverlayKind.CHANGE if scenario.name in known else OverlayKind.ADD
                    kept.append(OverlayChange(kind, scenario.name, scenario, category.name))
        kept += [OverlayChange(OverlayKind.HIDE, name) for name in self.removed if name in known]
        return Overlay(tuple(kept))

    def undone(self) -> Edit:
        """What takes it back: additions go; removed scenarios and thresholds need what was there before."""
        return Edit(
            self.template_id,
            self.in_overlay,
            scenarios=tuple(one.undone() for one in self.scenarios),
            removed=tuple(one.scenario.name for one in self.added),
        )


def as_document(edit: Edit) -> dict[str, Any]:
    """The edit as JSON values."""
    return {**asdict(edit), "template_id": str(edit.template_id)}


def from_document(values: Mapping[str, Any]) -> Edit:
    """The edit that `as_document` wrote."""
    return Edit(
        template_id=UUID(values["template_id"]),
        in_overlay=values["in_overlay"],
        scenarios=tuple(_scenario_edit(one) for one in values["scenarios"]),
        added=tuple(NewScenario(_scenario(one["scenario"]), one["category"]) for one in values["added"]),
        removed=tuple(values["removed"]),
        synonyms={term: tuple(variants) for term, variants in values["synonyms"].items()},
        thresholds=dict(values["thresholds"]),
    )


def _scenario_edit(values: Mapping[str, Any]) -> ScenarioEdit:
    texts: dict[str, Any] = {name: value if name == "scenario" else tuple(value) for name, value in values.items()}
    return ScenarioEdit(**texts)


def _scenario(values: Mapping[str, Any]) -> Scenario:
    texts = ("triggers", "negative_triggers", "examples")
    replies = tuple(Reply(**reply) for reply in values["replies"])
    changed = {name: tuple(values[name]) for name in texts}
    return Scenario(**{**values, **changed, "replies": replies, "action": Action(values["action"])})


def _changed(known: tuple[str, ...], added: Iterable[str], removed: Iterable[str]) -> tuple[str, ...]:
    gone = set(removed)
    return tuple(dict.fromkeys((*(text for text in known if text not in gone), *added)))


def _with(categories: list[Category], new: NewScenario, *, is_known: bool) -> list[Category]:
    if is_known:
        raise EditStale(f"there is a scenario {new.scenario.name} by now", remedy="reject the suggestion")
    if all(category.name != new.category for category in categories):
        categories = [*categories, Category(new.category)]
    return [
        replace(category, scenarios=(*category.scenarios, new.scenario)) if category.name == new.category else category
        for category in categories
    ]

"""What a change is about as it is now, and what it makes of that. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from understudy.learning.editing import Edit
from understudy.learning.ports import Trial
from understudy.learning.undoing import Undo, is_done, undo_of
from understudy.templates.domain import Overlay, Template


@dataclass(frozen=True, slots=True)
class Ground:
    """The template that an edit is about, the company's overlay over it, and its thresholds, with their versions.

    `template_version`: the newest of an own template (0: not published yet, `template` is its draft), or the followed
    one of another's. `overlay_version` 0: none yet.
    """

    template_id: UUID
    name: str
    template: Template
    template_version: int
    overlay: Overlay
    overlay_version: int
    thresholds: Mapping[str, float]

    @property
    def seen(self) -> Template:
        """The template as the company sees it."""
        return self.overlay.apply(self.template)

    def token(self, edit: Edit) -> str:
        """What tells whether anything that the edit is about has moved since."""
        values = [f"{rung} {self.thresholds.get(rung, 0):.4f}" for rung in sorted(edit.thresholds)]
        return ", ".join([f"{self.name} {self.template_version}", f"overlay {self.overlay_version}", *values])

    def trial(self, edit: Edit) -> Trial:
        """What is to be tried; raises `EditStale` where the edit does not fit any more."""
        trial = Trial(self.template_id, thresholds=dict(edit.thresholds), same_as=self._same(edit))
        if not changes_content(edit):
            return trial
        if edit.in_overlay:
            return replace(trial, overlay=edit.overlaid(self.template, self.overlay))
        return replace(trial, template=edit.apply(self.template))

    def after(self, edit: Edit) -> Ground:
        """What it will be once the edit is applied."""
        thresholds = {**self.thresholds, **edit.thresholds}
        if not changes_content(edit):
            return replace(self, thresholds=thresholds)
        if edit.in_overlay:
            return replace(self, overlay=edit.overlaid(self.template, self.overlay), thresholds=thresholds)
        return replace(self, template=edit.apply(self.template), thresholds=thresholds)

    def undo(self, edit: Edit) -> Undo:
        """What will take the edit back."""
        return undo_of(edit, self._beneath(edit), self.thresholds)

    def has(self, edit: Edit) -> bool:
        """Whether the edit's content is there already."""
        edit = replace(edit, synonyms={}) if edit.in_overlay else edit
        return is_done(edit, self._beneath(edit))

    def known(self, edit: Edit) -> tuple[str, ...]:
        """The texts of the edit that are there already: what they match is not caught by the edit."""
        there = {text for scenario in self.seen.scenarios() for text in (*scenario.triggers, *scenario.examples)}
        return tuple(sorted(edit.texts & there))

    def _same(self, edit: Edit) -> dict[str, str]:
        """Keys that count as another one: of a scenario that goes up in another, and of one split off another."""
        givers = [one.scenario for one in edit.scenarios if one.without_examples or one.without_triggers]
        takers = [one.scenario for one in edit.scenarios if one.examples or one.triggers]
        pairs = [(name, takers[0]) for name in edit.removed if takers]
        pairs += [(new.scenario.name, givers[0]) for new in edit.added if givers]
        return {f"scenario:{self.name}/{one}": f"scenario:{self.name}/{other}" for one, other in pairs}

    def _beneath(self, edit: Edit) -> Template:
        return self.seen if edit.in_overlay else self.template


def changes_content(edit: Edit) -> bool:
    """Whether the edit changes anything but thresholds."""
    return bool(edit.scenarios or edit.added or edit.removed or edit.synonyms)

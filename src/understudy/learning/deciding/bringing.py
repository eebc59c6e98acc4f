"""Brings a change into what answers, and takes it out again: the template, the company's overlay, or its settings."""

from __future__ import annotations

from collections.abc import Mapping

from understudy.companies.domain import Principal
from understudy.learning.deciding.ground import Ground, changes_content
from understudy.learning.deciding.grounds import Contents
from understudy.learning.editing import Edit
from understudy.learning.undoing import Undo
from understudy.templates.domain import Overlay
from understudy.templates.library.versions import Amendment
from understudy.templates.records import NothingChanged

LADDER = "ladder"
"""The group of a company's settings that holds the thresholds."""


class Bringing:
    """Changes content, as somebody. Each verb may be repeated: what is there already is not done again."""

    def __init__(self, *, contents: Contents) -> None:
        self._to = contents

    async def apply(self, principal: Principal, ground: Ground, edit: Edit, note: str) -> int:
        """The version that holds the edit: of the template, the overlay, or the settings.

        Raises `VersionMoved` or `DraftMoved` where somebody else was faster, and what the content refuses.
        """
        version = 0
        if changes_content(edit):
            if edit.in_overlay:
                version = await self._overlaid(principal, ground, edit.overlaid(ground.template, ground.overlay))
            elif ground.has(edit):
                version = ground.template_version
            else:
                version = await self._amended(principal, ground, Amendment(edit.apply, ground.template_version, note))
        if edit.thresholds:
            settled = await self._set(principal, ground, edit.thresholds)
            version = version or settled
        return version

    async def take_back(self, principal: Principal, ground: Ground, undo: Undo, note: str, *, edit: Edit) -> int:
        """The version that holds the edit no more; raises as `apply`."""
        version = 0
        if changes_content(edit):
            if edit.in_overlay:
                version = await self._overlaid(principal, ground, undo.overlaid(ground.template, ground.overlay))
            else:
                version = await self._amended(principal, ground, Amendment(undo.apply, ground.template_version, note))
        if undo.thresholds:
            # What somebody set by hand since stays.
            ours = {
                rung: before
                for rung, before in undo.thresholds.items()
                if ground.thresholds.get(rung) == edit.thresholds.get(rung)
            }
            settled = await self._set(principal, ground, ours)
            version = version or settled
        return version

    async def _amended(self, principal: Principal, ground: Ground, amendment: Amendment) -> int:
        try:
            return (await self._to.versions.amend(principal, ground.template_id, amendment)).version
        except NothingChanged:
            return ground.template_version

    async def _overlaid(self, principal: Principal, ground: Ground, overlay: Overlay) -> int:
        if overlay.apply(ground.template) == ground.seen:
            return ground.overlay_version
        kept = await self._to.overlays.save(
            principal, ground.template_id, overlay, expected_version=ground.overlay_version
        )
        return kept.version

    async def _set(self, principal: Principal, ground: Ground, thresholds: Mapping[str, float | None]) -> int:
        company = await self._to.companies.show(principal.company)
        if all(ground.thresholds.get(rung) == value for rung, value in thresholds.items()):
            return company.settings_version
        patch = {LADDER: {"thresholds": dict(thresholds)}}
        return (await self._to.companies.change_settings(principal, principal.company, patch)).settings_version

"""Reads what a change is about as it is now."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from understudy.answering.settings import LadderSettings
from understudy.companies.domain import Principal
from understudy.companies.service import Companies
from understudy.learning.deciding.ground import Ground
from understudy.learning.editing import Edit, EditStale
from understudy.templates.domain import Overlay
from understudy.templates.following import Following
from understudy.templates.library.drafts import Drafts
from understudy.templates.library.shelf import Library
from understudy.templates.library.versions import Versions
from understudy.templates.overlays import Overlays

BY = "understudy: learning"
"""Who reads content for a suggestion."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Where content is kept: templates, their drafts and versions, what companies follow, and their overlays."""

    library: Library
    drafts: Drafts
    versions: Versions
    following: Following
    overlays: Overlays
    companies: Companies


class Grounds:
    """Says what an edit is about, as it is now."""

    def __init__(self, *, contents: Contents) -> None:
        self._from = contents

    async def of(self, company_id: UUID, edit: Edit) -> Ground:
        """The ground; raises `EditStale` where nothing is left to change, `TemplateNotFound`, `CompanyNotFound`."""
        reader = Principal(BY, company_id, frozenset())
        company = await self._from.companies.show(company_id)
        shelved = await self._from.library.show(reader, edit.template_id)
        version = shelved.newest_version
        if edit.in_overlay:
            followed = await self._from.following.list(company_id)
            version = next((one.version for one in followed if one.template.id == edit.template_id), None)
            if version is None:
                raise EditStale(
                    f'the template "{shelved.name}" is not followed any more', remedy="reject the suggestion"
                )
        if version is None:
            template = await self._from.drafts.whole(reader, edit.template_id)
        else:
            template = await self._from.versions.document(reader, edit.template_id, version)
        kept = await self._from.overlays.show(company_id, edit.template_id)
        return Ground(
            template_id=edit.template_id,
            name=shelved.name,
            template=template,
            template_version=version or 0,
            overlay=kept.overlay if kept else Overlay(),
            overlay_version=kept.version if kept else 0,
            thresholds=company.settings.get(LadderSettings).thresholds.model_dump(),
        )

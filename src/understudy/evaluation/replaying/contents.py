"""From what a caller names to what is tried: a draft or a version of a template, and thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from understudy.companies.domain import Principal
from understudy.evaluation.replaying.domain import Candidate
from understudy.kit.errors import Invalid
from understudy.templates.library.drafts import Drafts
from understudy.templates.library.versions import Versions


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller wants to try. `version` None: the template's draft."""

    thresholds: Mapping[str, float] = field(default_factory=dict)
    template_id: UUID | None = None
    version: int | None = None


class Contents:
    """Looks up what is to be tried."""

    def __init__(self, *, drafts: Drafts, versions: Versions) -> None:
        self._drafts = drafts
        self._versions = versions

    async def candidate(self, principal: Principal, wanted: Wanted) -> Candidate:
        """The candidate; raises `Invalid` where nothing is to be tried, `TemplateNotFound`, `NotOwner` of a draft."""
        if wanted.template_id is None:
            if not wanted.thresholds:
                raise Invalid(
                    "nothing is to be tried", field="thresholds", remedy="name a template, or thresholds to move"
                )
            return Candidate(thresholds=wanted.thresholds)
        if wanted.version is not None:
            template = await self._versions.document(principal, wanted.template_id, wanted.version)
        else:
            template = await self._drafts.whole(principal, wanted.template_id)
        return Candidate(wanted.template_id, template, None, wanted.thresholds)

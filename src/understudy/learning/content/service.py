"""Reading what a company answers from, as it serves."""

from __future__ import annotations

from collections import OrderedDict
from uuid import UUID

from understudy.companies.domain import Principal
from understudy.kit.errors import Unavailable
from understudy.learning.content.domain import Content
from understudy.templates.domain import Scenario
from understudy.templates.following import Following
from understudy.templates.library.drafts import Drafts
from understudy.templates.matchers import Matchers
from understudy.templates.matching.company.evidence import Followed
from understudy.templates.records import NotOwner, Shelved, TemplateNotFound

REMEMBERED = 64
"""Contents kept ready, by company and version: their texts are folded once."""
LEARNING = "learning"
"""The name under which drafts are read."""


class ContentMoving(Unavailable):
    """What the company follows was changed a moment ago, and is not what serves yet."""

    code = "content_moving"


class Contents:
    """What companies answer from. `drafts` gives templates that nobody follows yet."""

    def __init__(self, *, matchers: Matchers, following: Following, drafts: Drafts) -> None:
        self._matchers = matchers
        self._following = following
        self._drafts = drafts
        self._kept: OrderedDict[tuple[UUID, str, UUID], Content] = OrderedDict()

    async def all(self, company_id: UUID) -> tuple[Content, ...]:
        """The templates that a company answers from, in its order; raises `ContentMoving`."""
        matcher = await self._matchers.of(company_id)
        lines = [one for one in await self._following.list(company_id) if one.template.serving_version is not None]
        if len(lines) != len(matcher.followed):
            raise ContentMoving("the company's list of templates changes just now", remedy="try again in a moment")
        return tuple(
            self._content(company_id, line.template, followed)
            for line, followed in zip(lines, matcher.followed, strict=True)
        )

    async def named_by(self, company_id: UUID, key: str) -> tuple[Content, Scenario] | None:
        """The template and scenario that a key names, as the company has them; None where it has none such."""
        for content in await self.all(company_id):
            if (scenario := content.named_by(key)) is not None:
                return content, scenario
        return None

    async def of(self, company_id: UUID, template_id: UUID) -> Content | None:
        """A template as the company has it: what serves, else its own draft; None where it has neither."""
        for content in await self.all(company_id):
            if content.template_id == template_id:
                return content
        principal = Principal(LEARNING, company_id, frozenset())
        try:
            template = await self._drafts.whole(principal, template_id)
        except (TemplateNotFound, NotOwner):
            return None
        return Content.of_template(template, template_id, "draft")

    def _content(self, company_id: UUID, shelved: Shelved, followed: Followed) -> Content:
        key = (company_id, followed.label, shelved.id)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        names = (*followed.template.scenarios, *(followed.overlay.scenarios if followed.overlay else ()))
        placed = {name: found for name in dict.fromkeys(names) if (found := followed.placed(name)) is not None}
        self._kept[key] = content = Content(
            shelved.id,
            followed.template.name,
            followed.label,
            shelved.company_id == company_id,
            {name: one.scenario for name, one in placed.items()},
            {name: one.category for name, one in placed.items()},
            followed.template.vocabulary.synonyms,
        )
        while len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
        return content

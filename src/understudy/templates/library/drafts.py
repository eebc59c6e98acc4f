"""Drafts: what will be the next version, changed scenario by scenario under optimistic locks."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from understudy.companies.audit import Audit
from understudy.companies.domain import Change, Principal
from understudy.infra.database import Database, Tx
from understudy.kit.clock import Clock
from understudy.kit.errors import Invalid
from understudy.templates.domain import Category, Scenario, Template
from understudy.templates.formats.document import scenario_document
from understudy.templates.library.ownership import owned, scope
from understudy.templates.records import DraftHead, DraftMoved, DraftScenario, Edited, ScenarioNotFound, Shelved
from understudy.templates.store import drafts, shelf
from understudy.templates.store.drafts import Owned, Stamp
from understudy.templates.validation import check_draft

MAX_PAGE = 200


class Drafts:
    """The drafts of templates. A change names the revision that its author saw; a later one is refused by name."""

    def __init__(self, *, database: Database, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    async def head(self, principal: Principal, template_id: UUID) -> DraftHead:
        """The draft without its scenarios; raises `TemplateNotFound`, `NotOwner`."""
        async with scope(self._database, principal) as tx:
            await owned(tx, template_id, archived=True)
            return await drafts.find_head(tx, template_id)

    async def whole(self, principal: Principal, template_id: UUID) -> Template:
        """The draft as a template, to export or compare."""
        async with scope(self._database, principal) as tx:
            await owned(tx, template_id, archived=True)
            _, template = await drafts.find_draft(tx, template_id)
        return template

    async def scenarios(
        self, principal: Principal, template_id: UUID, *, after: str = "", limit: int = 50
    ) -> list[DraftScenario]:
        """Scenarios of the draft in order of name, from the one after `after`."""
        async with scope(self._database, principal) as tx:
            await owned(tx, template_id, archived=True)
            return await drafts.list_scenarios(tx, template_id, after=after, limit=min(limit, MAX_PAGE))

    async def scenario(self, principal: Principal, template_id: UUID, name: str) -> DraftScenario:
        """One scenario of the draft; raises `ScenarioNotFound`."""
        async with scope(self._database, principal) as tx:
            await owned(tx, template_id, archived=True)
            return await drafts.find_scenario(tx, template_id, name)

    async def change_head(
        self, principal: Principal, template_id: UUID, template: Template, *, expected_revision: int
    ) -> DraftHead:
        """Changes everything but the scenarios: name, trade, description, words, and the order of the categories.

        `template`'s scenarios are not looked at; a category that still holds scenarios cannot be left out.
        Raises `InvalidTemplate`, `DraftMoved`, `TemplateExists`.
        """
        check_draft(replace(template, categories=tuple(Category(one.name) for one in template.categories)))
        async with scope(self._database, principal) as tx:
            shelved = await owned(tx, template_id, lock=True)
            known = await drafts.find_head(tx, template_id, lock=True)
            if known.edited.revision != expected_revision:
                raise known.edited.moved("the draft's head")
            await self._refuse_to_drop_categories(tx, template_id, template)
            revision = await drafts.next_revision(tx, template_id)
            await drafts.change_head(tx, template_id, template, revision, Stamp(principal.name, self._clock()))
            if (shelved.name, shelved.trade) != (template.name, template.trade):
                await shelf.rename_template(tx, template_id, name=template.name, trade=template.trade)
            await self._audit.record(tx, Change(principal.name, "template.head_changed", str(template_id)))
            return await drafts.find_head(tx, template_id)

    async def put_scenario(
        self,
        principal: Principal,
        template_id: UUID,
        scenario: Scenario,
        *,
        category: str,
        expected: tuple[str, int] | None,
    ) -> DraftScenario:
        """Writes a scenario: a new one, or in place of the one whose name and revision are `expected`.

        Raises `InvalidTemplate`, `ScenarioNotFound`, and `DraftMoved` naming who changed it and when.
        """
        check_draft(Template("draft", "draft", (Category(category, (scenario,)),)))
        async with scope(self._database, principal) as tx:
            shelved = await owned(tx, template_id)
            revision = await drafts.next_revision(tx, template_id)
            before = await self._expected(tx, template_id, scenario.name, expected)
            position = before.position if before else await drafts.last_position(tx, template_id) + 1
            edited = Edited(revision, principal.name, self._clock())
            kept = DraftScenario(scenario, category, position, edited)
            old_name = before.scenario.name if before else None
            await drafts.put_scenario(tx, _owner(shelved), kept, old_name=old_name)
            await self._add_category(tx, template_id, category, edited)
            change = Change(
                principal.name,
                "scenario.changed" if before else "scenario.added",
                f"{template_id}/{scenario.name}",
                scenario_document(before.scenario) if before else None,
                scenario_document(scenario),
            )
            await self._audit.record(tx, change)
        return kept

    async def delete_scenario(
        self, principal: Principal, template_id: UUID, name: str, *, expected_revision: int
    ) -> None:
        """Takes a scenario out of the draft; raises `ScenarioNotFound`, `DraftMoved`."""
        async with scope(self._database, principal) as tx:
            await owned(tx, template_id)
            await drafts.next_revision(tx, template_id)
            before = await self._expected(tx, template_id, name, (name, expected_revision))
            await drafts.delete_scenario(tx, template_id, name)
            document = scenario_document(before.scenario) if before else None
            change = Change(principal.name, "scenario.deleted", f"{template_id}/{name}", document)
            await self._audit.record(tx, change)

    async def _expected(
        self, tx: Tx, template_id: UUID, name: str, expected: tuple[str, int] | None
    ) -> DraftScenario | None:
        """The scenario to replace, if it is as the caller saw it. The draft is held by `next_revision`."""
        if expected is not None and expected[0] == name:
            known = await drafts.find_scenario(tx, template_id, name)
            if known.edited.revision != expected[1]:
                raise known.edited.moved(f'the scenario "{name}"')
            return known
        try:
            taken = await drafts.find_scenario(tx, template_id, name)
        except ScenarioNotFound:
            return await self._expected(tx, template_id, expected[0], expected) if expected else None
        raise DraftMoved(
            f'there is a scenario "{name}" already, written by {taken.edited.by} at {taken.edited.at:%Y-%m-%d %H:%M}',
            field="name",
            remedy="choose another name, or change that one with its revision",
        )

    async def _add_category(self, tx: Tx, template_id: UUID, category: str, edited: Edited) -> None:
        head = await drafts.find_head(tx, template_id)
        if all(one.name != category for one in head.template.categories):
            template = replace(head.template, categories=(*head.template.categories, Category(category)))
            await drafts.change_head(tx, template_id, template, edited.revision, Stamp(edited.by, edited.at))

    async def _refuse_to_drop_categories(self, tx: Tx, template_id: UUID, template: Template) -> None:
        kept = {category.name for category in template.categories}
        used = await drafts.used_categories(tx, template_id)
        if lost := sorted(used - kept):
            raise Invalid(
                f"these categories hold scenarios: {', '.join(lost)}",
                field="categories",
                remedy="move their scenarios before leaving them out",
            )


def _owner(shelved: Shelved) -> Owned:
    return Owned(shelved.id, shelved.company_id)

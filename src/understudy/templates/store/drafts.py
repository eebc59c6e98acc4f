"""Drafts: one row for the head and one for each scenario, so that a change of one is a change of one row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, update

from understudy.infra.computing import in_thread
from understudy.infra.database import Tx
from understudy.templates.domain import Category, Scenario, Template
from understudy.templates.formats.document import from_document, scenario_document, scenario_from_document, to_document
from understudy.templates.records import (
    DraftHead,
    DraftScenario,
    Edited,
    ScenarioNotFound,
    TemplateNotFound,
    sorted_synonyms,
)
from understudy.templates.store.tables import draft_scenario, template_draft


@dataclass(frozen=True, slots=True)
class Owned:
    """The template that rows belong to, and its owner; None is the platform."""

    template_id: UUID
    company_id: UUID | None


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who changes a draft and when."""

    by: str
    at: datetime


_ADD = """
INSERT INTO draft_scenario
(template_id, company_id, revision, changed_by, changed_at, name, category, position, document)
SELECT %s, %s, %s, %s, %s, line.placed ->> 0, line.placed ->> 1, line.position, line.placed -> 2
FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS line (placed, position)
"""
"""All at once: COPY, which is the usual way, is not to be had under row-level security."""


async def add_draft(tx: Tx, owned: Owned, template: Template, stamp: Stamp) -> None:
    """Adds the draft of a new template, at revision 1."""
    await tx.sa.execute(
        insert(template_draft).values(
            template_id=owned.template_id,
            company_id=owned.company_id,
            head=_head_document(template),
            head_revision=1,
            revision=1,
            changed_by=stamp.by,
            changed_at=stamp.at,
        )
    )
    await add_scenarios(tx, owned, template, 1, stamp)


async def replace_draft(tx: Tx, owned: Owned, template: Template, stamp: Stamp) -> int:
    """Puts a whole template in place of the draft; gives back its new revision."""
    revision = await next_revision(tx, owned.template_id)
    await change_head(tx, owned.template_id, template, revision, stamp)
    await tx.sa.execute(delete(draft_scenario).where(draft_scenario.c.template_id == owned.template_id))
    await add_scenarios(tx, owned, template, revision, stamp)
    return revision


async def next_revision(tx: Tx, template_id: UUID) -> int:
    """Counts one more change of the draft, and holds the draft until the transaction ends."""
    query = (
        update(template_draft)
        .where(template_draft.c.template_id == template_id)
        .values(revision=template_draft.c.revision + 1)
        .returning(template_draft.c.revision)
    )
    revision: int | None = (await tx.sa.execute(query)).scalar_one_or_none()
    if revision is None:
        raise TemplateNotFound(f"there is no template {template_id}")
    return revision


async def change_head(tx: Tx, template_id: UUID, template: Template, revision: int, stamp: Stamp) -> None:
    """Changes everything of a draft but its scenarios."""
    await tx.sa.execute(
        update(template_draft)
        .where(template_draft.c.template_id == template_id)
        .values(head=_head_document(template), head_revision=revision, changed_by=stamp.by, changed_at=stamp.at)
    )


async def mark_published(tx: Tx, template_id: UUID) -> None:
    """Remembers that the draft as it is now was published."""
    await tx.sa.execute(
        update(template_draft)
        .where(template_draft.c.template_id == template_id)
        .values(published_revision=template_draft.c.revision)
    )


async def find_head(tx: Tx, template_id: UUID, *, lock: bool = False) -> DraftHead:
    """The draft without its scenarios; raises `TemplateNotFound`, also for those who only follow the template."""
    query = select(template_draft).where(template_draft.c.template_id == template_id)
    row = (await tx.sa.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        raise TemplateNotFound(f"there is no template {template_id} with a draft of yours")
    return DraftHead(
        template=sorted_synonyms(from_document(row.head)),
        edited=Edited(row.head_revision, row.changed_by, row.changed_at),
        revision=row.revision,
        published_revision=row.published_revision,
    )


async def find_draft(tx: Tx, template_id: UUID, *, lock: bool = False) -> tuple[DraftHead, Template]:
    """The whole draft: head, and the template with all scenarios in their order."""
    head = await find_head(tx, template_id, lock=lock)
    query = (
        select(draft_scenario.c.category, draft_scenario.c.document)
        .where(draft_scenario.c.template_id == template_id)
        .order_by(draft_scenario.c.position)
    )
    rows = [(row.category, row.document) for row in await tx.sa.execute(query)]
    return head, await in_thread(_whole, head.template, rows)


async def find_scenario(tx: Tx, template_id: UUID, name: str) -> DraftScenario:
    """One scenario of a draft; raises `ScenarioNotFound`."""
    query = select(draft_scenario).where(draft_scenario.c.template_id == template_id, draft_scenario.c.name == name)
    row = (await tx.sa.execute(query)).one_or_none()
    if row is None:
        raise ScenarioNotFound(f'the draft has no scenario "{name}"')
    return _scenario(row)


async def list_scenarios(tx: Tx, template_id: UUID, *, after: str, limit: int) -> list[DraftScenario]:
    """Scenarios of a draft in order of name, from the one after `after`."""
    query = (
        select(draft_scenario)
        .where(draft_scenario.c.template_id == template_id, draft_scenario.c.name > after)
        .order_by(draft_scenario.c.name)
        .limit(limit)
    )
    return [_scenario(row) for row in await tx.sa.execute(query)]


async def put_scenario(tx: Tx, owned: Owned, kept: DraftScenario, *, old_name: str | None) -> None:
    """Writes one scenario, in place of the one called `old_name` if that is given."""
    if old_name is not None:
        await delete_scenario(tx, owned.template_id, old_name)
    await tx.sa.execute(
        insert(draft_scenario).values(
            template_id=owned.template_id,
            name=kept.scenario.name,
            company_id=owned.company_id,
            category=kept.category,
            position=kept.position,
            document=scenario_document(kept.scenario),
            revision=kept.edited.revision,
            changed_by=kept.edited.by,
            changed_at=kept.edited.at,
        )
    )


async def delete_scenario(tx: Tx, template_id: UUID, name: str) -> None:
    """Takes one scenario out of a draft."""
    query = delete(draft_scenario).where(draft_scenario.c.template_id == template_id, draft_scenario.c.name == name)
    await tx.sa.execute(query)


async def used_categories(tx: Tx, template_id: UUID) -> set[str]:
    """The names of the categories that hold scenarios."""
    query = select(draft_scenario.c.category).where(draft_scenario.c.template_id == template_id).distinct()
    return set((await tx.sa.execute(query)).scalars())


async def last_position(tx: Tx, template_id: UUID) -> int:
    """The place of the last scenario of a draft; 0 when it has none."""
    query = select(func.coalesce(func.max(draft_scenario.c.position), 0))
    found: int = (await tx.sa.execute(query.where(draft_scenario.c.template_id == template_id))).scalar_one()
    return found


async def add_scenarios(tx: Tx, owned: Owned, template: Template, revision: int, stamp: Stamp) -> None:
    """Adds all scenarios of a template to a draft."""
    placed = await in_thread(_placed_text, template)
    await tx.raw.execute(_ADD, (owned.template_id, owned.company_id, revision, stamp.by, stamp.at, placed))


def _placed_text(template: Template) -> str:
    """Name, category and document of each scenario; as one text, for a list of texts is escaped one by one."""
    return json.dumps(
        [
            (scenario.name, category.name, scenario_document(scenario))
            for category in template.categories
            for scenario in category.scenarios
        ]
    )


def _whole(head: Template, rows: Sequence[tuple[str, Any]]) -> Template:
    grouped: dict[str, list[Scenario]] = {category.name: [] for category in head.categories}
    for category, document in rows:
        grouped.setdefault(category, []).append(scenario_from_document(document))
    return replace(head, categories=tuple(Category(name, tuple(scenarios)) for name, scenarios in grouped.items()))


def _scenario(row: Row[Any]) -> DraftScenario:
    return DraftScenario(
        scenario=scenario_from_document(row.document),
        category=row.category,
        position=row.position,
        edited=Edited(row.revision, row.changed_by, row.changed_at),
    )


def _head_document(template: Template) -> dict[str, object]:
    empty = tuple(Category(category.name) for category in template.categories)
    return to_document(sorted_synonyms(replace(template, categories=empty)))

"""A change that was published past the draft, carried over into it: only what differs is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from understudy.infra.computing import in_thread
from understudy.infra.database import Tx
from understudy.kit.errors import Conflict
from understudy.templates.domain import Category, Scenario, Template
from understudy.templates.records import DraftScenario, Edited
from understudy.templates.store import drafts
from understudy.templates.store.drafts import Owned, Stamp


async def carry_over(tx: Tx, owned: Owned, change: Callable[[Template], Template], stamp: Stamp) -> bool:
    """Makes the change in the draft; says whether the draft then is what is published, since no other work waits in it.

    Where other work is at odds with the change, the draft stays as it is: whoever publishes it decides.
    """
    head, before = await drafts.find_draft(tx, owned.template_id, lock=True)
    try:
        after = await in_thread(change, before)
    except Conflict:
        return False
    revision = await drafts.next_revision(tx, owned.template_id)
    old, new = _placed(before), _placed(after)
    for name in old.keys() - new.keys():
        await drafts.delete_scenario(tx, owned.template_id, name)
    for name, (category, scenario) in new.items():
        if old.get(name) == (category, scenario):
            continue
        position = (
            (await drafts.find_scenario(tx, owned.template_id, name)).position
            if name in old
            else await drafts.last_position(tx, owned.template_id) + 1
        )
        kept = DraftScenario(scenario, category, position, Edited(revision, stamp.by, stamp.at))
        await drafts.put_scenario(tx, owned, kept, old_name=name if name in old else None)
    if _without_scenarios(before) != _without_scenarios(after):
        await drafts.change_head(tx, owned.template_id, after, revision, stamp)
    return not head.is_pending


def _placed(template: Template) -> dict[str, tuple[str, Scenario]]:
    return {one.name: (category.name, one) for category in template.categories for one in category.scenarios}


def _without_scenarios(template: Template) -> Template:
    return replace(template, categories=tuple(Category(one.name) for one in template.categories))

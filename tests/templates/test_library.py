"""Templates on the shelf: who owns, sees, changes, publishes and deletes them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.templates.conftest import BANK, CARD, PIN, Desk, scenario
from understudy.kit.errors import Invalid
from understudy.templates.domain import Action, Category, Scenario, Template
from understudy.templates.formats.detect import SourceFile
from understudy.templates.formats.draft import UnreadableFile
from understudy.templates.records import (
    DraftMoved,
    NothingChanged,
    NotOwner,
    ScenarioNotFound,
    TemplateArchived,
    TemplateExists,
    TemplateInUse,
    TemplateNotFound,
    VersionNotFound,
)
from understudy.templates.validation import InvalidTemplate


async def test_a_name_is_taken_once_by_each_owner(desk: Desk, other_desk: Desk) -> None:
    await desk.product.templates.library.create(desk.principal, BANK)
    with pytest.raises(TemplateExists, match="Retail bank"):
        await desk.product.templates.library.create(desk.principal, BANK)
    await desk.product.templates.library.create(other_desk.principal, BANK)


async def test_a_template_of_another_company_does_not_exist_until_it_is_shared(desk: Desk, other_desk: Desk) -> None:
    library = desk.product.templates.library
    shelved = await desk.published()
    with pytest.raises(TemplateNotFound):
        await library.show(other_desk.principal, shelved.id)
    assert await library.list(other_desk.principal) == []

    await library.share(desk.principal, shelved.id, is_shared=True)

    assert (await library.show(other_desk.principal, shelved.id)).name == "Retail bank"
    assert (await desk.product.templates.versions.document(other_desk.principal, shelved.id)).name == "Retail bank"
    with pytest.raises(NotOwner):
        await desk.product.templates.drafts.head(other_desk.principal, shelved.id)
    with pytest.raises(NotOwner):
        await desk.product.templates.versions.publish(other_desk.principal, shelved.id)
    with pytest.raises(NotOwner):
        await library.delete(other_desk.principal, shelved.id)


async def test_the_platforms_templates_are_for_all_and_changed_by_none_of_them(desk: Desk, platform_desk: Desk) -> None:
    shelved = await platform_desk.published()
    assert [one.id for one in await desk.product.templates.library.list(desk.principal)] == [shelved.id]
    assert await desk.product.templates.library.list(desk.principal, own=True) == []
    with pytest.raises(NotOwner, match="belongs to the platform"):
        await desk.product.templates.versions.publish(desk.principal, shelved.id)


async def test_the_platforms_keys_do_not_reach_companies_templates(desk: Desk, platform_desk: Desk) -> None:
    shelved = await desk.published()
    with pytest.raises(TemplateNotFound):
        await desk.product.templates.library.show(platform_desk.principal, shelved.id)
    assert await desk.product.templates.library.list(platform_desk.principal) == []


async def test_one_scenario_changes_under_its_revision(desk: Desk) -> None:
    drafts = desk.product.templates.drafts
    shelved = await desk.product.templates.library.create(desk.principal, BANK)
    seen = await drafts.scenario(desk.principal, shelved.id, "card_arrival")
    expected = ("card_arrival", seen.edited.revision)
    better = replace(CARD, triggers=(*CARD.triggers, "has my card been sent"))

    kept = await drafts.put_scenario(desk.principal, shelved.id, better, category="Cards", expected=expected)

    assert kept.scenario == better
    with pytest.raises(DraftMoved, match=r"changed by test at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"):
        await drafts.put_scenario(desk.principal, shelved.id, CARD, category="Cards", expected=expected)
    assert (await drafts.whole(desk.principal, shelved.id)).scenario("card_arrival") == better


async def test_two_who_change_different_scenarios_do_not_disturb_each_other(desk: Desk) -> None:
    drafts = desk.product.templates.drafts
    shelved = await desk.product.templates.library.create(desk.principal, BANK)
    await asyncio.gather(
        *(
            drafts.put_scenario(
                desk.principal, shelved.id, replace(one, priority=5), category="Cards", expected=(one.name, 1)
            )
            for one in (CARD, PIN)
        )
    )
    assert {one.priority for one in (await drafts.whole(desk.principal, shelved.id)).scenarios()} == {5}


async def test_a_scenario_is_renamed_in_its_place_but_not_onto_another(desk: Desk) -> None:
    drafts = desk.product.templates.drafts
    shelved = await desk.product.templates.library.create(desk.principal, BANK)
    with pytest.raises(DraftMoved, match='there is a scenario "change_pin" already'):
        await drafts.put_scenario(
            desk.principal, shelved.id, replace(CARD, name="change_pin"), category="Cards", expected=("card_arrival", 1)
        )
    renamed = replace(CARD, name="where_is_my_card")
    await drafts.put_scenario(desk.principal, shelved.id, renamed, category="Cards", expected=("card_arrival", 1))
    template = await drafts.whole(desk.principal, shelved.id)
    assert [one.name for one in template.scenarios()] == ["where_is_my_card", "change_pin"]


async def test_a_new_scenario_can_open_a_category(desk: Desk) -> None:
    drafts = desk.product.templates.drafts
    shelved = await desk.product.templates.library.create(desk.principal, BANK)
    fees = scenario("fees", "what does it cost")
    await drafts.put_scenario(desk.principal, shelved.id, fees, category="Money", expected=None)
    template = await drafts.whole(desk.principal, shelved.id)
    assert [category.name for category in template.categories] == ["Cards", "Money"]

    head = await drafts.head(desk.principal, shelved.id)
    without = replace(head.template, categories=(Category("Money"),))
    with pytest.raises(Invalid, match="Cards"):
        await drafts.change_head(desk.principal, shelved.id, without, expected_revision=head.edited.revision)
    turned = replace(head.template, categories=head.template.categories[::-1], description="All of it")
    await drafts.change_head(desk.principal, shelved.id, turned, expected_revision=head.edited.revision)
    template = await drafts.whole(desk.principal, shelved.id)
    assert [category.name for category in template.categories] == ["Money", "Cards"]
    assert template.description == "All of it"

    await drafts.delete_scenario(desk.principal, shelved.id, "fees", expected_revision=2)
    with pytest.raises(ScenarioNotFound):
        await drafts.scenario(desk.principal, shelved.id, "fees")


async def test_publishing_makes_versions_that_never_change(desk: Desk) -> None:
    services = desk.product.templates
    shelved = await desk.published()
    with pytest.raises(NothingChanged):
        await services.versions.publish(desk.principal, shelved.id)
    await services.drafts.delete_scenario(desk.principal, shelved.id, "change_pin", expected_revision=1)
    second = await services.versions.publish(desk.principal, shelved.id, note="No more PINs")

    assert (second.version, second.note, second.is_fitted) == (2, "No more PINs", False)
    assert (await services.versions.document(desk.principal, shelved.id, 1)) == BANK
    assert [one.version for one in await services.versions.list(desk.principal, shelved.id)] == [2, 1]
    changes = (await services.versions.compare(desk.principal, shelved.id, 1, 2)).changes
    assert [(change.kind, change.subject) for change in changes] == [("removed", "scenario change_pin")]
    with pytest.raises(VersionNotFound):
        await services.versions.document(desk.principal, shelved.id, 3)


async def test_what_is_not_complete_is_not_published(desk: Desk) -> None:
    services = desk.product.templates
    silent = Template("Silent", "banking", (Category("Cards", (Scenario("card", ("card",)), replace(PIN))),))
    shelved = await services.library.create(desk.principal, silent)
    with pytest.raises(InvalidTemplate, match="has no reply"):
        await services.versions.publish(desk.principal, shelved.id)
    assert (await services.library.show(desk.principal, shelved.id)).newest_version is None


async def test_flows_are_refused_until_there_are_some(desk: Desk) -> None:
    flows = Template("Flows", "banking", (Category("A", (replace(CARD, action=Action.START_FLOW),)),))
    with pytest.raises(InvalidTemplate, match="no flows yet"):
        await desk.product.templates.library.create(desk.principal, flows)


async def test_a_draft_that_moved_on_is_not_published_by_surprise(desk: Desk) -> None:
    services = desk.product.templates
    shelved = await services.library.create(desk.principal, BANK)
    await services.drafts.delete_scenario(desk.principal, shelved.id, "change_pin", expected_revision=1)
    with pytest.raises(DraftMoved, match="revision 2, not 1"):
        await services.versions.publish(desk.principal, shelved.id, expected_revision=1)


async def test_going_back_serves_at_once_and_takes_a_clean_draft_along(desk: Desk) -> None:
    services = desk.product.templates
    shelved = await desk.published()
    await services.drafts.delete_scenario(desk.principal, shelved.id, "change_pin", expected_revision=1)
    await services.versions.publish(desk.principal, shelved.id)
    assert (await services.library.show(desk.principal, shelved.id)).serving_version == 1

    back = await services.versions.rollback(desk.principal, shelved.id, 1)

    assert (back.version, back.note, back.is_fitted) == (3, "back to version 1", True)
    assert (await services.library.show(desk.principal, shelved.id)).serving_version == 3
    assert await services.drafts.whole(desk.principal, shelved.id) == BANK
    assert not (await services.drafts.head(desk.principal, shelved.id)).is_pending


async def test_going_back_leaves_unpublished_work_alone(desk: Desk) -> None:
    services = desk.product.templates
    shelved = await desk.published()
    await services.drafts.delete_scenario(desk.principal, shelved.id, "change_pin", expected_revision=1)
    await services.versions.publish(desk.principal, shelved.id)
    fees = scenario("fees", "what does it cost")
    await services.drafts.put_scenario(desk.principal, shelved.id, fees, category="Money", expected=None)
    await services.versions.rollback(desk.principal, shelved.id, 1)
    names = [one.name for one in (await services.drafts.whole(desk.principal, shelved.id)).scenarios()]
    assert names == ["card_arrival", "fees"]


async def test_what_is_in_use_is_not_deleted_and_says_by_whom(
    desk: Desk, other_desk: Desk, platform_desk: Desk
) -> None:
    services = desk.product.templates
    mine = await desk.followed()
    with pytest.raises(TemplateInUse, match="followed by your company"):
        await services.library.delete(desk.principal, mine.id)
    await services.library.share(desk.principal, mine.id, is_shared=True)
    await services.following.follow(other_desk.principal, mine.id)
    await services.following.leave(desk.principal, mine.id)
    with pytest.raises(TemplateInUse, match="1 other compan"):
        await services.library.archive(desk.principal, mine.id)
    with pytest.raises(TemplateInUse):
        await services.library.share(desk.principal, mine.id, is_shared=False)

    shared = await platform_desk.published(replace(BANK, name="For all"))
    await services.following.follow(other_desk.principal, shared.id)
    with pytest.raises(TemplateInUse, match="northwind"):
        await services.library.delete(platform_desk.principal, shared.id)

    await services.following.leave(other_desk.principal, mine.id)
    await services.library.delete(desk.principal, mine.id)
    with pytest.raises(TemplateNotFound):
        await services.library.show(desk.principal, mine.id)


async def test_an_archived_template_rests_until_it_is_brought_back(desk: Desk) -> None:
    services = desk.product.templates
    shelved = await desk.published()
    await services.library.archive(desk.principal, shelved.id)
    assert await services.library.list(desk.principal) == []
    with pytest.raises(TemplateArchived):
        await services.versions.publish(desk.principal, shelved.id)
    with pytest.raises(TemplateArchived):
        await services.following.follow(desk.principal, shelved.id)
    second = await services.library.create(desk.principal, BANK)
    with pytest.raises(TemplateExists):
        await services.library.restore(desk.principal, shelved.id)
    await services.library.delete(desk.principal, second.id)
    assert (await services.library.restore(desk.principal, shelved.id)).archived_at is None


async def test_importing_a_name_again_makes_a_draft_of_it(desk: Desk) -> None:
    services = desk.product.templates
    shelved = await desk.published()
    rows = b"text,label\nwhere is my money,refund\ni want my money back,refund\n"
    imported = await services.library.import_files(
        desk.principal, [SourceFile("rows.csv", rows)], name="Retail bank", trade="banking"
    )
    assert (imported.template.id, imported.is_new) == (shelved.id, False)
    assert imported.warnings
    assert [one.name for one in (await services.drafts.whole(desk.principal, shelved.id)).scenarios()] == ["refund"]
    assert await services.versions.document(desk.principal, shelved.id) == BANK


async def test_a_file_that_cannot_be_read_leaves_nothing_behind(desk: Desk) -> None:
    library = desk.product.templates.library
    with pytest.raises((UnreadableFile, InvalidTemplate)):
        await library.import_files(desk.principal, [SourceFile("x.yaml", b"\xff\xfe\x00broken")])
    assert await library.list(desk.principal) == []


async def test_a_hundred_thousand_rows_are_imported(desk: Desk) -> None:
    rows = "text,label\n" + "".join(
        f"message number {i} about thing {i % 300},label_{i % 300}\n" for i in range(100_000)
    )
    imported = await desk.product.templates.library.import_files(
        desk.principal, [SourceFile("many.csv", rows.encode())], name="Many", trade="retail"
    )
    template = await desk.product.templates.drafts.whole(desk.principal, imported.template.id)
    assert sum(len(one.examples) for one in template.scenarios()) == 100_000


async def test_thousands_of_scenarios_stay_fast_to_change(desk: Desk) -> None:
    services = desk.product.templates
    scenarios = tuple(scenario(f"s{i}", f"trigger number {i}") for i in range(5_000))
    shelved = await services.library.create(desk.principal, Template("Large", "retail", (Category("All", scenarios),)))
    loop = asyncio.get_running_loop()
    started = loop.time()
    for i in range(20):
        await services.drafts.put_scenario(
            desk.principal, shelved.id, replace(scenarios[i], priority=1), category="All", expected=(f"s{i}", 1)
        )
    assert (loop.time() - started) / 20 < 0.1
    page = await services.drafts.scenarios(desk.principal, shelved.id, after="s4998", limit=2)
    assert [one.scenario.name for one in page] == ["s4999", "s5"]


async def test_every_change_is_in_the_audit_log(desk: Desk) -> None:
    shelved = await desk.published()
    async with desk.product.database.transaction(desk.principal.company) as tx:
        entries = await desk.product.audit.entries(tx)
    assert [entry.change.action for entry in entries[:2]] == ["template.published", "template.created"]
    assert entries[0].change.subject == str(shelved.id)

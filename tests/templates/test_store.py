"""What the database itself holds templates to, whatever a service may do."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from tests.templates.conftest import Desk, scenario
from understudy.infra.system import utc_now
from understudy.templates.domain import Category, Template
from understudy.templates.records import Edited
from understudy.templates.store import drafts, questions, shelf, versions
from understudy.templates.store.drafts import Owned, Stamp


async def rows(desk: Desk, statement: str) -> list[tuple[object, ...]]:
    """What a statement gives the company of a desk."""
    async with desk.product.database.transaction(desk.principal.company) as tx:
        return await (await tx.raw.execute(statement)).fetchall()


async def test_others_see_versions_of_shared_templates_and_never_their_drafts(desk: Desk, other_desk: Desk) -> None:
    shelved = await desk.published()
    for table in ("template", "template_version", "template_head", "template_draft", "draft_scenario"):
        assert await rows(other_desk, f"SELECT 1 FROM {table}") == [], table
    await desk.product.templates.library.share(desk.principal, shelved.id, is_shared=True)
    for table in ("template", "template_version", "template_head"):
        assert len(await rows(other_desk, f"SELECT 1 FROM {table}")) == 1, table
    for table in ("template_draft", "draft_scenario"):
        assert await rows(other_desk, f"SELECT 1 FROM {table}") == [], table


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE template SET name = 'mine' RETURNING 1",
        "DELETE FROM template_version RETURNING 1",
        "DELETE FROM template_head RETURNING 1",
        "UPDATE template_draft SET revision = 9 RETURNING 1",
        "DELETE FROM draft_scenario RETURNING 1",
    ],
)
async def test_others_change_nothing_of_a_shared_template(desk: Desk, other_desk: Desk, statement: str) -> None:
    shelved = await desk.published()
    await desk.product.templates.library.share(desk.principal, shelved.id, is_shared=True)
    assert await rows(other_desk, statement) == []


async def slip_in(desk: Desk, owned: Owned) -> None:
    """Adds a scenario to a draft in a transaction of the desk's company."""
    stolen = Template("x", "y", (Category("c", (scenario("own", "own"),)),))
    async with desk.product.database.transaction(desk.principal.company) as tx:
        await drafts.add_scenarios(tx, owned, stolen, 1, Stamp("thief", utc_now()))


async def test_nobody_slips_a_scenario_into_anothers_draft(desk: Desk, other_desk: Desk) -> None:
    shelved = await desk.published()
    for company_id in (desk.principal.company_id, None):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await slip_in(other_desk, Owned(shelved.id, company_id))
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        await slip_in(other_desk, Owned(shelved.id, other_desk.principal.company_id))


async def test_nobody_follows_what_it_cannot_see(desk: Desk, other_desk: Desk) -> None:
    shelved = await desk.published()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await rows(
            other_desk,
            "INSERT INTO following (company_id, template_id, position, followed_at) "
            f"VALUES ('{other_desk.principal.company_id}', '{shelved.id}', 0, now())",
        )


async def test_a_published_version_cannot_be_changed_even_by_its_owner(desk: Desk) -> None:
    await desk.published()
    with pytest.raises(psycopg.errors.RaiseException, match="never changes"):
        await rows(desk, "UPDATE template_version SET note = 'other'")


async def test_a_draft_comes_back_as_it_went_in(desk: Desk) -> None:
    template = Template(
        "Words",
        "banking",
        (Category("Empty"), Category("Z", (scenario("b", "b"), scenario("a", "a"))), Category("A")),
        filler_words=("please",),
        synonyms={"longer term": ("x",), "card": ("plastic", "debit card")},
        out_of_scope_examples=("what is the weather",),
        description="All of it",
    )
    shelved = await desk.product.templates.library.create(desk.principal, template)
    async with desk.product.database.transaction(desk.principal.company) as tx:
        _, kept = await drafts.find_draft(tx, shelved.id)
        assert (await shelf.find_by_name(tx, "Words")) == shelved
    assert kept == template
    assert [one.name for one in kept.categories] == ["Empty", "Z", "A"]
    assert [one.name for one in kept.scenarios()] == ["b", "a"]


async def test_heads_are_kept_while_somebody_may_go_back_to_them(desk: Desk) -> None:
    services = desk.product.templates
    shelved = await desk.followed()
    await services.drafts.delete_scenario(desk.principal, shelved.id, "change_pin", expected_revision=1)
    await services.versions.publish(desk.principal, shelved.id)
    await services.heads.fit(shelved.id, 2)
    encoder, later = desk.product.language.model.key, utc_now() + timedelta(seconds=1)

    async def pruned(kept: int, before_days: int = 0) -> int:
        async with desk.product.database.platform() as tx:
            return await versions.prune_fitted(tx, encoder, kept=kept, before=later - timedelta(days=before_days))

    assert await pruned(kept=2) == 0
    assert await pruned(kept=1, before_days=7) == 0
    await services.following.pin(desk.principal, shelved.id, 1)
    assert await pruned(kept=1) == 0
    await services.following.pin(desk.principal, shelved.id, None)
    assert await pruned(kept=1) == 1
    assert [one.is_fitted for one in await services.versions.list(desk.principal, shelved.id)] == [True, False]


async def test_every_change_of_a_shelf_of_questions_counts(desk: Desk) -> None:
    company = desk.principal.company
    async with desk.product.database.transaction(company) as tx:
        counted = [await questions.count_change(tx, questions.of_company(company)) for _ in range(3)]
        assert counted == [1, 2, 3]
        assert await questions.count_texts(tx, questions.of_company(company)) == 0


def test_who_was_faster_is_named() -> None:
    moved = Edited(4, "anna", utc_now()).moved("the overlay")
    assert moved.message.startswith("the overlay was changed by anna at 20")
    assert moved.message.endswith("to revision 4")

"""Versions of prompts: published, immutable, locked, rolled back, audited, heard of by every process."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from understudy.companies.domain import Company, NotAllowed, Principal
from understudy.companies.permissions import Permission
from understudy.llm.prompts.domain import (
    Edit,
    InvalidPrompt,
    PromptPartNotFound,
    PromptsMoved,
    PromptVersionNotFound,
)
from understudy.wiring.product import Product

VOICE = "modality.voice"
SHORT = Edit({VOICE: "Two short sentences."}, "Shorter")


async def test_what_is_shipped_holds_until_something_is_published(
    product: Product, company: Company, other_company: Company, principal: Principal
) -> None:
    before = await product.prompts.of(company.id)
    assert (before.version, before.own) == (0, frozenset())
    made = await product.prompts.publish(principal, SHORT, expected_version=0)
    assert (made.version, made.published_by, made.note) == (1, "test", "Shorter")
    after = await product.prompts.of(company.id)
    assert after.text(VOICE) == "Two short sentences."
    assert after.label == f"1@{product.prompts.catalogue.label}"
    assert after.own == {VOICE}
    assert after.text("base") == before.text("base")
    assert (await product.prompts.of(other_company.id)) == before


async def test_the_next_version_keeps_the_other_changes(product: Product, principal: Principal) -> None:
    await product.prompts.publish(principal, SHORT, expected_version=0)
    await product.prompts.publish(principal, Edit({"modality.text": "Plainly."}), expected_version=1)
    held = await product.prompts.of(principal.company)
    assert held.own == {VOICE, "modality.text"}
    await product.prompts.publish(principal, Edit({VOICE: None}), expected_version=2)
    assert (await product.prompts.of(principal.company)).own == {"modality.text"}
    assert (await product.prompts.at(principal.company, 1)).own == {VOICE}


async def test_a_rollback_publishes_an_old_version_again(product: Product, principal: Principal) -> None:
    await product.prompts.publish(principal, SHORT, expected_version=0)
    await product.prompts.publish(principal, Edit({VOICE: "Long."}), expected_version=1)
    back = await product.prompts.roll_back(principal, 1, expected_version=2)
    assert (back.version, back.from_version, dict(back.texts)) == (3, 1, {VOICE: "Two short sentences."})
    await product.prompts.roll_back(principal, 0, expected_version=3)
    held = await product.prompts.of(principal.company)
    assert (held.version, held.own) == (4, frozenset())
    with pytest.raises(PromptVersionNotFound):
        await product.prompts.roll_back(principal, 9, expected_version=4)
    assert [one.version for one in await product.prompts.versions(principal.company, before=4, limit=2)] == [3, 2]


async def test_who_saw_an_older_version_changes_nothing(product: Product, principal: Principal) -> None:
    await product.prompts.publish(principal, SHORT, expected_version=0)
    for verb in (
        product.prompts.publish(principal, SHORT, expected_version=0),
        product.prompts.roll_back(principal, 0, expected_version=0),
    ):
        with pytest.raises(PromptsMoved):
            await verb
    assert len(await product.prompts.versions(principal.company)) == 1


async def test_of_two_at_once_one_wins(product: Product, principal: Principal) -> None:
    tries = [product.prompts.publish(principal, Edit({VOICE: f"{i}"}), expected_version=0) for i in range(6)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, PromptsMoved) for one in outcomes) == 5
    assert [one.version for one in await product.prompts.versions(principal.company)] == [1]


async def test_a_faulty_version_is_refused_whole(product: Product, principal: Principal) -> None:
    with pytest.raises(InvalidPrompt):
        await product.prompts.publish(
            principal, Edit({VOICE: "fine", "sources": "no place for them"}), expected_version=0
        )
    with pytest.raises(PromptPartNotFound):
        await product.prompts.publish(principal, Edit({"tone": None}), expected_version=0)
    assert await product.prompts.versions(principal.company) == []


async def test_only_who_may_edit_publishes(product: Product, principal: Principal) -> None:
    reader = Principal("reader", principal.company_id, principal.permissions - {Permission.PROMPT_EDIT})
    for verb in (
        product.prompts.publish(reader, SHORT, expected_version=0),
        product.prompts.roll_back(reader, 0, expected_version=0),
    ):
        with pytest.raises(NotAllowed):
            await verb


async def test_a_change_is_audited(product: Product, principal: Principal) -> None:
    await product.prompts.publish(principal, SHORT, expected_version=0)
    await product.prompts.roll_back(principal, 0, expected_version=1)
    async with product.database.transaction(principal.company) as tx:
        entries = await product.audit.entries(tx)
    assert [entry.change.action for entry in entries[:2]] == ["prompts.rolled_back", "prompts.published"]
    assert entries[0].change.before == {VOICE: "Two short sentences."}


async def test_a_version_is_never_changed(product: Product, principal: Principal) -> None:
    await product.prompts.publish(principal, SHORT, expected_version=0)
    for statement in ("UPDATE prompt_version SET texts = '{}'", "DELETE FROM prompt_version"):
        async with product.database.transaction(principal.company) as tx:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await tx.raw.execute(statement)
            await tx.raw.rollback()


async def test_other_processes_hear_of_it(product: Product, principal: Principal) -> None:
    held = await product.prompts.of(principal.company)
    async with product.database.transaction(principal.company) as tx:
        await tx.raw.execute(
            "INSERT INTO prompt_version VALUES (%s, 1, '{\"base\": \"Elsewhere.\"}', now(), 'x', '', NULL)",
            (principal.company,),
        )
        await tx.raw.execute("SELECT 1")
    assert await product.prompts.of(principal.company) == held, "from memory"
    product.prompts.forget(str(principal.company))
    assert (await product.prompts.of(principal.company)).text("base") == "Elsewhere."
    product.prompts.forget("*")
    assert len(product.prompts.cache) == 0


async def test_versions_are_compared(product: Product, principal: Principal) -> None:
    await product.prompts.publish(principal, SHORT, expected_version=0)
    lines = await product.prompts.compare(principal.company, 0)
    assert lines[:2] == (f"--- version 0/{VOICE}", f"+++ version 1/{VOICE}")
    assert "+Two short sentences." in lines
    assert await product.prompts.compare(principal.company, 1, 1) == ()

"""Rescues become tasks: once, masked, and only where the company learns."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conftest import PLATFORM
from tests.learning.rescued import ARRIVAL, COST, Desk, open_desk, paid_decision
from understudy.answering.domain import Outcome, RungName
from understudy.answering.store import add_decision
from understudy.infra.system import utc_now
from understudy.kit.ids import uuid_at
from understudy.learning.capture.rescues import teaches
from understudy.learning.capture.service import MARK, OVERLAP
from understudy.learning.domain import TaskStatus
from understudy.learning.tasks import store
from understudy.wiring.product import Product


async def test_a_rescue_becomes_a_task_with_all_that_is_known(desk: Desk) -> None:
    made = await desk.rescue(
        "Ann Smith here, mail ann@example.org, where is it", who="ann", name="Ann Smith", rationale="Ann Smith asks."
    )
    assert await desk.product.learning.makers.capture.run() == 1
    (task,) = await desk.tasks()
    rescue = task.rescue
    assert task.status is TaskStatus.PENDING
    assert (rescue.decision_id, rescue.message_id) == (made.id, made.about.message_id)
    assert (rescue.key, rescue.channel, rescue.language, rescue.cost_micros) == (ARRIVAL, "api", "en", COST)
    assert "ann" not in rescue.text.lower()
    assert "Ann Smith" not in rescue.rationale
    assert rescue.text.endswith("where is it")
    assert [(one.rung, one.score, one.threshold) for one in rescue.scores] == [
        (RungName.RULES, None, 0.7),
        (RungName.LLM, 0.95, 0.6),
    ]
    assert rescue.path == made.choice.path
    assert rescue.template_version == "small-bank@1"
    assert rescue.latency_ms == 900


async def test_looking_again_makes_no_second_task(desk: Desk) -> None:
    for number in range(5):
        await desk.rescue(f"the parcel is late {number}")
    assert await desk.product.learning.makers.capture.run() == 5
    assert await desk.product.learning.makers.capture.run() == 0
    await desk.rescue("the parcel is late again")
    assert await desk.product.learning.makers.capture.run() == 1
    assert len(await desk.tasks()) == 6


async def test_what_was_committed_late_is_found(desk: Desk, product: Product) -> None:
    await desk.rescue("the parcel is late")
    await product.learning.makers.capture.run()
    received = await desk.hear("the parcel is very late")
    before = utc_now() - OVERLAP + timedelta(minutes=1)
    made = replace(paid_decision(received, ARRIVAL), id=uuid_at(int(before.timestamp() * 1000), b"0123456789"))
    async with product.database.transaction(desk.company_id) as tx:
        await add_decision(tx, made)
    assert await product.learning.makers.capture.run() == 1


async def test_a_company_that_does_not_learn_has_no_tasks(desk: Desk) -> None:
    await desk.settings(auto_learn=False)
    await desk.rescue("the parcel is late")
    assert await desk.product.learning.makers.capture.run() == 0
    assert await desk.tasks() == []


async def test_an_archived_company_does_not_keep_others_from_learning(desk: Desk, product: Product) -> None:
    other = await open_desk(product, "northwind")
    await desk.rescue("the parcel is late")
    await other.rescue("the parcel is late")
    await product.companies.archive(PLATFORM, desk.company_id)
    assert await product.learning.makers.capture.run() == 1
    assert len(await other.tasks()) == 1


@pytest.mark.parametrize(
    ("rung", "outcome", "key"),
    [
        (RungName.RULES, Outcome.ANSWERED, ARRIVAL),
        (RungName.LLM, Outcome.HANDED_OVER, "llm:refund"),
        (RungName.LLM, Outcome.CLARIFIED, ARRIVAL),
        (RungName.FALLBACK, Outcome.FELL_BACK, "fallback:no_match"),
    ],
)
async def test_what_is_no_rescue_teaches_nothing(desk: Desk, rung: RungName, outcome: Outcome, key: str) -> None:
    made = await desk.rescue("the parcel is late", rung=rung, outcome=outcome, key=key)
    assert not teaches(made)
    assert await desk.product.learning.makers.capture.run() == 0


async def test_erasing_a_contact_erases_what_it_taught(desk: Desk, product: Product) -> None:
    made = await desk.rescue("the parcel is late", who="ann")
    await desk.rescue("the parcel is late", who="bob")
    await product.learning.makers.capture.run()
    exported = await product.contacts.export(desk.seeded.principal, made.about.contact_id)
    assert len(exported["learning_task"]) == 1
    erased = await product.contacts.erase(desk.seeded.principal, made.about.contact_id)
    assert erased["learning_task"] == 1
    assert len(await desk.tasks()) == 1


async def test_a_message_that_is_gone_by_now_makes_no_task(desk: Desk, product: Product) -> None:
    made = await desk.rescue("the parcel is late")
    async with product.database.transaction(desk.company_id) as tx:
        await tx.raw.execute(
            "DELETE FROM message WHERE company_id = %s AND id = %s", (desk.company_id, made.about.message_id)
        )
    assert await product.learning.makers.capture.run() == 0


async def test_the_mark_never_goes_back(product: Product) -> None:
    async with product.database.platform() as tx:
        await store.raise_mark(tx, MARK, uuid_at(2_000, b"0" * 10))
        await store.raise_mark(tx, MARK, uuid_at(1_000, b"0" * 10))
        assert await store.mark(tx, MARK) == uuid_at(2_000, b"0" * 10)

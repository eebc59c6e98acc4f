"""The worker: tasks end done or failed with the reason, none is lost and none counts twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import PLATFORM
from tests.learning.rescued import ARRIVAL, LATE, LOST, Desk, open_desk
from tests.seeding import BANK
from understudy.infra.database import DatabaseUnavailable
from understudy.learning.domain import Issue, Status, TaskStatus
from understudy.learning.making.numbers import statistics
from understudy.learning.making.service import ARCHIVED, OFF, QUESTION
from understudy.wiring.product import Product


async def test_rescues_of_several_people_become_a_suggestion(desk: Desk) -> None:
    for text in LATE:
        await desk.rescue(text)
    await desk.learn()
    found = {one.proposal.issue: one for one in await desk.suggestions()}
    examples = found[Issue.ADD_EXAMPLES]
    assert examples.proposal.edit.texts == frozenset(LATE)
    assert examples.evidence.contacts == 5
    assert examples.status is Status.COLLECTING
    for task in await desk.tasks():
        assert task.status is TaskStatus.DONE
        assert examples.id in task.suggestion_ids


async def test_rescues_that_come_one_by_one_gather_in_the_same_suggestion(desk: Desk) -> None:
    seen = []
    for text in LATE:
        await desk.rescue(text)
        await desk.learn()
        found = [one for one in await desk.suggestions() if one.proposal.issue is Issue.ADD_EXAMPLES]
        seen.append([one.evidence.contacts for one in found])
    assert seen == [[], [2], [3], [4], [5]]


async def test_learning_again_from_the_same_changes_nothing(desk: Desk) -> None:
    for text in LATE:
        await desk.rescue(text)
    await desk.learn()
    before = await desk.suggestions()
    await desk.learn()
    assert await desk.suggestions() == before


async def test_companies_are_never_mixed(desk: Desk, product: Product) -> None:
    other = await open_desk(product, "northwind")
    for place, text in enumerate(LATE):
        await (desk if place % 2 else other).rescue(text)
    await desk.learn()
    for one in (desk, other):
        mine = {task.rescue.text for task in await one.tasks()}
        for suggestion in await one.suggestions():
            if suggestion.proposal.issue is Issue.ADD_EXAMPLES:
                assert suggestion.proposal.edit.texts <= mine


async def test_a_company_that_stopped_learning_has_its_tasks_ended_with_the_reason(
    desk: Desk, product: Product
) -> None:
    await desk.rescue(LATE[0])
    await product.learning.makers.capture.run()
    await desk.settings(auto_learn=False)
    await product.learning.makers.making.run()
    assert [(task.status, task.error) for task in await desk.tasks()] == [(TaskStatus.DONE, OFF)]


async def test_an_archived_company_s_tasks_fail_with_the_reason(desk: Desk, product: Product) -> None:
    await desk.rescue(LATE[0])
    await product.learning.makers.capture.run()
    await product.companies.archive(PLATFORM, desk.company_id)
    await product.learning.makers.making.run()
    await product.companies.restore(PLATFORM, desk.seeded.company.slug)
    assert [(task.status, task.error) for task in await desk.tasks()] == [(TaskStatus.FAILED, ARCHIVED)]


async def test_a_template_that_is_gone_ends_its_tasks_with_the_reason(desk: Desk, product: Product) -> None:
    for text in LATE:
        await desk.rescue(text)
    await product.learning.makers.capture.run()
    (content,) = await product.learning.makers.contents.all(desk.company_id)
    await product.templates.following.leave(desk.seeded.principal, content.template_id)
    await product.templates.library.delete(desk.seeded.principal, content.template_id)
    product.templates.matchers.on_company_change(str(desk.company_id))
    await product.templates.matchers.settle()
    await product.learning.makers.making.run()
    assert {task.status for task in await desk.tasks()} == {TaskStatus.DONE}
    assert all(ARRIVAL in (task.error or "") for task in await desk.tasks())
    assert await desk.suggestions() == []


async def test_answers_to_questions_end_with_the_reason(desk: Desk) -> None:
    await desk.rescue(LATE[0], key="qa:0190")
    await desk.learn()
    assert [(task.status, task.error) for task in await desk.tasks()] == [(TaskStatus.DONE, QUESTION)]


async def test_one_bad_task_fails_and_the_rest_goes_on(
    desk: Desk, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in LATE[:4]:
        await desk.rescue(text)
    await desk.rescue("a thief took my purse", key=LOST)
    await product.learning.makers.capture.run()
    bad = (await desk.tasks())[1].id
    made = statistics.proposals

    def breaking(subject: Any, seen: Any) -> Any:
        if bad in subject.fresh:
            raise KeyError("somebody's words")
        return made(subject, seen)

    monkeypatch.setattr(statistics, "proposals", breaking)
    await product.learning.makers.making.run()
    ended = {task.id: task for task in await desk.tasks()}
    assert ended.pop(bad).status is TaskStatus.FAILED
    assert {task.status for task in ended.values()} == {TaskStatus.DONE}
    monkeypatch.setattr(statistics, "proposals", made)
    await product.learning.makers.tasks.retry(desk.seeded.principal, bad)
    await product.learning.makers.making.run()
    assert {task.status for task in await desk.tasks()} == {TaskStatus.DONE}


async def test_when_the_database_goes_away_the_tasks_wait_again(
    desk: Desk, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.rescue(LATE[0])
    await product.learning.makers.capture.run()

    async def away(*_: Any) -> Any:
        raise DatabaseUnavailable("gone")

    with monkeypatch.context() as patch:
        patch.setattr(product.learning.makers.contents, "named_by", away)
        with pytest.raises(DatabaseUnavailable):
            await product.learning.makers.making.run()
    assert [(task.status, task.attempts) for task in await desk.tasks()] == [(TaskStatus.PENDING, 0)]
    await product.learning.makers.making.run()
    assert [task.status for task in await desk.tasks()] == [TaskStatus.DONE]


async def test_what_a_model_had_to_write_becomes_a_new_scenario(desk: Desk) -> None:
    for number in range(6):
        await desk.rescue(f"can i get a mortgage for my house {number}", key="llm:written")
    await desk.learn()
    (made,) = await desk.suggestions()
    assert made.proposal.issue is Issue.ADD_NEW_SCENARIO
    (added,) = made.proposal.edit.added
    assert "mortgage" in added.scenario.name
    assert made.proposal.edit.apply(BANK).scenario(added.scenario.name) is not None
    assert [reply.full for reply in added.scenario.replies] == ["It takes five days."]
    assert made.evidence.contacts == 6


async def test_what_is_learnt_for_a_template_of_others_goes_into_the_overlay(desk: Desk, product: Product) -> None:
    (content,) = await product.learning.makers.contents.all(desk.company_id)
    await product.templates.library.share(desk.seeded.principal, content.template_id, is_shared=True)
    other = await open_desk(product, "northwind")
    (own,) = await product.learning.makers.contents.all(other.company_id)
    await product.templates.following.leave(other.seeded.principal, own.template_id)
    await product.templates.following.follow(other.seeded.principal, content.template_id)
    product.templates.matchers.on_company_change(str(other.company_id))
    await product.templates.matchers.settle()
    for text in LATE:
        await other.rescue(text)
    await other.learn()
    found = await other.suggestions()
    assert found
    assert all(one.proposal.edit.in_overlay for one in found)
    assert await desk.suggestions() == []


async def test_a_task_that_cannot_be_read_fails_and_the_rest_goes_on(desk: Desk, product: Product) -> None:
    for text in LATE[:3]:
        await desk.rescue(text)
    await product.learning.makers.capture.run()
    bad = (await desk.tasks())[0].id
    async with product.database.transaction(desk.company_id) as tx:
        await tx.raw.execute("UPDATE learning_task SET rescue = '{}' WHERE id = %s", (bad,))
    await product.learning.makers.making.run()
    async with product.database.transaction(desk.company_id) as tx:
        rows = await (await tx.raw.execute("SELECT status FROM learning_task ORDER BY id")).fetchall()
    assert [status for (status,) in rows] == ["failed", "done", "done"]

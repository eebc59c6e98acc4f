"""The routes of learning tasks."""

from __future__ import annotations

import httpx2

from tests.learning.rescued import ARRIVAL, LATE, Desk, open_desk
from understudy.wiring.product import Product


async def test_tasks_are_listed_page_by_page(desk: Desk, client: httpx2.AsyncClient) -> None:
    for text in LATE:
        await desk.rescue(text)
    await desk.learn()
    first = await client.get("/v1/learning-tasks?limit=3", headers=desk.seeded.headers)
    assert first.status_code == 200
    page = first.json()
    assert len(page["items"]) == 3
    one = page["items"][0]
    assert (one["key"], one["status"], one["text"]) == (ARRIVAL, "done", LATE[-1])
    assert one["suggestion_ids"]
    assert [score["rung"] for score in one["scores"]] == ["rules", "llm"]
    rest = await client.get(f"/v1/learning-tasks?before={page['next']}", headers=desk.seeded.headers)
    assert len(rest.json()["items"]) == 2


async def test_a_failed_task_is_retried_and_another_company_s_is_not_found(
    desk: Desk, product: Product, client: httpx2.AsyncClient
) -> None:
    await desk.rescue(LATE[0])
    await product.learning.makers.capture.run()
    (task,) = await product.learning.makers.tasks.claim()
    await product.learning.makers.tasks.failed(task, "the reason")
    other = await open_desk(product, "northwind")
    path = f"/v1/learning-tasks/{task.id}/retry"
    assert (await client.post(path, headers=other.seeded.headers)).status_code == 404
    answer = await client.post(path, headers=desk.seeded.headers)
    assert answer.status_code == 200
    assert answer.json()["status"] == "pending"
    assert (await client.post(path)).status_code in {401, 403}

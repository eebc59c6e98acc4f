"""The routes of golden cases and replays."""

from __future__ import annotations

import httpx2
import pytest

from tests.evaluation.conftest import ARRIVAL, FREE, LOST, PAID, Traffic
from tests.waiting import until
from understudy import worker
from understudy.evaluation.replaying.domain import RunStatus

Headers = dict[str, str]
FILE = "text,expected\nwhere might my card be,card_arrival\nsell me a boat,\n"


@pytest.fixture
def golden() -> str:
    return "/v1/golden-cases"


async def test_golden_cases_come_and_go(
    client: httpx2.AsyncClient, key: Headers, traffic: Traffic, golden: str
) -> None:
    body = {"cases": [{"text": "card?", "expected": "card_arrival"}, {"text": "boat?", "expected": None}]}
    made = await client.post(golden, json=body, headers=key)
    assert made.status_code == 201, made.text
    assert [(one["expected"], one["since"]) for one in made.json()] == [(ARRIVAL, 1), (None, 1)]
    case = made.json()[0]
    assert (await client.get(f"{golden}/{case['id']}", headers=key)).json() == case
    dropped = await client.delete(f"{golden}/{case['id']}", headers=key)
    assert dropped.json() == {"version": 2}
    page = (await client.get(golden, headers=key)).json()
    assert (page["version"], [one["text"] for one in page["items"]]) == (2, ["boat?"])
    before = (await client.get(golden, params={"version": 1, "limit": 1}, headers=key)).json()
    rest = (await client.get(golden, params={"version": 1, "after": before["next"]}, headers=key)).json()
    assert [one["text"] for one in (*before["items"], *rest["items"])] == ["card?", "boat?"]


async def test_a_file_of_cases(client: httpx2.AsyncClient, key: Headers, traffic: Traffic, golden: str) -> None:
    files = {"file": ("cases.csv", FILE.encode(), "text/csv")}
    made = await client.post(f"{golden}/import", files=files, headers=key)
    assert made.status_code == 201, made.text
    assert [one["expected"] for one in made.json()] == [ARRIVAL, None]
    wrong = {"file": ("cases.csv", b"a,b\n1,2\n", "text/csv")}
    refused = await client.post(f"{golden}/import", files=wrong, headers=key)
    assert (refused.status_code, refused.json()["code"]) == (422, "unreadable_sheet")


async def test_an_answer_becomes_a_case(
    client: httpx2.AsyncClient, key: Headers, traffic: Traffic, golden: str
) -> None:
    (message,) = await traffic.said(FREE)
    body = {"decision_id": str(await traffic.decision_of(message)), "expected": LOST}
    made = await client.post(f"{golden}/confirm", json=body, headers=key)
    assert made.status_code == 201, made.text
    assert [(one["expected"], one["origin"]) for one in made.json()] == [(LOST, "corrected")]


async def test_a_replay_by_its_routes(client: httpx2.AsyncClient, key: Headers, traffic: Traffic) -> None:
    await traffic.said("so where is my card please tell me now")
    await traffic.paid(PAID)
    started = await client.post("/v1/replays", json={"thresholds": {"rules": 1.0}, "days": 7}, headers=key)
    assert started.status_code == 202, started.text
    address = f"/v1/replays/{started.json()['id']}"
    assert started.json()["total"] == 2

    async def is_done() -> bool:
        return bool((await client.get(address, headers=key)).json()["status"] == RunStatus.DONE)

    async with worker.running(traffic.product):
        await until(is_done)
    shown = (await client.get(address, headers=key)).json()
    assert shown["tally"]["lost"] == 1
    assert shown["saving"]["month_micros"] < 0
    listed = (await client.get(f"{address}/messages", params={"effect": "lost"}, headers=key)).json()["items"]
    assert [(one["before"]["key"], one["after"]["key"]) for one in listed] == [(ARRIVAL, None)]
    ended = await client.post(f"{address}/cancel", headers=key)
    assert (ended.status_code, ended.json()["code"]) == (409, "replay_ended")
    assert [one["id"] for one in (await client.get("/v1/replays", headers=key)).json()["items"]] == [shown["id"]]


async def test_a_draft_and_a_version_are_tried(client: httpx2.AsyncClient, key: Headers, traffic: Traffic) -> None:
    draft = {"template_id": str(traffic.template_id)}
    for body in (draft, {**draft, "version": 1}):
        started = await client.post("/v1/replays", json=body, headers=key)
        assert started.status_code == 202, started.text
    missing = await client.post("/v1/replays", json={**draft, "version": 9}, headers=key)
    assert (missing.status_code, missing.json()["code"]) == (404, "version_not_found")


@pytest.mark.parametrize(
    "body", [{}, {"thresholds": {"llm": 0.5}}, {"thresholds": {"rules": 2}}, {"thresholds": {"rules": 0.5}, "days": 0}]
)
async def test_what_cannot_be_replayed(
    client: httpx2.AsyncClient, key: Headers, traffic: Traffic, body: dict[str, object]
) -> None:
    assert (await client.post("/v1/replays", json=body, headers=key)).status_code == 422

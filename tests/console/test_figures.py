"""The pages of money, routing and notices over the whole product."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date
from html import unescape

import httpx2
import pytest
from fastapi import FastAPI

from tests.console.test_pages import TOKEN
from tests.paying import now, seed_past
from understudy.answering.domain import Outcome, RungName
from understudy.answering.overview.domain import BillLine
from understudy.companies.domain import Company
from understudy.console.figures.money import bill_rows, bill_total, day_rows
from understudy.infra.postgres.place import Place
from understudy.infra.system import new_id
from understudy.llm.events import BudgetReached, HoldTooSmall, ProviderDown
from understudy.llm.ledger.domain import Span
from understudy.monitoring.domain import NoticeQuery
from understudy.monitoring.wording import put_into_words
from understudy.wiring.product import Product

PAGES = ("/console/money", "/console/routing", "/console/notices", "/console/notices/badge")


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser that is signed in."""
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        await client.get(f"/console/?token={TOKEN}")
        yield client


async def shown(browser: httpx2.AsyncClient, path: str) -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=|https?://(?!127\.0\.0\.1)", answer.text)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


async def test_without_the_token_nothing_is_shown(app: FastAPI, company: Company):
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as stranger:
        for path in PAGES:
            assert (await stranger.get(path)).status_code == 401
        assert (await stranger.post(f"/console/notices/{new_id()}/seen")).status_code == 401


async def test_the_pages_say_what_there_is_while_there_is_nothing(browser: httpx2.AsyncClient, company: Company):
    assert "No message in these days" in await shown(browser, "/console/money")
    assert "$200.00 left" in await shown(browser, "/console/money?company=harbour-bank")
    assert "No paid call in these days" in await shown(browser, "/console/routing")
    assert "Nothing waits to be seen" in await shown(browser, "/console/notices")
    assert (await browser.get("/console/notices/badge")).text == ""


async def test_the_bill_adds_up(browser: httpx2.AsyncClient, place: Place, product: Product, company: Company):
    await seed_past(place, company, days=3, a_day=20, now=now())
    async with product.database.transaction(company.id) as tx:
        row = await (
            await tx.raw.execute("SELECT count(*), count(*) FILTER (WHERE rung = 'rules') FROM decision")
        ).fetchone()
        calls = await (await tx.raw.execute("SELECT count(*) FROM llm_call")).fetchone()
    assert row
    assert calls
    money = await shown(browser, "/console/money?company=harbour-bank")
    assert f"Messages {row[0]} " in money
    assert re.search(rf"Rules {row[1]} ", money)
    assert f"{calls[0]} calls" in money
    routing = await shown(browser, "/console/routing")
    assert re.search(rf"Calls {calls[0]} ", routing)
    assert "gemini-2.5-flash-lite" in routing


WRONG = (
    "company=nobody",
    "since=tomorrow",
    "since=2026-02-02&until=2026-02-01",
    "since=2026-01-01&until=2026-11-01",
)


@pytest.mark.parametrize("query", WRONG)
async def test_what_cannot_be_shown_is_refused_with_words(browser: httpx2.AsyncClient, company: Company, query: str):
    answer = await browser.get(f"/console/money?{query}")
    assert answer.status_code == 422
    assert "That cannot be read" in answer.text


async def test_notices_are_listed_counted_and_seen(browser: httpx2.AsyncClient, product: Product, company: Company):
    notices = product.notices.notices
    for event in (
        BudgetReached(company.id, "answering", "2026-11", 80),
        HoldTooSmall(company.id, "openai/<b>m</b>", 1, 2),
        HoldTooSmall(company.id, "openai/<b>m</b>", 1, 2),
        ProviderDown(None, new_id(), "openai", "timed_out"),
    ):
        await notices.hear(new_id(), put_into_words(event))
    page = await shown(browser, "/console/notices")
    assert "2 times" in page
    assert "openai/<b>m</b>" in page, "escaped, not run"
    badge = await browser.get("/console/notices/badge")
    assert ">3<" in badge.text
    assert "is-critical" in badge.text
    assert "openai is down" not in await shown(browser, "/console/notices?severity=warning")
    assert "openai is down" in await shown(browser, "/console/notices?company=harbour-bank")

    (newest, *_) = await notices.list_all(NoticeQuery())
    address = f"/console/notices/{newest.id}/seen"
    foreign = await browser.post(address, headers={"origin": "http://evil.example"})
    assert foreign.status_code == 403
    seen = await browser.post(address, headers={"hx-request": "true"})
    assert (seen.status_code, seen.headers["hx-trigger"]) == (200, "seen")
    assert "is-seen" in seen.text
    assert (await browser.post(address)).headers["location"] == "/console/notices"
    assert "openai is down" not in await shown(browser, "/console/notices")
    assert "openai is down" in await shown(browser, "/console/notices?show=all")
    assert (await browser.post(f"/console/notices/{new_id()}/seen")).status_code == 404


def line(rung: RungName | None, outcome: Outcome, count: int, cost: int = 0, spared: int = 0) -> BillLine:
    return BillLine(date(2026, 11, 19), rung, outcome, count, cost, spared, max(0, spared - cost), 0.9)


LINES = [
    line(RungName.RULES, Outcome.ANSWERED, 6, 0, 600),
    line(RungName.RULES, Outcome.HANDED_OVER, 1),
    line(RungName.LLM, Outcome.ANSWERED, 2, 400, 400),
    line(None, Outcome.WAITING, 1),
]


def test_the_bill_is_by_what_answered_from_the_foot_up():
    rows = list(bill_rows(LINES))
    assert [(row.look.name, row.count, row.saved_micros) for row in rows] == [
        ("rules", 6, 600),
        ("llm", 2, 0),
        ("person", 2, 0),
    ]
    assert sum(row.share for row in rows) == pytest.approx(1)
    total = bill_total(rows)
    assert (total.count, total.cost_micros, total.counterfactual_micros, total.saved_micros) == (10, 400, 1_000, 600)


def test_days_without_a_message_are_there_too():
    days = list(day_rows(LINES, Span(date(2026, 11, 18), date(2026, 11, 20))))
    assert [(one.count, one.free, one.saved_micros) for one in days] == [(0, 0, 0), (10, 6, 600), (0, 0, 0)]

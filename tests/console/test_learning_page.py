"""The page of learning: what waits, decided in place or without scripts, and what it saves."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from tests.console.test_pages import TOKEN
from tests.learning.suggesting import Loop, examples, harmful, loop_over, suggest
from tests.seeding import Seeded, seed_company
from understudy.console.learning.reading import LearningReading
from understudy.infra.system import new_id, utc_now
from understudy.learning.domain import Status
from understudy.web import create_app
from understudy.wiring.product import Product

HX = {"hx-request": "true"}


@pytest.fixture
async def seeded(product: Product) -> Seeded:
    return await seed_company(product)


@pytest.fixture
async def template_id(product: Product, seeded: Seeded) -> UUID:
    (follow,) = await product.templates.following.list(seeded.company.id)
    return follow.template.id


@pytest.fixture
def loop(product: Product, seeded: Seeded) -> Loop:
    return loop_over(product)


@pytest.fixture
async def app(product: Product, loop: Loop) -> FastAPI:
    """The application with twins for what judges suggestions."""
    reading = LearningReading(
        companies=product.companies, deciding=loop.services.deciding, savings=loop.services.savings, clock=utc_now
    )
    object.__setattr__(product.desk, "learning", reading)
    object.__setattr__(product.desk, "deciding", loop.services.deciding)
    return create_app(product)


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser that is signed in."""
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        await client.get(f"/console/?token={TOKEN}")
        yield client


def words(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


async def shown(browser: httpx2.AsyncClient, path: str) -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=|https?://(?!127\.0\.0\.1)", answer.text)
    return words(answer.text)


async def test_without_the_token_nothing_is_shown(app: FastAPI) -> None:
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as stranger:
        assert (await stranger.get("/console/learning")).status_code == 401
        assert (await stranger.post(f"/console/learning/harbour-bank/{new_id()}")).status_code == 401
        assert (await stranger.post("/console/learning/harbour-bank/many")).status_code == 401


async def test_it_says_so_while_there_is_nothing(browser: httpx2.AsyncClient) -> None:
    text = await shown(browser, "/console/learning")
    assert "Nothing waits for a decision" in text
    assert "Without learning" in text
    assert "Nothing is here" in await shown(browser, "/console/learning?company=harbour-bank&show=applied")


async def test_what_waits_is_shown_with_its_diff(
    browser: httpx2.AsyncClient, product: Product, seeded: Seeded, template_id: UUID
) -> None:
    await suggest(product, seeded.company.id, examples(template_id, "<b>is my card</b> on its way"))
    text = await shown(browser, "/console/learning")
    assert "Add examples: card_arrival" in text
    assert "+ added example <b>is my card</b> on its way" in text
    assert "4 contacts 6 paid answers" in text


async def test_a_decision_exchanges_the_card(
    browser: httpx2.AsyncClient, product: Product, seeded: Seeded, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "is my card on its way"))
    path = f"/console/learning/harbour-bank/{one}"
    answer = await browser.post(path, data={"verb": "approve", "revision": "1"}, headers=HX)
    assert answer.status_code == 200, answer.text
    assert "<html" not in answer.text
    assert "applied by console" in words(answer.text)
    assert "Take it back" in answer.text
    revision = re.search(r'name="revision" value="(\d+)"', answer.text)
    assert revision
    answer = await browser.post(path, data={"verb": "revert", "revision": revision[1], "reason": "no"}, headers=HX)
    assert "reverted by console" in words(answer.text)
    assert "Propose it again" in answer.text


async def test_without_scripts_the_page_comes_again(
    browser: httpx2.AsyncClient, product: Product, seeded: Seeded, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "is my card on its way"))
    path = f"/console/learning/harbour-bank/{one}"
    answer = await browser.post(path, data={"verb": "save", "revision": "1"})
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/console/learning?company=harbour-bank&show=waiting",
    )
    assert "Put aside 1" in await shown(browser, "/console/learning?company=harbour-bank&show=aside")


async def test_what_keeps_it_from_being_done_is_said_on_the_card(
    browser: httpx2.AsyncClient, product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    loop.replays.finds = harmful()
    one = await suggest(product, seeded.company.id, examples(template_id, "is my card on its way"))
    path = f"/console/learning/harbour-bank/{one}"
    answer = await browser.post(path, data={"verb": "approve", "revision": "1"}, headers=HX)
    text = words(answer.text)
    assert "It would answer 1 message wrongly whose right answer is known." in text
    assert "exchange_rate is right" in text
    assert "Held back 1" in await shown(browser, "/console/learning?company=harbour-bank&show=held")


async def test_several_become_one_version(
    browser: httpx2.AsyncClient, product: Product, seeded: Seeded, template_id: UUID
) -> None:
    ids = [
        await suggest(product, seeded.company.id, examples(template_id, text))
        for text in ("is my card on its way", "did you send it")
    ]
    assert 'name="chosen"' in (await browser.get("/console/learning")).text
    answer = await browser.post("/console/learning/harbour-bank/many", data={"chosen": [f"{one}:1" for one in ids]})
    assert answer.status_code == 303
    text = await shown(browser, "/console/learning?company=harbour-bank&show=applied")
    assert text.count("version 2") == 2


async def test_sources_are_fetched_when_they_are_looked_at(
    browser: httpx2.AsyncClient, product: Product, seeded: Seeded, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "x"))
    answer = await browser.get(f"/console/learning/harbour-bank/{one}/sources")
    assert "Nothing is kept of it any more" in answer.text


@pytest.mark.parametrize("form", [{"verb": "explode"}, {"verb": "approve", "revision": "0"}, {"chosen": "x:y"}])
async def test_what_no_button_says_is_refused(
    browser: httpx2.AsyncClient, product: Product, seeded: Seeded, template_id: UUID, form: dict[str, str]
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "x"), status=Status.PENDING)
    path = "many" if "chosen" in form else str(one)
    answer = await browser.post(f"/console/learning/harbour-bank/{path}", data=form)
    assert answer.status_code == 422


async def test_another_site_cannot_press_the_buttons(
    browser: httpx2.AsyncClient, product: Product, seeded: Seeded, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "x"))
    evil = {"origin": "https://evil.example"}
    for path in (str(one), "many"):
        answer = await browser.post(f"/console/learning/harbour-bank/{path}", data={"verb": "approve"}, headers=evil)
        assert answer.status_code == 403

"""The pages over the whole product: who sees them, what they show, how they page and filter."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx2
import pytest
from fastapi import FastAPI

from tests.conftest import PLATFORM
from tests.seeding import Seeded, seed_company
from understudy.channels.service import Taken
from understudy.console.messages_page import FIRST_MESSAGE
from understudy.console.reading import PAGE
from understudy.conversations.domain import ContactRef, IdentityKind, Inbound
from understudy.conversations.handover import OperatorReply
from understudy.wiring.product import Product

TOKEN = "console-token-of-the-tests"
Send = Callable[..., Awaitable[Taken]]


@pytest.fixture
async def seeded(product: Product) -> Seeded:
    return await seed_company(product)


@pytest.fixture
async def visitor(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser on this machine, not signed in."""
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        yield client


@pytest.fixture
async def browser(visitor: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """A browser that is signed in."""
    await visitor.get(f"/console/?token={TOKEN}")
    return visitor


@pytest.fixture
def send(product: Product, seeded: Seeded) -> Send:
    """Sends a message of a contact."""

    async def take(text: str, contact: str = "ann", number: list[int] = [0]) -> Taken:  # noqa: B006 - counts
        number[0] += 1
        who = ContactRef(IdentityKind.EXTERNAL, contact, contact.title())
        return await product.channels.take(seeded.company.id, Inbound("api", f"m-{number[0]}", who, text))

    return take


def rows(text: str) -> list[str]:
    """The texts of the messages on a page."""
    return [found.strip() for found in re.findall(r'class="message-link"[^>]*>([^<]*)<', text)]


def poll_address(text: str) -> str:
    found = re.search(r'id="poll"[^>]*hx-get="([^"]+)"', text)
    assert found
    return found[1].replace("&amp;", "&")


async def test_without_the_token_nothing_is_shown(visitor: httpx2.AsyncClient, send: Send):
    await send("where is my card")
    for path in ("/console/", "/console/messages/new", "/console/messages/x", "/console/messages/older"):
        answer = await visitor.get(path)
        assert answer.status_code == 401
        assert "where is my card" not in answer.text
        assert "Open the console" in answer.text
    assert (await visitor.get("/console/messages/new", headers={"hx-request": "true"})).headers["hx-redirect"]


async def test_the_token_becomes_a_cookie_that_scripts_and_other_sites_do_not_get(visitor: httpx2.AsyncClient):
    answer = await visitor.get(f"/console/?token={TOKEN}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/console" in cookie
    assert TOKEN not in cookie
    assert (await visitor.get("/console/")).status_code == 200
    await visitor.post("/console/sign-out")
    assert (await visitor.get("/console/")).status_code == 401


async def test_the_form_takes_the_token_too(visitor: httpx2.AsyncClient):
    wrong = await visitor.post("/console/sign-in", data={"token": "guess"})
    assert wrong.status_code == 403
    assert "not the token" in wrong.text
    assert (await visitor.post("/console/sign-in", data={"token": TOKEN})).status_code == 303
    assert (await visitor.get("/console/")).status_code == 200


async def test_pages_are_strict_with_browsers(browser: httpx2.AsyncClient):
    answer = await browser.get("/console/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=|https?://(?!127\.0\.0\.1)", answer.text)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "[::2]", ""])
async def test_a_foreign_name_is_refused(browser: httpx2.AsyncClient, host: str):
    assert (await browser.get("/console/", headers={"host": host})).status_code == 421


async def test_an_empty_list_teaches_how_to_send_the_first_message(
    browser: httpx2.AsyncClient, seeded: Seeded, client: httpx2.AsyncClient
):
    page = (await browser.get("/console/")).text
    assert "curl -s http://127.0.0.1:8080/v1/messages" in page
    assert "/chat/harbour-bank" in page
    assert (await browser.get(poll_address(page))).status_code == 204
    sent = await client.post("/v1/messages", json=FIRST_MESSAGE, headers=seeded.headers)
    assert sent.status_code == 200, sent.text
    assert (await browser.get(poll_address(page))).headers["hx-refresh"] == "true"
    assert json.dumps(FIRST_MESSAGE["text"])[1:-1] in (await browser.get("/console/")).text


async def test_a_message_is_listed_with_the_rung_that_answered(browser: httpx2.AsyncClient, send: Send):
    await send("where is my card")
    page = (await browser.get("/console/")).text
    assert rows(page) == ["where is my card"]
    assert "tone-rules" in page
    assert "Harbour Bank" in page


async def test_new_messages_come_by_themselves(browser: httpx2.AsyncClient, send: Send):
    await send("where is my card")
    page = (await browser.get("/console/")).text
    await send("i lost my card")
    answer = await browser.get(poll_address(page))
    assert rows(answer.text)[0] == "i lost my card"
    assert 'id="traffic"' in answer.text
    assert answer.text.count('hx-swap-oob="true"') == 2
    later = poll_address(answer.text)
    assert later != poll_address(page)


async def test_more_new_messages_than_a_page_holds_begin_the_list_anew(browser: httpx2.AsyncClient, send: Send):
    page = (await browser.get("/console/")).text
    await send("where is my card")
    page = (await browser.get("/console/")).text
    for number in range(PAGE + 1):
        await send(f"message {number}", contact=f"contact {number}")
    answer = await browser.get(poll_address(page))
    assert answer.headers["hx-reswap"] == "innerHTML"
    assert len(rows(answer.text)) == PAGE
    assert 'id="more"' in answer.text


async def test_the_list_is_paged_without_gaps(browser: httpx2.AsyncClient, send: Send):
    sent = [f"message {number}" for number in range(PAGE + 3)]
    for text in sent:
        await send(text, contact=text)
    page = (await browser.get("/console/")).text
    older = re.search(r'hx-get="(/console/messages/older[^"]+)"', page)
    assert older
    rest = (await browser.get(older[1].replace("&amp;", "&"))).text
    assert rows(page) + rows(rest) == sent[::-1]
    assert "That is all" in rest


async def test_filters(browser: httpx2.AsyncClient, send: Send, product: Product):
    await product.companies.create(PLATFORM, slug="northwind", name="Northwind", trade="hvac")
    await send("where is my card")
    await send("qwertz uiop", contact="ben")
    cases = {
        "?company=harbour-bank": 2,
        "?company=northwind": 0,
        "?rung=rules": 1,
        "?rung=fallback": 1,
        "?rung=person": 0,
        "?text=MY+Card": 1,
        "?text=%25": 0,
        "?text=card&rung=fallback": 0,
    }
    found = {query: len(rows((await browser.get(f"/console/{query}")).text)) for query in cases}
    assert found == cases


@pytest.mark.parametrize("query", ["?company=nobody", "?rung=ladder", "?before=x", "?after=1", "?text=" + "x" * 300])
async def test_a_filter_that_cannot_be_is_explained(browser: httpx2.AsyncClient, query: str):
    answer = await browser.get(f"/console/{query}")
    assert answer.status_code == 422


async def test_the_climb_is_drawn(browser: httpx2.AsyncClient, send: Send):
    taken = await send("so tell me where is my card please")
    assert taken.answer.decision
    page = (await browser.get(f"/console/messages/{taken.answer.decision.id}")).text
    assert 'class="rung tone-rules is-answered' in page
    assert "“where is my card”" in page
    assert "threshold 0.70" in page
    assert "This is the answer about card arrival." in page
    drawn = re.findall(r'class="rung-label">([^<]+)<', page)
    assert drawn == ["Company Q&amp;A", "Trade Q&amp;A", "Rules", "Semantic", "Paid model", "Fallback"]
    assert "Ann" in page


async def test_the_climb_shows_when_a_person_has_it(
    browser: httpx2.AsyncClient, send: Send, product: Product, seeded: Seeded
):
    first = await send("where is my card")
    await product.handover.reply(seeded.principal, first.message.conversation_id, OperatorReply("I am looking."))
    second = await send("and now?")
    assert second.answer.decision
    page = (await browser.get(f"/console/messages/{second.answer.decision.id}")).text
    assert "tone-person" in page
    assert "I am looking." in page
    assert "waiting for person" in page
    assert len(rows((await browser.get("/console/?rung=person")).text)) == 1


async def test_an_unknown_message_is_a_page_that_says_so(browser: httpx2.AsyncClient):
    answer = await browser.get("/console/messages/00000000-0000-7000-8000-000000000000")
    assert answer.status_code == 404
    assert "Back to the messages" in answer.text
    assert (await browser.get("/console/messages/nonsense")).status_code == 422


async def test_what_customers_write_is_never_markup(browser: httpx2.AsyncClient, send: Send):
    taken = await send("<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}")
    assert taken.answer.decision
    for path in ("/console/", f"/console/messages/{taken.answer.decision.id}"):
        page = (await browser.get(path)).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "&lt;script&gt;" in page
        assert "49" not in re.findall(r'class="message-link"[^>]*>([^<]*)<', page + 'class="message-link"><')[0]


async def test_the_day_is_counted(product: Product, send: Send):
    await send("where is my card")
    await send("qwertz uiop", contact="ben")
    day = await product.reading.traffic(None)
    assert (day.messages, day.free_share) == (2, 0.5)
    assert day.saved_micros > 0
    assert day.median_us > 0

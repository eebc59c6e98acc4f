"""The web chat over a real server: strangers, visitors who come back, two windows, people who answer, and limits."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
import websockets
from fastapi import FastAPI

from tests.seeding import Seeded, seed_company
from tests.serving import served
from understudy.channels.webchat import protocol
from understudy.channels.webchat.seats import ChatFull, Rooms
from understudy.channels.webchat.service import ChatSettings
from understudy.conversations.domain import Channel, Filter
from understudy.conversations.feedback.domain import OpinionQuery
from understudy.conversations.handover import OperatorReply
from understudy.infra.system import new_id
from understudy.wiring.configuration import Configuration
from understudy.wiring.product import Product

Frame = dict[str, Any]
WAIT_SECONDS = 10


@pytest.fixture
def configuration(configuration: Configuration) -> Configuration:
    chat = ChatSettings(hello_seconds=0.5, poll_seconds=0.3, messages_per_minute=5, most_open=4)
    return dataclasses.replace(configuration, chat=chat)


@pytest.fixture
async def seeded(product: Product) -> Seeded:
    return await seed_company(product)


@pytest.fixture
async def authority(app: FastAPI, seeded: Seeded) -> AsyncIterator[str]:
    """Where the product is served."""
    async with served(app) as authority:
        yield authority


class Window:
    """One open chat, as the page drives it."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket
        self.welcome: Frame = {}

    async def put(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def frame(self, kind: str) -> Frame:
        """The next frame of a kind; others are passed over."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                frame: Frame = json.loads(await self.socket.recv())
                if frame["type"] == kind:
                    return frame

    async def say(self, text: str, frame_id: str) -> Frame:
        """Says something and waits for what is answered."""
        await self.put(type="say", id=frame_id, text=text)
        return await self.frame("message")


@asynccontextmanager
async def opened_chat(authority: str, visitor: str | None = None, **options: Any) -> AsyncIterator[Window]:
    async with websockets.connect(f"ws://{authority}/chat/harbour-bank/socket", **options) as socket:
        window = Window(socket)
        await window.put(type="hello", visitor=visitor)
        window.welcome = await window.frame("welcome")
        yield window


async def test_a_stranger_is_greeted_and_answered(authority: str, product: Product, seeded: Seeded):
    async with opened_chat(authority) as chat:
        assert chat.welcome["company"] == "Harbour Bank"
        assert chat.welcome["messages"] == []
        assert chat.welcome["greeting"]
        assert len(chat.welcome["visitor"]) >= 32
        await chat.put(type="say", id="message-1", text="where is my card")
        assert (await chat.frame("typing"))["on"] is True
        assert (await chat.frame("stored"))["id"] == "message-1"
        answer = await chat.frame("message")
        assert (answer["from"], answer["text"]) == ("understudy", "This is the answer about card arrival.")
        assert (await chat.frame("state"))["state"] == "open"
        assert (await chat.frame("typing"))["on"] is False
    (talk,) = await product.conversations.list(
        company_id=seeded.company.id, where=Filter(channel=Channel.WEBCHAT), before=None, limit=5
    )
    assert talk.message_count == 2


async def test_who_comes_back_sees_what_was_said_and_nobody_else_does(authority: str):
    async with opened_chat(authority) as chat:
        await chat.say("where is my card", "message-1")
        secret = chat.welcome["visitor"]
    async with opened_chat(authority, secret) as chat:
        mine, theirs = chat.welcome["messages"]
        assert (mine["id"], mine["from"], theirs["from"]) == ("message-1", "visitor", "understudy")
    for other in (None, "short", protocol.name_of(secret), secret[:-1] + "!"):
        async with opened_chat(authority, other) as chat:
            assert chat.welcome["messages"] == []
            assert chat.welcome["visitor"] != secret


async def test_the_same_id_again_is_the_same_message(authority: str, product: Product, seeded: Seeded):
    async with opened_chat(authority) as chat:
        first = await chat.say("where is my card", "message-1")
        secret = chat.welcome["visitor"]
    async with opened_chat(authority, secret) as chat:
        again = await chat.say("where is my card", "message-1")
    assert again["id"] == first["id"]
    async with opened_chat(authority) as other:  # another visitor's message-1 is another message
        assert (await other.say("where is my card", "message-1"))["id"] != first["id"]


async def test_two_windows_of_one_visitor_show_the_same(authority: str):
    async with opened_chat(authority) as one, opened_chat(authority, one.welcome["visitor"]) as two:
        await one.put(type="say", id="message-1", text="where is my card")
        assert (await two.frame("message"))["id"] == "message-1"
        assert (await two.frame("message"))["from"] == "understudy"


async def test_a_person_who_answers_is_heard_at_once(authority: str, product: Product, seeded: Seeded):
    async with opened_chat(authority) as chat:
        await chat.say("where is my card", "message-1")
        (talk,) = await product.conversations.list(company_id=seeded.company.id, where=Filter(), before=None, limit=5)
        await chat.frame("state")
        await product.handover.reply(seeded.principal, talk.id, OperatorReply("I am looking into it."))
        said = await chat.frame("message")
        assert (said["from"], said["text"]) == ("person", "I am looking into it.")
        assert (await chat.frame("state"))["state"] == "waiting_for_person"
        await chat.put(type="say", id="message-2", text="thank you, where is my card")
        assert (await chat.frame("stored"))["id"] == "message-2"  # and the ladder stays silent
        await product.handover.hand_back(seeded.principal, talk.id)
        assert (await chat.frame("state"))["state"] == "waiting_for_person"
        assert (await chat.frame("state"))["state"] == "open"


async def test_a_lost_notice_is_made_good_by_looking(authority: str, product: Product, seeded: Seeded):
    async with opened_chat(authority) as chat:
        await chat.say("where is my card", "message-1")
        (talk,) = await product.conversations.list(company_id=seeded.company.id, where=Filter(), before=None, limit=5)
        await product.handover.take_over(seeded.principal, talk.id)
        await chat.frame("state")
        assert (await chat.frame("state"))["state"] == "waiting_for_person"
        await product.listener.stop()
        await product.handover.reply(seeded.principal, talk.id, OperatorReply("Here I am."))
        assert (await chat.frame("message"))["text"] == "Here I am."
        await product.listener.start()


async def test_bad_text_is_refused_with_its_reason_and_the_chat_goes_on(authority: str):
    async with opened_chat(authority) as chat:
        await chat.put(type="say", id="message-1", text=" ")
        refused = await chat.frame("refused")
        assert (refused["id"], refused["again"]) == ("message-1", False)
        assert refused["text"]
        assert (await chat.say("where is my card", "message-2"))["from"] == "understudy"


async def always_asked(product: Product, seeded: Seeded) -> None:
    patch = {"learning": {"feedback_prompts": "always"}}
    await product.companies.change_settings(seeded.principal, seeded.company.id, patch)


async def opinions(product: Product, seeded: Seeded) -> list[bool | None]:
    found = await product.learning.signals.feedback.list(seeded.principal, OpinionQuery())
    return [opinion.given.is_helpful for opinion in found]


async def test_a_thumb_is_kept_shown_in_every_window_and_found_again(authority: str, product: Product, seeded: Seeded):
    await always_asked(product, seeded)
    async with opened_chat(authority) as chat, opened_chat(authority, chat.welcome["visitor"]) as other:
        answer = await chat.say("where is my card", "message-1")
        token = answer["feedback"]["token"]
        assert answer["feedback"]["helpful"] is None
        await chat.put(type="rate", token=token, helpful=False)
        assert (await chat.frame("rated")) == {"type": "rated", "id": answer["id"], "helpful": False}
        assert (await other.frame("rated"))["helpful"] is False
        await other.put(type="rate", token=token, helpful=True)
        assert (await chat.frame("rated"))["helpful"] is True
    assert await opinions(product, seeded) == [True]
    async with opened_chat(authority, chat.welcome["visitor"]) as chat:
        assert [one["feedback"] for one in chat.welcome["messages"]] == [None, {"token": token, "helpful": True}]
        await chat.put(type="rate", token=token, helpful=None)
        assert (await chat.frame("rated"))["helpful"] is None
    assert await opinions(product, seeded) == []


async def test_who_wants_not_to_be_asked_is_not(authority: str, product: Product, seeded: Seeded):
    await always_asked(product, seeded)
    async with opened_chat(authority) as chat:
        answer = await chat.say("where is my card", "message-1")
        await chat.put(type="do_not_ask", token=answer["feedback"]["token"])
        await chat.frame("asks_no_more")
        await chat.put(type="say", id="message-2", text="lost my card")
        assert (await chat.frame("message"))["feedback"] is None
    async with opened_chat(authority, chat.welcome["visitor"]) as chat:
        assert {one["feedback"] for one in chat.welcome["messages"]} == {None}


async def test_a_token_of_another_company_is_refused(authority: str, product: Product, seeded: Seeded):
    foreign = product.learning.signals.feedback.invite(new_id(), new_id(), asks=True)
    assert foreign is not None
    async with opened_chat(authority) as chat:
        for token in (foreign.token, "x" * 64):
            await chat.put(type="rate", token=token, helpful=True)
            assert "later" in (await chat.frame("not_rated"))["text"]
    assert await opinions(product, seeded) == []


async def test_who_writes_too_fast_is_asked_to_wait(authority: str):
    async with opened_chat(authority) as chat:
        for number in range(5):
            await chat.say("where is my card", f"message-{number}")
        await chat.put(type="say", id="message-5", text="where is my card")
        refused = await chat.frame("refused")
        assert (refused["id"], refused["again"]) == ("message-5", True)


@pytest.mark.parametrize(
    "sent",
    [
        "nonsense",
        "[]",
        '{"type":"hello","visitor":null}',
        '{"type":"say","id":"a b","text":"x"}',
        '{"type":"say","id":"message-1","text":"x","more":1}',
        '{"type":"say","id":"message-1","text":"' + "x" * 30_000 + '"}',
        b"\x00\x01",
    ],
)
async def test_what_our_page_never_sends_ends_the_chat(authority: str, sent: str | bytes):
    async with opened_chat(authority) as chat:
        await chat.socket.send(sent)
        with pytest.raises(websockets.ConnectionClosed):
            await chat.frame("never")
        assert chat.socket.close_code == 1008


async def test_who_says_nothing_is_not_kept(authority: str):
    async with websockets.connect(f"ws://{authority}/chat/harbour-bank/socket") as socket:
        with pytest.raises(websockets.ConnectionClosed):
            await asyncio.wait_for(socket.recv(), WAIT_SECONDS)
        assert socket.close_code == 1008


async def test_other_sites_cannot_open_the_socket(authority: str, product: Product, seeded: Seeded):
    with pytest.raises(websockets.InvalidStatus):
        async with opened_chat(authority, additional_headers={"Origin": "https://evil.example"}):
            pass
    allowed = {"webchat": {"allowed_origins": ["https://www.harbour.example"]}}
    await product.companies.change_settings(seeded.principal, seeded.company.id, allowed)
    async with opened_chat(authority, additional_headers={"Origin": "https://www.harbour.example"}) as chat:
        assert chat.welcome
    async with opened_chat(authority, additional_headers={"Origin": f"http://{authority}"}) as chat:
        assert chat.welcome


async def test_no_more_chats_than_the_process_holds(authority: str, product: Product):
    async with (
        opened_chat(authority) as _,
        opened_chat(authority) as _,
        opened_chat(authority) as _,
        opened_chat(authority) as last,
    ):
        async with websockets.connect(f"ws://{authority}/chat/harbour-bank/socket") as socket:
            assert json.loads(await socket.recv())["type"] == "full"
        await last.socket.close()
        await asyncio.sleep(0.2)
        async with opened_chat(authority) as chat:
            assert chat.welcome


async def test_a_browser_that_went_away_leaves_nothing_behind(authority: str, product: Product):
    async with opened_chat(authority) as chat:
        await chat.say("where is my card", "message-1")
        chat.socket.transport.abort()
    for _ in range(100):
        if not product.webchat._rooms.open:
            break
        await asyncio.sleep(0.02)
    assert product.webchat._rooms.open == 0
    assert list(product.webchat._rooms) == []
    assert product.webchat._courier is None


async def test_the_page(authority: str, product: Product, seeded: Seeded):
    async with httpx2.AsyncClient(base_url=f"http://{authority}") as client:
        page = await client.get("/chat/harbour-bank")
        assert page.status_code == 200
        assert "Harbour Bank" in page.text
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert "unsafe" not in page.headers["content-security-policy"]
        assert (await client.get("/chat/nobody")).status_code == 404
        assert (await client.get("/chat/harbour-bank", headers={"host": "evil.example"})).status_code == 421
        assert (await client.get("/chat/static/chat.js")).status_code == 200
        assert (await client.get("/chat/static/../api.py")).status_code == 404
        allowed = {"webchat": {"allowed_origins": ["https://www.harbour.example"]}}
        await product.companies.change_settings(seeded.principal, seeded.company.id, allowed)
        framed = (await client.get("/chat/harbour-bank")).headers["content-security-policy"]
        assert "frame-ancestors https://www.harbour.example" in framed
        await product.companies.change_settings(seeded.principal, seeded.company.id, {"webchat": {"enabled": False}})
        assert (await client.get("/chat/harbour-bank")).status_code == 404


def test_one_address_cannot_take_all_seats():
    rooms = Rooms(most=10, most_per_address=2)
    for _ in range(2):
        rooms.admit("198.51.100.7")
    with pytest.raises(ChatFull):
        rooms.admit("198.51.100.7")
    rooms.admit("198.51.100.8")
    rooms.dismiss("198.51.100.7")
    rooms.admit("198.51.100.7")
    for _ in range(7):
        rooms.admit(None)
    with pytest.raises(ChatFull):
        rooms.admit(None)

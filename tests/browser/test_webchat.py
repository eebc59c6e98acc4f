"""The web chat as a customer uses it."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.test_console import CONTRASTS, UNNAMED
from tests.seeding import Seeded
from understudy.conversations.domain import Conversation, Filter
from understudy.conversations.feedback.domain import OpinionQuery
from understudy.conversations.handover import OperatorReply
from understudy.wiring.product import Product

pytestmark = pytest.mark.browser
ANSWER = "This is the answer about card arrival."


@pytest.fixture
async def chat(page: Page, authority: str) -> Page:
    await page.goto(f"http://{authority}/chat/harbour-bank")
    await expect(page.get_by_role("status").first).to_have_text("Online")
    return page


async def say(chat: Page, text: str) -> None:
    await chat.get_by_label("Your message").fill(text)
    await chat.keyboard.press("Enter")


async def conversation(product: Product, seeded: Seeded) -> Conversation:
    found = await product.conversations.list(company_id=seeded.company.id, where=Filter(), before=None, limit=5)
    return found[0]


async def test_a_customer_writes_is_answered_and_finds_it_again(chat: Page):
    await expect(chat.get_by_text("Hello! How can we help you?")).to_be_visible()
    await expect(chat.get_by_role("button", name="Send")).to_be_disabled()
    await say(chat, "where is my card")
    await expect(chat.get_by_text(ANSWER)).to_be_visible()
    await expect(chat.locator(".message.waiting")).to_have_count(0)
    await expect(chat.locator(".typing")).to_be_hidden()
    await chat.reload()
    await expect(chat.get_by_text(ANSWER)).to_be_visible()
    await expect(chat.locator(".message.visitor")).to_have_count(1)


@pytest.fixture
async def asked(product: Product, seeded: Seeded, chat: Page) -> Page:
    """The chat of a company that always asks how answers are, with one answer in it."""
    patch = {"learning": {"feedback_prompts": "always"}}
    await product.companies.change_settings(seeded.principal, seeded.company.id, patch)
    await say(chat, "where is my card")
    await expect(chat.get_by_text(ANSWER)).to_be_visible()
    return chat


async def thumbs_kept(product: Product, seeded: Seeded) -> list[bool | None]:
    found = await product.learning.signals.feedback.list(seeded.principal, OpinionQuery())
    return [opinion.given.is_helpful for opinion in found]


async def test_a_thumb_is_given_by_keyboard_and_can_be_changed(asked: Page, product: Product, seeded: Seeded):
    group = asked.get_by_role("group", name="Was this helpful?")
    up, down = group.get_by_role("button", name="Helpful", exact=True), group.get_by_role("button", name="Not helpful")
    await expect(group).to_have_count(1)
    await up.focus()
    await asked.keyboard.press("Enter")
    await expect(group.get_by_role("status")).to_have_text("Thank you")
    await expect(up).to_have_attribute("aria-pressed", "true")
    await asked.keyboard.press("Tab")
    await asked.keyboard.press("Space")
    await expect(down).to_have_attribute("aria-pressed", "true")
    await expect(up).to_have_attribute("aria-pressed", "false")
    await asked.reload()
    await expect(down).to_have_attribute("aria-pressed", "true")
    assert await thumbs_kept(product, seeded) == [False]
    assert await asked.evaluate(UNNAMED) == []


async def test_who_wants_not_to_be_asked_sees_no_thumbs_any_more(asked: Page, product: Product, seeded: Seeded):
    await asked.get_by_role("button", name="Don’t ask").click()
    await expect(asked.get_by_role("group", name="Was this helpful?")).to_have_count(0)
    await say(asked, "lost my card")
    await expect(asked.get_by_text("This is the answer about lost card.")).to_be_visible()
    await expect(asked.get_by_role("group", name="Was this helpful?")).to_have_count(0)
    assert await thumbs_kept(product, seeded) == []


async def test_markup_is_shown_and_not_run(chat: Page):
    await say(chat, "<img src=x onerror=alert(1)><b>bold</b>")
    await expect(chat.locator(".message.visitor .bubble")).to_have_text("<img src=x onerror=alert(1)><b>bold</b>")
    assert await chat.locator(".log img, .log .bubble b").count() == 0


async def test_shift_enter_begins_a_line_and_enter_sends(chat: Page):
    await chat.get_by_label("Your message").press_sequentially("where is")
    await chat.keyboard.press("Shift+Enter")
    await chat.keyboard.type("my card")
    await chat.keyboard.press("Enter")
    await expect(chat.locator(".message.visitor .bubble")).to_have_text("where is\nmy card", use_inner_text=True)
    await expect(chat.get_by_label("Your message")).to_be_focused()


async def test_a_person_who_takes_over_is_shown(chat: Page, product: Product, seeded: Seeded):
    await say(chat, "where is my card")
    await expect(chat.get_by_text(ANSWER)).to_be_visible()
    talk = await conversation(product, seeded)
    await product.handover.reply(seeded.principal, talk.id, OperatorReply("Ann here, I am looking."))
    await expect(chat.get_by_text("Ann here, I am looking.")).to_be_visible()
    await expect(chat.locator("#presence")).to_have_text("test is with you")
    await product.handover.hand_back(seeded.principal, talk.id)
    await expect(chat.locator("#presence")).to_have_text("Online")


async def test_what_is_written_while_the_connection_is_lost_is_sent_once(chat: Page, product: Product, seeded: Seeded):
    await chat.context.set_offline(True)
    await say(chat, "where is my card")
    await expect(chat.locator(".message.waiting")).to_have_count(1)
    await chat.context.set_offline(False)
    await expect(chat.get_by_text(ANSWER)).to_be_visible()
    await expect(chat.locator(".message.visitor")).to_have_count(1)
    assert (await conversation(product, seeded)).message_count == 2


async def test_two_windows_show_the_same(chat: Page):
    other = await chat.context.new_page()
    await other.goto(chat.url)
    await expect(other.get_by_role("status").first).to_have_text("Online")
    await say(chat, "where is my card")
    await expect(other.get_by_text(ANSWER)).to_be_visible()
    await expect(other.locator(".message.visitor")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_can_be_read_on_a_telephone(chat: Page, scheme: str):
    await chat.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await chat.set_viewport_size({"width": 360, "height": 640})
    await say(chat, "where is my card " + "averylongwordwithoutanyspace" * 5)
    await expect(chat.locator(".message")).to_have_count(3)
    assert await chat.evaluate(CONTRASTS) == []
    assert await chat.evaluate(UNNAMED) == []
    assert await chat.evaluate("() => document.documentElement.scrollWidth <= innerWidth")

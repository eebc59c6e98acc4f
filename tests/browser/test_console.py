"""The console as an operator uses it."""

from __future__ import annotations

from itertools import count

import pytest
from playwright.async_api import Page, expect

from tests.seeding import Seeded
from understudy.channels.service import Taken
from understudy.conversations.domain import ContactRef, IdentityKind, Inbound
from understudy.wiring.product import Product

pytestmark = pytest.mark.browser
TOKEN = "console-token-of-the-tests"
NUMBERS = count()

CONTRASTS = """
() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const square = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const canvas = square.getContext("2d", { willReadFrequently: true });
  const solid = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const part = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = solid(getComputedStyle(e).backgroundColor);
      if (colour[3] > 250) return colour;
    }
    return [255, 255, 255, 255];
  };
  const faults = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const box = element.getBoundingClientRect();
    const text = walker.currentNode.textContent.trim();
    if (!text || box.width < 2 || element.closest(".visually-hidden, .skip-link, title, option")) continue;
    const style = getComputedStyle(element), large = parseFloat(style.fontSize) >= 24;
    const [a, b] = [light(solid(style.color)), light(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) faults.push(`${ratio.toFixed(2)} ${element.className} ${text.slice(0, 30)}`);
  }
  return faults;
}
"""
"""Texts whose contrast is below what WCAG 2.2 AA asks for: 4.5, and 3 for large ones."""

UNNAMED = """
() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, [role=img]")]
  .filter((e) => !(e.textContent.trim() || e.ariaLabel || e.labels?.length || e.querySelector("title")))
  .map((e) => e.outerHTML.slice(0, 80))
"""
"""What can be operated and has no name."""


@pytest.fixture
async def home(page: Page, authority: str) -> Page:
    """The messages, signed in by the printed link."""
    await page.goto(f"http://{authority}/console/?token={TOKEN}")
    return page


async def send(product: Product, seeded: Seeded, text: str) -> Taken:
    number = next(NUMBERS)
    who = ContactRef(IdentityKind.EXTERNAL, f"contact-{number}")
    return await product.channels.take(seeded.company.id, Inbound("api", f"browser-{number}", who, text))


async def test_the_first_message_arrives_by_itself_and_leads_to_its_climb(home: Page, product: Product, seeded: Seeded):
    assert "token" not in home.url
    await expect(home.get_by_role("heading", name="No message yet")).to_be_visible()
    await send(product, seeded, "hello, where is my card please")
    link = home.get_by_role("link", name="hello, where is my card please")
    await expect(link).to_be_visible()
    await link.click()
    rung = home.locator(".rung.is-last")
    await expect(rung).to_contain_text("Rules")
    await expect(rung).to_contain_text("where is my card")
    await expect(rung).to_contain_text("≥ 0.70")
    await expect(home.get_by_role("heading", name="The conversation")).to_be_visible()
    foot, top = await home.locator(".foot").bounding_box(), await home.locator(".rung").last.bounding_box()
    assert foot
    assert top
    assert foot["y"] > top["y"], "the climb goes up"


async def test_new_messages_come_on_top_until_it_is_paused(home: Page, product: Product, seeded: Seeded):
    await send(product, seeded, "where is my card")
    await expect(home.locator("#rows tr")).to_have_count(1)
    await send(product, seeded, "i lost my card")
    await expect(home.locator("#rows tr")).to_have_count(2)
    await expect(home.locator("#rows tr").first).to_contain_text("i lost my card")
    await home.wait_for_timeout(4_500)  # two polls that overlap what is shown
    await expect(home.locator("#rows tr")).to_have_count(2)
    await home.get_by_role("button", name="Live").click()
    await expect(home.get_by_role("button", name="Paused")).to_have_attribute("aria-pressed", "false")
    await send(product, seeded, "what is the exchange rate")
    await home.wait_for_timeout(3_000)
    await expect(home.locator("#rows tr")).to_have_count(2)
    await home.get_by_role("button", name="Paused").click()
    await expect(home.locator("#rows tr")).to_have_count(3)


async def test_filters_and_older_messages(home: Page, product: Product, seeded: Seeded):
    for number in range(52):
        await send(product, seeded, f"where is my card {number}")
    await send(product, seeded, "qwertz uiop")
    await home.reload()
    await expect(home.locator("#rows tr")).to_have_count(50)
    await home.get_by_role("link", name="Older messages").click()
    await expect(home.locator("#rows tr")).to_have_count(53)
    await home.get_by_role("navigation", name="Answered by").get_by_role("link", name="Fallback").click()
    await expect(home.locator("#rows tr")).to_have_count(1)
    await home.get_by_label("Words in the message").fill("card 7")
    await home.keyboard.press("Enter")
    await expect(home.get_by_text("No message fits these filters.")).to_be_visible()
    await home.get_by_role("link", name="Show all").click()
    await home.get_by_label("Company").select_option("harbour-bank")
    await expect(home.locator("#rows tr")).to_have_count(50)


async def test_everything_can_be_reached_by_keyboard(home: Page, product: Product, seeded: Seeded):
    await send(product, seeded, "where is my card")
    await home.reload()
    await home.keyboard.press("Tab")
    await expect(home.get_by_role("link", name="Skip to the content")).to_be_focused()
    link = home.get_by_role("link", name="where is my card")
    for _ in range(40):
        if await link.evaluate("e => e === document.activeElement"):
            break
        await home.keyboard.press("Tab")
    await expect(link).to_be_focused()
    await home.keyboard.press("Enter")
    await expect(home.get_by_role("heading", name="The climb")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
async def test_light_and_dark_can_be_read_and_nothing_overflows(
    home: Page, product: Product, seeded: Seeded, width: int
):
    taken = await send(product, seeded, "so where is my card, I have been waiting for more than 2 weeks by now")
    await send(product, seeded, "qwertz uiop")
    assert taken.answer.decision
    await home.set_viewport_size({"width": width, "height": 800})
    climb = home.url.split("?")[0] + f"messages/{taken.answer.decision.id}"
    for address in (home.url, climb):
        await home.goto(address)
        for theme in ("light", "dark"):
            await expect(home.locator("html")).to_have_attribute("data-bs-theme", theme)
            assert await home.evaluate(CONTRASTS) == []
            await home.get_by_role("button", name="Switch between light and dark").click()
        assert await home.evaluate(UNNAMED) == []
        assert await home.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


async def test_the_theme_follows_the_system_until_one_is_chosen(home: Page):
    await home.emulate_media(color_scheme="dark")
    await expect(home.locator("html")).to_have_attribute("data-bs-theme", "dark")
    await home.get_by_role("button", name="Switch between light and dark").click()
    await home.reload()
    await expect(home.locator("html")).to_have_attribute("data-bs-theme", "light")

"""The pages of money, routing and notices as somebody looks at them, on a desk and on a telephone."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.test_console import CONTRASTS, TOKEN, UNNAMED
from tests.paying import now, seed_past
from tests.seeding import Seeded
from understudy.infra.postgres.place import Place
from understudy.infra.system import new_id
from understudy.llm.events import BudgetReached, HoldTooSmall, ProviderDown
from understudy.monitoring.domain import NoticeQuery
from understudy.monitoring.wording import put_into_words
from understudy.wiring.product import Product

pytestmark = pytest.mark.browser
DRAWN = """
() => window.Chart.getChart(document.querySelector("canvas")).data.datasets
  .map((one) => [one.label, one.data.length, one.data.some((value) => value > 0)])
"""
PAGES = ("money", "money?company=harbour-bank", "routing", "notices?show=all")


@pytest.fixture
async def home(page: Page, authority: str, place: Place, product: Product, seeded: Seeded) -> Page:
    """The console of a company that has a past, signed in."""
    await seed_past(place, seeded.company, days=30, a_day=20, now=now())
    notices = product.notices.notices
    for event in (
        BudgetReached(seeded.company.id, "answering", "2026-11", 80),
        HoldTooSmall(seeded.company.id, "openai/gpt-4o-mini", 1_000, 1_300),
        ProviderDown(None, new_id(), "gemini", "timed_out"),
    ):
        await notices.hear(new_id(), put_into_words(event))
    (first, *_) = await notices.list_all(NoticeQuery())
    await notices.see_any("ann", first.id)
    await page.goto(f"http://{authority}/console/?token={TOKEN}")
    return page


@pytest.mark.parametrize("width", [390, 1280])
async def test_light_and_dark_can_be_read_and_nothing_overflows(home: Page, authority: str, width: int):
    await home.set_viewport_size({"width": width, "height": 900})
    for name in PAGES:
        await home.goto(f"http://{authority}/console/{name}")
        for theme in ("light", "dark"):
            await expect(home.locator("html")).to_have_attribute("data-bs-theme", theme)
            assert await home.evaluate(CONTRASTS) == []
            await home.get_by_role("button", name="Switch between light and dark").click()
        assert await home.evaluate(UNNAMED) == []
        assert await home.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


async def test_the_chart_is_drawn_from_its_table(home: Page, authority: str):
    await home.goto(f"http://{authority}/console/money")
    assert await home.evaluate(DRAWN) == [["Spent", 30, True], ["Saved", 30, True]]
    await home.get_by_text("The numbers of the chart").click()
    await expect(home.locator("#days-table tbody tr")).to_have_count(30)
    await home.get_by_role("link", name="7 days").click()
    await expect(home.locator("#days-table tbody tr")).to_have_count(7)


async def test_a_notice_is_marked_as_seen_and_the_number_goes_down(home: Page, authority: str):
    await home.goto(f"http://{authority}/console/notices")
    await expect(home.locator(".unseen-count")).to_contain_text("2")
    await home.get_by_role("button", name="Seen").first.click()
    await expect(home.locator(".unseen-count")).to_contain_text("1")
    await expect(home.locator(".notice.is-seen")).to_have_count(1)
    await home.reload()
    await expect(home.locator(".notice")).to_have_count(1)

"""The page of learning in a real browser: decided in place, with the keyboard too, and nothing to complain about."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from fastapi import FastAPI
from playwright.async_api import Page, expect

from tests.console.test_pages import TOKEN
from tests.learning.suggesting import Loop, examples, loop_over, suggest
from tests.seeding import Seeded
from tests.serving import served
from understudy.console.learning.reading import LearningReading
from understudy.infra.system import utc_now
from understudy.web import create_app
from understudy.wiring.product import Product

pytestmark = pytest.mark.browser


@pytest.fixture
def loop(product: Product, seeded: Seeded) -> Loop:
    """Deciding with twins, behind the pages."""
    loop = loop_over(product)
    services = loop.services
    reading = LearningReading(
        companies=product.companies, deciding=services.deciding, savings=services.savings, clock=utc_now
    )
    object.__setattr__(product.desk, "learning", reading)
    object.__setattr__(product.desk, "deciding", services.deciding)
    return loop


@pytest.fixture
async def app(product: Product, loop: Loop) -> FastAPI:
    return create_app(product)


@pytest.fixture
async def authority(app: FastAPI) -> AsyncIterator[str]:
    async with served(app) as authority:
        yield authority


@pytest.fixture
async def waiting(product: Product, seeded: Seeded) -> list[UUID]:
    """Two suggestions that wait for a decision."""
    (follow,) = await product.templates.following.list(seeded.company.id)
    return [
        await suggest(product, seeded.company.id, examples(follow.template.id, text), priority=float(rank))
        for rank, text in enumerate(("did you send it yet", "is my card on its way"))
    ]


async def test_a_suggestion_is_approved_and_taken_back_without_reload(
    page: Page, authority: str, waiting: list[UUID]
) -> None:
    await page.goto(f"http://{authority}/console/?token={TOKEN}")
    await page.goto(f"http://{authority}/console/learning")
    await page.evaluate("window.isSamePage = true")
    card = page.locator(f"#s-{waiting[1]}")
    await card.get_by_text("What it rests on").click()
    await expect(card.get_by_text("Nothing is kept of it any more.")).to_be_visible()
    await card.get_by_role("button", name="Approve").press("Enter")
    await expect(card.get_by_text("applied by console")).to_be_visible()
    await card.get_by_role("button", name="Take it back").click()
    await expect(card.get_by_text("reverted by console")).to_be_visible()
    other = page.locator(f"#s-{waiting[0]}")
    await other.get_by_label("Why it is rejected").fill("they mean something else")
    await other.get_by_role("button", name="Reject").click()
    await expect(other.get_by_text("console: they mean something else")).to_be_visible()
    assert await page.evaluate("window.isSamePage")


@pytest.mark.parametrize("width", [390, 1280])
async def test_nothing_is_wider_than_the_screen(page: Page, authority: str, waiting: list[UUID], width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto(f"http://{authority}/console/?token={TOKEN}")
    await page.goto(f"http://{authority}/console/learning")
    assert await page.evaluate("document.documentElement.scrollWidth") == width

"""A real browser before a real server. Every page fails its test when the browser complains about anything on it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.async_api import Browser, ConsoleMessage, Page, ViewportSize, async_playwright

from tests.seeding import Seeded, seed_company
from tests.serving import served
from understudy.wiring.product import Product

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DESKTOP = ViewportSize(width=1280, height=900)


@pytest.fixture
async def seeded(product: Product) -> Seeded:
    return await seed_company(product)


@pytest.fixture
async def authority(app: FastAPI, seeded: Seeded) -> AsyncIterator[str]:
    """Where the product is served."""
    async with served(app) as authority:
        yield authority


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a screen."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("no browser here: install chromium, for example with apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, tmp_path: Path) -> AsyncIterator[Page]:
    """A fresh page; what the browser complains about fails the test, but for a socket whose server has ended."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        is_server_gone = "/socket' failed" in message.text and "ERR_CONNECTION_REFUSED" in message.text
        if message.type in {"error", "warning"} and not is_server_gone:
            complaints.append(message.text)

    context = await browser.new_context(viewport=DESKTOP, color_scheme="light", reduced_motion="reduce")
    context.set_default_timeout(10_000)
    page = await context.new_page()
    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    await context.close()
    assert complaints == []

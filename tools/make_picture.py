"""Takes a picture of a page of the console for the documents, with the demo running (see docs/images).

    python -m tools.make_picture CONSOLE_URL PAGE FILE [light|dark]

CONSOLE_URL is printed by `make demo`, with its token; PAGE is what stands behind /console/, such as messages/ID. Needs
chromium.
"""

import shutil
import sys
from urllib.parse import urlsplit

from playwright.sync_api import ViewportSize, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SCREEN = ViewportSize(width=1360, height=880)


def picture(console: str, page_path: str, file: str, theme: str) -> None:
    """Opens the console, signed in, and writes a picture of the whole page."""
    program = next(filter(None, map(shutil.which, BROWSERS)))
    parts = urlsplit(console)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(
            viewport=SCREEN,
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
        )
        page.goto(console)
        page.goto(f"{parts.scheme}://{parts.netloc}/console/{page_path}", wait_until="networkidle")
        page.screenshot(path=file, full_page=True)
        browser.close()


if __name__ == "__main__":
    picture(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4] if len(sys.argv) > 4 else "light")

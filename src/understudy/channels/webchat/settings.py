"""A company's settings for its web chat."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from understudy.companies.settings import SettingsGroup

MAX_ORIGINS = 20
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")


def _origin(text: str) -> str:
    if not _ORIGIN.fullmatch(text):
        raise ValueError(f"{text!r} is not an origin such as https://www.example.com")
    return text


Origin = Annotated[str, Field(max_length=200), AfterValidator(_origin)]


class WebchatSettings(SettingsGroup):
    """How the web chat presents itself."""

    enabled: bool = Field(True, description="Whether the page can be opened.")
    greeting: str = Field(
        "Hello! How can we help you?", max_length=500, description="Shown before the first message; empty: nothing."
    )
    allowed_origins: Annotated[tuple[Origin, ...], Field(max_length=MAX_ORIGINS)] = Field(
        (), description="Sites that may show the chat in a frame and open its socket, such as https://www.example.com."
    )

"""A company's settings of notices."""

from __future__ import annotations

import re

from pydantic import Field, field_validator

from understudy.companies.settings import SettingsGroup

ADDRESS = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#]\S*)?", re.IGNORECASE)
"""An address of the web without a name and password in it."""


def read_address(url: str) -> str:
    """The address of a webhook without the white space around it; raises ValueError when it cannot be one."""
    url = url.strip()
    if not url:
        return url
    if not ADDRESS.fullmatch(url) or not url.isprintable():
        raise ValueError("not an address; use one such as https://hooks.example.com/understudy, without a password")
    return url


class NoticeSettings(SettingsGroup):
    """Where notices go beside the console."""

    webhook_url: str = Field("", max_length=500, description="Address that notices are posted to, signed. Empty: none.")

    @field_validator("webhook_url")
    @classmethod
    def _readable(cls, url: str) -> str:
        return read_address(url)

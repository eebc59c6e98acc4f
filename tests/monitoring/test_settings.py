"""What may be set as a webhook: whether it leads inside is looked at when it is set, and on every connection."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from understudy.monitoring.settings import NoticeSettings


@pytest.mark.parametrize(
    "url", ["", "https://hooks.example.com/a?b=c", "http://example.com:8080/x", "https://[2001:db8::1]/"]
)
def test_an_address_is_kept(url: str):
    assert NoticeSettings(webhook_url=f" {url} ").webhook_url == url


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com",
        "example.com",
        "https://",
        "https:///x",
        "https://u:p@example.com/",
        "https://a b.com/",
        "x" * 501,
    ],
)
def test_what_is_no_address_is_refused(url: str):
    with pytest.raises(ValidationError):
        NoticeSettings(webhook_url=url)

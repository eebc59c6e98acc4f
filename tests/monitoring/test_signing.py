"""Signatures: what a receiver accepts, and what it must not."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from understudy.monitoring.signing import is_genuine, signature

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BODY = b'{"id":"1"}'


def test_the_signature_is_what_the_document_says():
    seconds = int(NOW.timestamp())
    expected = hmac.new(b"secret", f"{seconds}.".encode() + BODY, hashlib.sha256).hexdigest()
    assert signature("secret", BODY, NOW) == f"t={seconds},v1={expected}"
    assert is_genuine("secret", BODY, signature("secret", BODY, NOW), NOW)


@pytest.mark.parametrize(
    ("secret", "body", "later"),
    [
        ("other", BODY, timedelta(0)),
        ("secret", BODY + b" ", timedelta(0)),
        ("secret", BODY, timedelta(minutes=6)),
        ("secret", BODY, -timedelta(minutes=6)),
    ],
)
def test_another_secret_body_or_time_is_refused(secret: str, body: bytes, later: timedelta):
    assert not is_genuine(secret, body, signature("secret", BODY, NOW), NOW + later)


@pytest.mark.parametrize("header", ["", "t=,v1=", "v1=abc", "t=12", "t=x,v1=y", "t=1,v1=é", ",,,", "t=-1,v1=a"])
def test_a_header_that_cannot_be_read_is_refused(header: str):
    assert not is_genuine("secret", BODY, header, NOW)

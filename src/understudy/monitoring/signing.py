"""How a delivery is signed, so that its receiver can tell that it is ours and fresh."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from understudy.monitoring.domain import Notice

SIGNATURE = "X-Understudy-Signature"
DELIVERY = "X-Understudy-Delivery"
TOLERANCE = timedelta(minutes=5)
"""How old a signature may be for a receiver that checks as we do."""


def signature(secret: str, body: bytes, at: datetime) -> str:
    """The header's value: `t=<seconds since 1970>,v1=<hex HMAC-SHA256 of "t.body">`."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_mac(secret, seconds, body)}"


def is_genuine(secret: str, body: bytes, header: str, now: datetime) -> bool:
    """What a receiver does: whether the signature fits the body and is fresh."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    if not parts.get("t", "").isdecimal():
        return False
    seconds = int(parts["t"])
    fits = hmac.compare_digest(_mac(secret, seconds, body).encode(), parts.get("v1", "").encode())
    return fits and abs(now.timestamp() - seconds) <= TOLERANCE.total_seconds()


def body_of(delivery_id: UUID, company: str, notice: Mapping[str, Any] | None) -> bytes:
    """The JSON that is posted; `notice` None: a test."""
    kind = "notice" if notice is not None else "test"
    document = {"id": str(delivery_id), "type": kind, "company": company, "notice": notice}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def told(notice: Notice) -> dict[str, Any]:
    """A notice as it is posted."""
    return {
        "id": str(notice.id),
        "code": notice.code.value,
        "severity": notice.severity.value,
        "subject": notice.subject,
        "title": notice.title,
        "text": notice.text,
        "details": dict(notice.details),
        "count": notice.count,
        "first_at": notice.first_at.isoformat(),
        "last_at": notice.last_at.isoformat(),
        "is_platform": notice.company_id is None,
    }


def _mac(secret: str, seconds: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()

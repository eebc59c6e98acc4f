"""Tokens that let whoever holds a reply say what they think of it. Pure but for the keys, which are handed in.

A token names company and reply, and carries a code over both: 16 + 16 + 16 bytes as URL-safe text. Its age is that of
the reply, whose identifier holds the moment it was made.
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from understudy.conversations.feedback.domain import TokenRefused
from understudy.conversations.feedback.ports import Signer
from understudy.kit.errors import Unavailable
from understudy.kit.ids import made_at

PURPOSE = "feedback"
LIFETIME = timedelta(days=30)
"""How long after a reply an opinion of it is taken: as long as a backtest looks back by default."""
ID_BYTES = 16
CODE_BYTES = 16
"""128 bits of the code: nobody guesses them, and the token stays short enough for a link."""
TOKEN_CHARS = 64


def make(signer: Signer, company_id: UUID, reply_id: UUID) -> str | None:
    """The token of a reply; None where the installation has no key to sign with."""
    named = company_id.bytes + reply_id.bytes
    try:
        codes = signer.codes(named, purpose=PURPOSE)
    except Unavailable:
        return None
    return base64.urlsafe_b64encode(named + codes[0][:CODE_BYTES]).decode()


def read(signer: Signer, token: str, now: datetime) -> tuple[UUID, UUID]:
    """Company and reply of a token; raises `TokenRefused`."""
    try:
        whole = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except ValueError:
        whole = b""
    named, code = whole[: 2 * ID_BYTES], whole[2 * ID_BYTES :]
    if len(named) != 2 * ID_BYTES or len(code) != CODE_BYTES or not _is_ours(signer, named, code):
        raise TokenRefused("this is no feedback token of ours", remedy="use the one that came with the reply")
    company_id, reply_id = UUID(bytes=named[:ID_BYTES]), UUID(bytes=named[ID_BYTES:])
    if now - made_at(reply_id) > LIFETIME:
        raise TokenRefused(
            f"feedback is taken for {LIFETIME.days} days after a reply", remedy="say it in a new message"
        )
    return company_id, reply_id


def _is_ours(signer: Signer, named: bytes, code: bytes) -> bool:
    for _ in range(2):
        codes = signer.codes(named, purpose=PURPOSE)
        if any(hmac.compare_digest(one[:CODE_BYTES], code) for one in codes):
            return True
        signer.reload()  # another process may sign with a key that was made since
    return False

"""Who may see the pages: one token, printed at start, exchanged for a signed cookie that scripts cannot read."""

from __future__ import annotations

import hashlib
import hmac
from collections import deque
from datetime import datetime, timedelta

from understudy.kit.clock import Clock
from understudy.kit.errors import Forbidden

COOKIE = "understudy_console"
COOKIE_PATH = "/console"
LASTS = timedelta(days=7)
PURPOSE = b"understudy console session 1"
WRONG_TOKENS = 10
WRONG_TOKENS_WITHIN = timedelta(minutes=1)
"""Ten a minute are plenty for slips of a hand, and far too few to guess even a short token."""


class TooManyTries(Forbidden):
    """So many wrong tokens came in that no further one is looked at for a while."""

    code = "too_many_tries"


class WrongToken(Forbidden):
    """This is not the token that was printed."""

    code = "wrong_token"


class Sessions:
    """Makes and checks cookies. Every process with the same token accepts the cookies of the others."""

    def __init__(self, *, token: str, clock: Clock) -> None:
        self._token = token.encode()
        self._key = hmac.digest(self._token, PURPOSE, hashlib.sha256)
        self._clock = clock
        self._wrong: deque[datetime] = deque(maxlen=WRONG_TOKENS)

    def open(self, token: str) -> str:
        """The cookie for a token; raises `WrongToken` or `TooManyTries`."""
        now = self._clock()
        if len(self._wrong) == WRONG_TOKENS and now - self._wrong[0] < WRONG_TOKENS_WITHIN:
            raise TooManyTries("too many wrong tokens came in", remedy="wait a minute, then try again")
        given = token.strip().encode("utf-8", "surrogatepass")
        if not self._token or not hmac.compare_digest(given, self._token):
            self._wrong.append(now)
            raise WrongToken("this is not the token of this server", remedy="copy it from where the server was started")
        ends_at = int((now + LASTS).timestamp())
        return f"{ends_at}.{self._signature(ends_at)}"

    def is_open(self, cookie: str | None) -> bool:
        """Whether a cookie was made by us and has not run out."""
        ends_at, _, signature = (cookie or "").partition(".")
        if not ends_at.isascii() or not ends_at.isdigit() or len(ends_at) > len("99999999999"):
            return False
        expected = self._signature(int(ends_at))
        genuine = hmac.compare_digest(signature.encode("utf-8", "surrogatepass"), expected.encode())
        return genuine and self._clock().timestamp() < int(ends_at)

    def _signature(self, ends_at: int) -> str:
        return hmac.new(self._key, str(ends_at).encode(), hashlib.sha256).hexdigest()

"""Headers and checks that keep a page safe in a browser."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""Nothing inline, nothing evaluated, nothing from elsewhere. `data:` is for the icons inside Tabler's stylesheet."""


def page_headers(**changes: str) -> dict[str, str]:
    """The headers of a page: strict policy, not kept, not framed. `changes`: directives, `_` written for `-`."""
    policy = _POLICY | {name.replace("_", "-"): value for name, value in changes.items()}
    return {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
    }


def host_name(authority: str) -> str:
    """The host of a Host header or an origin, without its port, in lower case; empty when it cannot be read."""
    if authority.count(":") > 1 and "[" not in authority and "//" not in authority:
        return authority.lower()
    try:
        return urlsplit(authority if "//" in authority else f"//{authority}").hostname or ""
    except ValueError:
        return ""


def host_is_allowed(headers: Mapping[str, str], listens_on: str) -> bool:
    """Whether a request names us as we are known.

    A server that listens on this machine only is reached by a loopback name only: a foreign name that resolves to
    loopback is another site's page reaching for us (DNS rebinding).
    """
    if host_name(listens_on) not in LOOPBACK_NAMES:
        return True
    return host_name(headers.get("host", "")) in LOOPBACK_NAMES


def origin_is_allowed(headers: Mapping[str, str], others: frozenset[str] = frozenset()) -> bool:
    """Whether a socket was opened by our own page, or by one of `others`; what is no browser names no origin."""
    origin = headers.get("origin")
    if origin is None:
        return True
    return origin in others or urlsplit(origin).netloc == headers.get("host")

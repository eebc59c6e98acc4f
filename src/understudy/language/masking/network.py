"""E-mail addresses, IP addresses, and secrets: passwords in addresses and texts, tokens, keys."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from understudy.language.masking.domain import Kind, Span, before

# Letters of scripts that are written without spaces end an address that stands among them.
_LOCAL = r"(?:(?![\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef])[\w.%+'-])"
_HOST = r"(?:[A-Za-z0-9\u00c0-\u024f](?:[A-Za-z0-9\u00c0-\u024f-]{0,61}[A-Za-z0-9\u00c0-\u024f])?\.){1,6}"
_EMAIL = re.compile(rf"(?<![A-Za-z0-9.%+_-]){_LOCAL}{{1,64}}@{_HOST}[A-Za-z\u00c0-\u024f]{{2,24}}(?![A-Za-z0-9])")
_SPELT_EMAIL = re.compile(
    r"(?<![A-Za-z0-9.%+_-])[A-Za-z0-9._%+-]{1,64} ?(?:\(at\)|\[at\]|\{at\}| at ) ?"
    r"(?:[A-Za-z0-9-]{1,63} ?(?:\(dot\)|\[dot\]|\{dot\}| dot |\(punkt\)|\[punkt\]|\.) ?){1,4}"
    r"[A-Za-z]{2,24}(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_SPELT_SIGN = re.compile(r"[(\[{]at[)\]}]| at \S{1,60} dot ", re.IGNORECASE)
_IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d]|\.\d)")
_IPV6 = re.compile(r"(?<![0-9A-Za-z:.])[0-9A-Fa-f:]{2,39}:[0-9A-Fa-f:.]{0,39}(?![0-9A-Za-z:])")
_VERSION = re.compile(r"(?:\bv|version|versión|ver\.|firmware|build|release|バージョン|版本)[^0-9]{0,6}$")

_IN_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,20}://(?P<secret>[^\s/@:]{1,80}:[^\s/@]{1,200})@")
_PARAMETER = re.compile(
    r"[?&;#](?:[a-z0-9_-]{0,20}(?:token|api_?key|secret|password|passwd|signature|session_?id|auth)"
    r"|key|sig|pwd|sid|otp)=(?P<secret>[^\s&#;\"'<>]{4,2000})",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"(?<![A-Za-z0-9_-])(?P<secret>"
    r"(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{16,200}"
    r"|gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}|glpat-[A-Za-z0-9_-]{20,255}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,250}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{35}"
    r"|eyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{4,4000}(?:\.[A-Za-z0-9_-]{0,1000})?)"
)
_BEARER = re.compile(r"\b(?:bearer|basic)\s+(?P<secret>[A-Za-z0-9._~+/=-]{16,4000})", re.IGNORECASE)
_PASSWORD = re.compile(
    r"(?:\bpassword|\bpasscode|\bpwd|\bpin(?: code)?|\bcvv2?|\bcvc2?|\bcontraseña|\bclave|\bmot de passe|\bcode secret"
    r"|\bpasswort|\bkennwort|\bgeheimzahl|パスワード|暗証番号|密码|口令)"
    r"(?:\s{0,3}[:=]\s{0,3}|\s(?:is|was|es|era|est|était|ist|war|lautet)\s(?:[:=]\s?)?|\s?は\s?|\s?是\s?[::]?\s?)"
    r"(?P<secret>[^\s,;。、]{3,80})",
    re.IGNORECASE,
)
_WORD_ONLY = re.compile(r"[a-z]{1,15}[.!?]?|[^\x00-\x7f]+")


def emails(text: str) -> Iterator[Span]:
    """E-mail addresses, also ones spelt with (at) and (dot)."""
    if "@" in text:
        for found in _EMAIL.finditer(text):
            yield Span(Kind.EMAIL, *found.span(), found[0].casefold())
    if _SPELT_SIGN.search(text):
        for found in _SPELT_EMAIL.finditer(text):
            yield Span(Kind.EMAIL, *found.span(), found[0].casefold())


def ip_addresses(text: str) -> Iterator[Span]:
    """IP addresses of both kinds; the number of a version is none."""
    for found in _IPV4.finditer(text):
        if _is_address(found[0]) and not _VERSION.search(before(text, found.start(), 24)):
            yield Span(Kind.IP, *found.span(), found[0])
    if "::" in text or text.count(":") >= 7:
        for found in _IPV6.finditer(text):
            if found[0].count(":") >= 2 and len(found[0]) > 3 and _is_address(found[0]):
                yield Span(Kind.IP, *found.span(), found[0].lower())


def secrets(text: str) -> Iterator[Span]:
    """Passwords in web addresses and after the word itself, tokens in parameters, keys of well-known makes."""
    patterns = [_TOKEN]
    if "://" in text:
        patterns.append(_IN_URL)
    if "=" in text:
        patterns.append(_PARAMETER)
    for pattern in (*patterns, _BEARER):
        for found in pattern.finditer(text):
            yield Span(Kind.SECRET, *found.span("secret"), found["secret"])
    for found in _PASSWORD.finditer(text):
        if not _WORD_ONLY.fullmatch(found["secret"]) or found[0][-len(found["secret"]) - 1] in ":=":
            yield Span(Kind.SECRET, *found.span("secret"), found["secret"])


def _is_address(written: str) -> bool:
    try:
        ipaddress.ip_address(written)
    except ValueError:
        return False
    return True

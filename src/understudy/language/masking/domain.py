"""Kinds of personal data, finds, masked texts; and the folding that keeps every character at its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What was found. Where finds overlap, the kind that stands first here counts."""

    TEXT = "text"
    """What looks like one of our placeholders and was written by somebody."""
    SECRET = "secret"  # noqa: S105  # the name of a kind
    EMAIL = "email"
    IBAN = "iban"
    CARD = "card"
    ID = "id"
    IP = "ip"
    PHONE = "phone"
    ADDRESS = "address"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Span:
    """One find: the characters from `start` to before `end`. `value`: the same thing written otherwise has the same."""

    kind: Kind
    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without personal data. `found`: placeholder → what it stands for in this text."""

    text: str
    found: Mapping[str, str]


_ALIKE = {
    # One character for one character, so that a find stands at the same place in the text as it was written.
    **{0xFF01 + offset: 0x21 + offset for offset in range(94)},  # full-width forms of ASCII
    **{0x0660 + digit: 0x30 + digit for digit in range(10)},
    **{0x06F0 + digit: 0x30 + digit for digit in range(10)},
    **{ord(dash): ord("-") for dash in "‐‑‒–—―−－"},
    **{ord(space): ord(" ") for space in "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"},
    **{ord(space): ord(" ") for space in "\u200a\u202f\u205f\u3000"},
    ord("’"): ord("'"),
}


def folded(text: str) -> str:
    """The text with full-width letters, foreign digits, dashes and spaces as ASCII has them; of the same length."""
    return text if text.isascii() else text.translate(_ALIKE)


def before(text: str, place: int, characters: int) -> str:
    """What stands before a place on its line, in lower case; a heading on the line above counts too."""
    words = text[max(0, place - characters) : place].lower().replace(":\n", ": ")
    return words.rpartition("\n")[2]

"""From a scenario's replies to the words that go out: which variation, which form, and its placeholders filled in.

Placeholders are a closed set and are replaced in one pass: nothing in a template or in a customer's name is ever run
as a format string or a template language, and a value that looks like a placeholder stays as it is.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from understudy.templates.domain import Reply

PLACEHOLDERS = ("company_name", "contact_name", "support_phone", "support_email", "opening_hours", "website")
VALUE_CHARACTERS = 300  # a longer value is cut: opening hours take 200, a name that is longer is an attack

_KNOWN = re.compile(rf"(?P<space>\s*)\{{(?P<name>{'|'.join(PLACEHOLDERS)})\}}")
_LOOKS_LIKE_ONE = re.compile(r"\{+%?\s*(?:[^\W\d][\w.()|\[\] -]{0,60}|\d*)\s*%?\}+")  # {x} {0} {{ x.y }} ${x} {% x %}
_WRITTEN = frozenset(f"{{{name}}}" for name in PLACEHOLDERS)


class Form(StrEnum):
    """Which form of a reply a channel wants: short where it is heard or costs by the letter, else full."""

    SHORT = "short"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Composed:
    """A reply ready to go out, the place of the variation it came from, and the placeholders nothing was known for."""

    text: str
    variation: int
    missing: tuple[str, ...] = ()


def compose(replies: Sequence[Reply], *, rotation: int, form: Form, values: Mapping[str, str | None]) -> Composed:
    """The reply whose turn it is, filled in; `rotation` counts the times this scenario has answered.

    A variation that needs a value we don't have gives its turn to the next that needs none; when every one does,
    the missing value is left out (see `render`). Raises ValueError without replies: publishing refuses that.
    """
    if not replies:
        raise ValueError("a scenario without replies can't answer")
    turn = rotation % len(replies)
    in_order = [*range(turn, len(replies)), *range(turn)]
    texts = {place: _in_form(replies[place], form) for place in in_order}
    chosen = next((place for place in in_order if not _missing(texts[place], values)), turn)
    return Composed(render(texts[chosen], values), chosen, _missing(texts[chosen], values))


def render(text: str, values: Mapping[str, str | None]) -> str:
    """The text with known placeholders filled in; one without a value goes, with the space before it."""

    def fill(placeholder: re.Match[str]) -> str:
        value = _clean(values.get(placeholder["name"]))
        return placeholder["space"] + value if value else ""

    return _KNOWN.sub(fill, text).strip()


def placeholders_in(text: str) -> tuple[str, ...]:
    """The known placeholders of a text, each once, in order."""
    return tuple(dict.fromkeys(found["name"] for found in _KNOWN.finditer(text)))


def unknown_placeholders(text: str) -> tuple[str, ...]:
    """What looks like a placeholder, of any template language, and is none of ours: validation refuses it."""
    found = (looks.group() for looks in _LOOKS_LIKE_ONE.finditer(text))
    return tuple(dict.fromkeys(written for written in found if written not in _WRITTEN))


def _in_form(reply: Reply, form: Form) -> str:
    short, full = reply.short or reply.full, reply.full or reply.short
    return short if form is Form.SHORT else full


def _missing(text: str, values: Mapping[str, str | None]) -> tuple[str, ...]:
    return tuple(name for name in placeholders_in(text) if not _clean(values.get(name)))


def _clean(value: str | None) -> str:
    """A value on one line without control characters, cut to its limit: names come from strangers."""
    printable = "".join(
        char if unicodedata.category(char)[0] != "C" else " " for char in (value or "")[:VALUE_CHARACTERS]
    )
    return " ".join(printable.split())

"""Data between delimiters: nothing that stands inside can close them, open others, or look like them.

The delimiters are tags of a closed set of names, the same in every prompt, so that providers can keep the prompt in
their cache. What looks like one of these tags inside data loses its bracket, whatever script or width it is written in.
"""

from __future__ import annotations

import re
import unicodedata

TAGS = (
    "source",
    "sources",
    "scenario",
    "scenarios",
    "customer",
    "instruction",
    "system",
    "assistant",
    "developer",
    "im_start",
    "im_end",
)
"""Our own delimiters, and the names by which texts pretend to be instructions."""

_OPENING = "<＜﹤‹〈⟨《«❮❰˂ᐸ≺"
_BRACKET = re.compile(
    rf"(?:[{_OPENING}]|&lt;|&#0{{0,4}}60;|&#x0{{0,4}}3c;|\\u003c|%3c)(?=(.{{0,60}}))", re.IGNORECASE | re.DOTALL
)
_LOOK_ALIKE = str.maketrans("асеіјорѕухмтһԛԝɡɩοερτυιαⅼꜱ", "aceijopsyxmthqwgioeptuials")
"""Letters of other scripts that look like Latin ones."""
_NOT_LETTERS = re.compile(r"[^a-z]+")
_NAMES = tuple(_NOT_LETTERS.sub("", tag) for tag in TAGS)
_HIDDEN = re.compile("[\u200b\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]")
"""Characters that nobody sees and models read: text hidden in tags, reversed lines."""
HARMLESS = "‹"
"""What is put in place of the bracket."""


def neutral(text: str) -> str:
    """The text with every look-alike of a delimiter made harmless, and characters that hide text taken out."""
    return _BRACKET.sub(_defused, _HIDDEN.sub("", text))


def one_line(text: str) -> str:
    """The same on one line and without double quotes, fit for an attribute of a tag."""
    return " ".join(neutral(text).replace('"', "'").split())


def element(tag: str, body: str, *, identifier: str = "", title: str = "") -> str:
    """A piece of data between its delimiters. `body`: neutral text, or further elements."""
    attributes = (f' id="{identifier}"' if identifier else "") + (f' title="{one_line(title)}"' if title else "")
    return f"<{tag}{attributes}>\n{body}\n</{tag}>"


def _defused(found: re.Match[str]) -> str:
    after = unicodedata.normalize("NFKD", found[1]).casefold().translate(_LOOK_ALIKE)
    return HARMLESS if _NOT_LETTERS.sub("", after).startswith(_NAMES) else found[0]

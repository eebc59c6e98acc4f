"""Small pure pieces of text handling that several packages need."""

from __future__ import annotations

import unicodedata

ALLOWED_CONTROLS = "\n\r\t"


def control_characters(text: str) -> list[str]:
    """The control characters of a text, other than line ends and tabs, as `U+0000`."""
    found = {c for c in text if unicodedata.category(c) in {"Cc", "Cs"} and c not in ALLOWED_CONTROLS}
    return sorted(f"U+{ord(c):04X}" for c in found)


def excerpt(text: str, length: int) -> str:
    """The text on one line, cut to `length` characters with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"

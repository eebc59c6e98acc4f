"""What somebody said, as an example. Pure."""

from __future__ import annotations

import re

from understudy.templates.matching.company.compiled import words_of

PLACEHOLDER = re.compile(r"\[[A-Z]{2,10}_\d{1,6}\]")
_LOOSE = re.compile(r"\s+([,.;:!?])|([,;:])(?=\s*[,.;:!?])")
LEAST_WORDS = 2
"""Fewer words without the placeholders tell nothing."""


def example_of(text: str) -> str | None:
    """A masked text as an example: without its placeholders, on one line; None where too little is left."""
    bare = _LOOSE.sub(r"\1", PLACEHOLDER.sub("", text))
    line = " ".join(bare.split()).strip(" ,;:")
    return line if len(words_of(line)) >= LEAST_WORDS else None

"""Names for what has none yet, from the words that tell it. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from understudy.learning.making.domain import Observation
from understudy.learning.making.numbers.phrases import log_odds

WORDS = 3
"""Words of a name."""
NAME_CHARACTERS = 60
UNNAMED = "learnt"
_UNFIT = re.compile(r"[^\w]+")


def telling_words(inside: Sequence[Observation], outside: Sequence[str], *, count: int = WORDS) -> tuple[str, ...]:
    """The words that tell messages from padded texts best, the surest first; of equals the longest."""
    size = len(inside)
    said = Counter(word for one in inside for word in set(one.padded.split()))
    frequent = [(word, hits) for word, hits in said.most_common(60) if hits > 1 or size < 2]
    scored = [
        (log_odds((hits, size), (sum(f" {word} " in text for text in outside), len(outside))), word)
        for word, hits in frequent
        if (len(word) > 2 or word > "\u3004") and not word.isdigit()
    ]
    return tuple(word for _, word in sorted(scored, key=lambda one: (-round(one[0], 1), -len(one[1]), one[1]))[:count])


def name_of(terms: Sequence[str], *, taken: Collection[str], prefix: str = "") -> str:
    """A name that is free: words joined by underscores."""
    parts = [part for part in (prefix, *terms) if part]
    name = _UNFIT.sub("_", "_".join(parts)).strip("_")[:NAME_CHARACTERS].strip("_") or UNNAMED
    number, free = 2, name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free

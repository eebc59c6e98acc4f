"""The shape of what is known of a language's denials."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spaced:
    """A language that writes words apart. Patterns search one clause: folded tokens with a space around each.

    `denials` have a group `cue` (the denying word) and may have `what` (denied words before it or within; those behind
    count anyway). `unless`: a clause that denies nothing after all. `turns`: words at which a denial ends. `empty`:
    words that mean nothing by themselves.
    """

    denials: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str]
    turns: frozenset[str]
    empty: frozenset[str]


@dataclass(frozen=True, slots=True)
class Unspaced:
    """A language that writes words together. `denials` have the groups `cue` and `what`, and search one clause.

    `unless`: a message that denies nothing after all. `part` finds the runs of characters that mean something.
    """

    denials: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str]
    part: re.Pattern[str]


def words(text: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(text.split())


def any_of(text: str) -> str:
    """The words of a list as alternatives of a pattern; `_` stands for a space within one."""
    return "|".join(text.split()).replace("_", " ")

"""Triggers that are regular expressions: which are taken, and all of a template's matched in one pass.

RE2 matches in time linear in the message, so no expression can be catastrophic; it pays by refusing look-ahead,
look-behind and back-references, and by the memory limits below. Expressions read the folded message with its
punctuation (see `normalise.fold`): case and accents never matter, also not in the expression.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any

import re2

from understudy.templates.matching.normalise import fold_accents

EXPRESSION_MEMORY_BYTES = 1 << 20  # one compiled expression: about 8,000 instructions; hand-written ones take 10-300
SET_MEMORY_BYTES = 64 << 20  # ceiling of one set, taken only as its messages need it
EXPRESSIONS_PER_SET = 2_000  # measured, µs per message for 2,000 expressions: one set 11, four 33, twenty 55
SILENT_PROBES = ("", "zqxv", "qqq 0 zz")  # no real trigger matches all of these; `.*` and `a?` do

WILDCARD_GROUP = "understudy_wildcard_"
_WILDCARD = re.compile(r"(?<!\\)\.(?:[*+]|\{\d*,?\d*\})\??")
_UNSUPPORTED = (
    ("(?=", "look-ahead"),
    ("(?!", "look-ahead"),
    ("(?<=", "look-behind"),
    ("(?<!", "look-behind"),
    ("(?>", "atomic groups"),
    ("(?P=", "back-references"),
)


def is_expression(trigger: str) -> bool:
    """Whether a trigger is a regular expression: it starts and ends with "/"."""
    return len(trigger) > 1 and trigger.startswith("/") and trigger.endswith("/")


def refusal(trigger: str) -> str | None:
    """Why this expression can't be used, in words for its author; None when it can."""
    pattern = _pattern(trigger)
    if not pattern.strip():
        return "the expression is empty"
    try:
        compiled = re2.compile(pattern, _options(EXPRESSION_MEMORY_BYTES))
    except re2.error as error:
        return _reason(pattern, error)
    if all(compiled.search(probe) for probe in SILENT_PROBES):
        return "the expression matches any message"
    return None


def _reason(pattern: str, error: Exception) -> str:
    for sign, name in _UNSUPPORTED:
        if sign in pattern:
            return f"{name} is not supported: matching must take linear time"
    said = error.args[0] if error.args else "it does not compile"
    words = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    if re.search(r"invalid escape sequence: \\[1-9]", words):
        return "back-references are not supported: matching must take linear time"
    if "too large" in words:
        return "the expression is too large"
    return f"not a valid expression: {words}"


def _pattern(trigger: str) -> str:
    return fold_accents(trigger[1:-1])


def _options(memory_bytes: int) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = memory_bytes
    return options


@lru_cache(maxsize=4096)
def _explaining(pattern: str) -> Any:
    """The expression with each wildcard in a group, so that what it swallowed can be told from what was recognised."""
    numbers = count()
    grouped = _WILDCARD.sub(lambda wildcard: f"(?P<{WILDCARD_GROUP}{next(numbers)}>{wildcard.group()})", pattern)
    try:
        return re2.compile(grouped, _options(EXPRESSION_MEMORY_BYTES))
    except re2.error:  # a wildcard written inside a character class, say: then all of the match counts as explained
        return re2.compile(pattern, _options(EXPRESSION_MEMORY_BYTES))


def _wildcard_spans(found: Any) -> list[tuple[int, int]]:
    groups = [group for name, group in found.re.groupindex.items() if name.startswith(WILDCARD_GROUP)]
    return sorted(span for span in map(found.span, groups) if span[0] >= 0)


class ExpressionSet:
    """Many expressions matched together; `refused` maps the place of one that can't be used to the reason."""

    def __init__(self, triggers: Sequence[str]) -> None:
        self._patterns = [_pattern(trigger) for trigger in triggers]
        self.refused = {place: why for place, trigger in enumerate(triggers) if (why := refusal(trigger)) is not None}
        usable = [place for place in range(len(triggers)) if place not in self.refused]
        chunks = range(0, len(usable), EXPRESSIONS_PER_SET)
        self._sets = [one for start in chunks for one in self._compiled(usable[start : start + EXPRESSIONS_PER_SET])]

    def matching(self, folded: str) -> list[int]:
        """The places of the expressions found anywhere in a folded text, in order."""
        return sorted(places[hit] for compiled, places in self._sets for hit in compiled.Match(folded) or ())

    def explained(self, place: int, folded: str) -> list[tuple[int, int]]:
        """The spans of the folded text that this expression recognised, without what its wildcards swallowed."""
        found = _explaining(self._patterns[place]).search(folded)
        if found is None:
            return []
        spans: list[tuple[int, int]] = []
        start, end = found.span()
        for gap_start, gap_end in _wildcard_spans(found):
            spans.append((start, gap_start))
            start = max(start, gap_end)
        return [span for span in (*spans, (start, end)) if span[0] < span[1]]

    def _compiled(self, places: list[int]) -> list[tuple[Any, list[int]]]:
        """One set, or two of half the size where memory does not suffice for one."""
        compiled = re2.Set.SearchSet(_options(SET_MEMORY_BYTES))
        for place in places:
            compiled.Add(self._patterns[place])
        try:
            compiled.Compile()
        except re2.error:
            if len(places) == 1:
                self.refused[places[0]] = "the expression is too large"
                return []
            half = len(places) // 2
            return [*self._compiled(places[:half]), *self._compiled(places[half:])]
        return [(compiled, places)]

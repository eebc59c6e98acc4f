"""How sure a model was of an answer, from the log-probabilities of its tokens."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

_STRING_OR_VALUE = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s{}\[\]:,"]+', re.DOTALL)
_COLON = re.compile(r"\s*:")


def likelihood(tokens: Iterable[Any], text: str, *, is_structured: bool) -> float | None:
    """The geometric mean of the tokens' probabilities; None without tokens.

    `tokens`: mappings with `token` and `logprob`, in order. In a structured answer only those count that lie in
    values: braces and names follow from the schema and are certain, however unsure the answer is.
    """
    pairs = [pair for token in tokens if (pair := _pair(token)) is not None]
    if not pairs:
        return None
    counted = _in_values(pairs, text) if is_structured else [logprob for _, logprob in pairs]
    chosen = counted or [logprob for _, logprob in pairs]
    return math.exp(min(0.0, math.fsum(chosen) / len(chosen)))


def _pair(token: Any) -> tuple[str, float] | None:
    if not isinstance(token, dict):
        return None
    text, logprob = token.get("token"), token.get("logprob")
    if not isinstance(text, str) or not isinstance(logprob, int | float) or math.isnan(logprob):
        return None
    return text, float(logprob)


def _in_values(pairs: Sequence[tuple[str, float]], text: str) -> list[float]:
    spans = value_spans(text)
    found, place, at = [], 0, 0
    for token, logprob in pairs:
        start, place = place, place + len(token)
        while at < len(spans) and spans[at][1] <= start:
            at += 1
        if at < len(spans) and spans[at][0] < place:
            found.append(logprob)
    return found


def value_spans(text: str) -> list[tuple[int, int]]:
    """Where the values of a JSON text stand: strings without their quotes, numbers, true, false, null; no names."""
    spans = []
    for match in _STRING_OR_VALUE.finditer(text):
        is_string = match[0].startswith('"')
        if is_string and _COLON.match(text, match.end()):
            continue
        spans.append((match.start() + is_string, match.end() - is_string))
    return spans

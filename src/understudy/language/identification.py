"""When to believe an identifier of languages."""

from __future__ import annotations

import re

from understudy.language.domain import Identified

MIN_SCORE = 0.5
"""Below this the identifier is distrusted: measured on short messages, where its mistakes lie below."""

MIN_WORDS = 3
"""Texts of fewer words are not identified: "no", "ok" and "hotel" are words of many languages."""

CHARACTERS_PER_WORD = 2
"""Chinese and Japanese words are about two characters long, and stand without spaces between them."""

_WORD = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_KANA = re.compile(r"[\u3040-\u30ff]")


def word_count(text: str) -> float:
    """How many words a text has; characters of unspaced scripts count as half a word each."""
    if text.isascii():
        return len(_WORD.findall(text))
    unspaced = len(_UNSPACED.findall(text))
    return len(_WORD.findall(_UNSPACED.sub(" ", text))) + unspaced / CHARACTERS_PER_WORD


def trusted(text: str, code: str, score: float) -> Identified:
    """The identifier's guess, with the code dropped where the text is too short or the score too low.

    Kana is written in no language but Japanese, which settles it whatever the score.
    """
    if word_count(text) < MIN_WORDS:
        return Identified(None, score)
    if code in {"ja", "zh"} and len(_KANA.findall(text)) / CHARACTERS_PER_WORD >= 1:
        return Identified("ja", score)
    return Identified(code if score >= MIN_SCORE else None, score)

"""Which language is spoken to whom."""

from __future__ import annotations

from collections.abc import Mapping

from understudy.answering.wording.languages import chinese, english, french, german, japanese, spanish
from understudy.answering.wording.languages.phrases import Phrases

ENGLISH = "en"
PHRASES: Mapping[str, Phrases] = {
    ENGLISH: english.PHRASES,
    "es": spanish.PHRASES,
    "fr": french.PHRASES,
    "de": german.PHRASES,
    "ja": japanese.PHRASES,
    "zh": chinese.PHRASES,
}
"""The built-in sentences by code of their language (ISO 639-1)."""


def phrases_in(language: str) -> Phrases:
    """The sentences of a language; English where it is not spoken, or could not be told."""
    return PHRASES.get(language, english.PHRASES)

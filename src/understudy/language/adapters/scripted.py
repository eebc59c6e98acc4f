"""Scripted twins for tests and trials that need no weights: the same text always gives the same vector."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from understudy.language.domain import EncoderModel, Identified, Matrix, Sentiment
from understudy.language.service import BatchingEncoder, Language
from understudy.language.settings import LanguageSettings

T = TypeVar("T")

DIMENSION = 384
MODEL = EncoderModel("scripted", "0" * 64, DIMENSION, frozenset({"en"}), head_tokens=64, tail_tokens=64)


class ScriptedEncoder:
    """Adds up one random direction for each word, so that texts with common words are close. Blocks for nothing."""

    model = MODEL

    def __init__(self) -> None:
        self.calls: list[tuple[str, ...]] = []
        """The batches that were asked for."""

    def encode(self, texts: Sequence[str]) -> Matrix:
        """The vectors of the texts, in their order."""
        self.calls.append(tuple(texts))
        rows = [sum(map(_direction, _words(text)), _direction("")) for text in texts]
        return np.stack([row / np.linalg.norm(row) for row in rows]).astype(np.float32)

    def word_pieces(self, text: str) -> int:
        """How many words the text has."""
        return len(_words(text))


class SameLanguage:
    """Says that every text is in one language."""

    def __init__(self, code: str = "en") -> None:
        self._code = code

    def identify(self, text: str) -> Identified:
        """The language given to the constructor."""
        return Identified(self._code, 1.0)


class EvenTemper:
    """Says that every English text is neutral."""

    languages = frozenset({"en"})

    def gauge(self, text: str) -> Sentiment:
        """Neutral."""
        return Sentiment(0.0)


class AtOnce:
    """Runs blocking work right where it is asked for."""

    async def run(self, work: Callable[[], T]) -> T:
        """Does the work here and now."""
        return work()

    def close(self) -> None:
        """Nothing to stop."""


def scripted_language(settings: LanguageSettings | None = None, *, spoken: str = "en") -> Language:
    """Language without weights: close words give close vectors, every text is in one language, and neutral."""
    encoder = ScriptedEncoder()
    batching = BatchingEncoder(encoder=encoder, offload=AtOnce(), settings=settings or LanguageSettings())
    return Language(encoder=encoder, batching=batching, identifier=SameLanguage(spoken), gauge=EvenTemper())


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _direction(word: str) -> Matrix:
    return np.random.default_rng(zlib.crc32(word.encode())).standard_normal(DIMENSION).astype(np.float32)

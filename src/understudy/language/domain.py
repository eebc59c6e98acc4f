"""The values of language: vectors, the model that made them, and what is read off a text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
"""One embedding: shape (dimension,), unit length. Read-only, since a vector may be shared."""

Matrix = NDArray[np.float32]
"""Embeddings row by row: shape (n, dimension), each row of unit length."""

UNKNOWN = "unknown"
"""The language of a text that is too short or too mixed to tell."""

VERSION_DIGITS = 12
"""Hex digits of the weights' SHA-256 that name a version: enough to tell any two apart."""


@dataclass(frozen=True, slots=True)
class EncoderModel:
    """What is known of an encoder's weights. Vectors of two different keys are never compared."""

    name: str
    checksum: str
    """SHA-256 of the weights, hexadecimal."""
    dimension: int
    languages: frozenset[str]
    """Codes (ISO 639-1) of the languages that its vectors mean something in."""
    head_tokens: int
    """Word pieces read from the beginning of a text that is longer than both windows together."""
    tail_tokens: int
    """Word pieces read from the end of such a text."""

    @property
    def version(self) -> str:
        """The first digits of the checksum."""
        return self.checksum[:VERSION_DIGITS]

    @property
    def key(self) -> str:
        """Name and version: stored beside every vector and head that was made with it."""
        return f"{self.name}@{self.version}"

    def knows(self, language: str) -> bool:
        """Whether the vectors of texts in this language mean something."""
        return language in self.languages


@dataclass(frozen=True, slots=True)
class Identified:
    """What the identifier believes about a text's language; `code` is None where it should not be trusted."""

    code: str | None
    score: float
    """Probability as the identifier gives it, 0 to 1."""


Mood = Literal["negative", "neutral", "positive"]

MOOD_MARGIN = 0.05
"""Beyond ± this the compound score counts as a mood. Source: Hutto and Gilbert 2014, and VADER's documentation."""


@dataclass(frozen=True, slots=True)
class Sentiment:
    """The mood of a text: `compound` runs from -1 (furious) to 1 (delighted)."""

    compound: float

    @property
    def mood(self) -> Mood:
        """The mood in a word."""
        if self.compound <= -MOOD_MARGIN:
            return "negative"
        return "positive" if self.compound >= MOOD_MARGIN else "neutral"


class Urgency(StrEnum):
    """How soon a person would say that something must happen."""

    NORMAL = "normal"
    HIGH = "high"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says about itself, beside its meaning."""

    language: str
    """Code (ISO 639-1) or `UNKNOWN`."""
    language_score: float
    sentiment: Sentiment | None
    """None where the gauge doesn't speak the language."""
    urgency: Urgency

    def language_or(self, default: str) -> str:
        """The language, or the one to assume when it could not be told."""
        return default if self.language == UNKNOWN else self.language

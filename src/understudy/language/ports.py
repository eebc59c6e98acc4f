"""What language needs: an encoder, an identifier of languages, a gauge of moods, a place for blocking work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from understudy.language.domain import EncoderModel, Identified, Matrix, Sentiment

T = TypeVar("T")


class Encoder(Protocol):
    """Turns texts into vectors. Blocks while it computes; may be called from any thread."""

    @property
    def model(self) -> EncoderModel:
        """The weights that make the vectors."""
        ...

    def encode(self, texts: Sequence[str]) -> Matrix:
        """The vectors of the texts, in their order: shape (n, dimension), float32, rows of unit length."""
        ...

    def word_pieces(self, text: str) -> int:
        """How many word pieces the text has, without the marks that the model adds."""
        ...


class LanguageIdentifier(Protocol):
    """Tells which language a text is in."""

    def identify(self, text: str) -> Identified:
        """The best guess, with `code` None where it should not be trusted."""
        ...


class SentimentGauge(Protocol):
    """Measures the mood of a text in the languages it speaks."""

    @property
    def languages(self) -> frozenset[str]:
        """Codes of the languages it speaks."""
        ...

    def gauge(self, text: str) -> Sentiment:
        """The mood of a text in one of these languages."""
        ...


class TokenCounter(Protocol):
    """Counts the tokens of one encoding. Blocks while it counts; may be called from any thread."""

    def knows(self, model: str) -> bool:
        """Whether this is the encoding of a model of OpenAI, by its name there."""
        ...

    def count(self, text: str) -> int:
        """The tokens of a short text."""
        ...


class Offload(Protocol):
    """A place where blocking work runs beside the event loop, one piece after the other."""

    async def run(self, work: Callable[[], T]) -> T:
        """Does the work elsewhere and gives back what it returned, or raises what it raised."""
        ...

    def close(self) -> None:
        """Waits for the work under way and takes no more."""
        ...

"""Sentiment by VADER's word list and rules: English, offline, about 20 µs a message."""

from __future__ import annotations

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from understudy.language.domain import Sentiment

ENGLISH = frozenset({"en"})


class VaderGauge:
    """Measures the mood of English texts. Of other languages it knows nothing and would say "neutral"."""

    def __init__(self) -> None:
        self._analyzer = SentimentIntensityAnalyzer()

    @property
    def languages(self) -> frozenset[str]:
        """English only."""
        return ENGLISH

    def gauge(self, text: str) -> Sentiment:
        """The mood of an English text."""
        return Sentiment(float(self._analyzer.polarity_scores(text)["compound"]))

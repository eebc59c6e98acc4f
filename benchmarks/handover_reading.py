"""What the free triggers say of a text, as the product asks them."""

from __future__ import annotations

from benchmarks.handover_cases import NONE
from understudy.answering.paid import EscalationReason
from understudy.answering.settings import EscalationSettings
from understudy.answering.triggers.meaning import Meaning
from understudy.answering.triggers.reading import Heard, readable, spotted
from understudy.language.adapters.vader_gauge import VaderGauge
from understudy.language.domain import Vector

GAUGE = VaderGauge()
SETTINGS = EscalationSettings()


def heard(text: str, *, language: str = "en", before: str = "", failed: int = 0, row: Vector | None = None) -> Heard:
    """A message as the paid rung hears it; its sentiment and embedding only where the language has them."""
    sentiment = GAUGE.gauge(text).compound if language in GAUGE.languages else None
    return Heard(text, [before] if before else [], sentiment, failed, row)


def reason_of(message: Heard, meaning: Meaning | None) -> str:
    """The reason that is seen in it, by name."""
    why = spotted(message, SETTINGS, meaning)
    return why.reason.value if why else NONE


def word_reason(text: str, before: str = "", failed: int = 0) -> str:
    """The reason that the word lists and counts alone see in an English message."""
    return reason_of(heard(text, before=before, failed=failed), None)


def counted(text: str) -> frozenset[EscalationReason]:
    """The reasons that meaning may give under the settings that companies start with."""
    return readable(text, SETTINGS)

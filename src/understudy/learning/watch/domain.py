"""What is measured of applied suggestions, and how a use is recognised. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from understudy.answering.given.domain import Given
from understudy.learning.editing import Edit


@dataclass(frozen=True, slots=True)
class Live:
    """A suggestion that is applied. `known`: texts that were there before; `thresholds`: those that held before."""

    suggestion_id: UUID
    applied_at: datetime
    edit: Edit
    known: frozenset[str] = frozenset()
    thresholds: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Use:
    """An answer that an applied suggestion gave."""

    decision_id: UUID
    suggestion_id: UUID
    contact_id: UUID
    saved_micros: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Track:
    """How an applied suggestion does: answers it gave, how many contacts' were right and wrong, money saved.

    `low`, `high`: what its precision lies between, however often this is looked at.
    """

    uses: int = 0
    right: int = 0
    wrong: int = 0
    saved_micros: int = 0
    low: float = 0.0
    high: float = 1.0


class Spotter:
    """Recognises the uses of applied suggestions.

    An answer is a suggestion's when the text that it rests on came with the suggestion, for that scenario; or when its
    confidence lies between the threshold that the suggestion set and the one before. Where several fit, it is the one
    that was applied first. An answer that a new example helped to, without being the nearest, is not counted: what is
    saved is rather under- than overstated. A text that was there before saves nothing by being moved.
    """

    def __init__(self, lives: Iterable[Live]) -> None:
        self._by_text: dict[str, list[Live]] = {}
        self._by_rung: dict[str, list[Live]] = {}
        for live in sorted(lives, key=lambda one: (one.applied_at, one.suggestion_id)):
            for text in live.edit.texts:
                self._by_text.setdefault(text, []).append(live)
            for rung in live.edit.thresholds:
                self._by_rung.setdefault(rung, []).append(live)

    def use_of(self, given: Given) -> Use | None:
        """The use that an answer is, or None."""
        if given.key is None or given.rung is None:
            return None
        for live in self._by_text.get(given.matched or "", ()):
            if live.applied_at <= given.at and is_of(given.key, live.edit.names):
                saved = 0 if given.matched in live.known else given.saved_micros
                return Use(given.decision_id, live.suggestion_id, given.contact_id, saved, given.at)
        for live in self._by_rung.get(given.rung.value, ()):
            before, now = live.thresholds.get(given.rung.value), live.edit.thresholds[given.rung.value]
            if before is None or given.confidence is None or live.applied_at > given.at:
                continue
            if now <= given.confidence < before:
                return Use(given.decision_id, live.suggestion_id, given.contact_id, given.saved_micros, given.at)
        return None


def is_of(key: str, scenarios: Iterable[str]) -> bool:
    """Whether a key such as scenario:Bank/card_arrival names one of the scenarios."""
    return key.startswith("scenario:") and any(key.endswith(f"/{name}") for name in scenarios)

"""Signals, judgements, and what they come to. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID


class Signal(StrEnum):
    """What can tell whether an answer was right, the most telling first."""

    CORRECTION = "correction"
    """A person said so."""
    THUMBS = "thumbs"
    """The contact said so."""
    OPERATOR = "operator"
    """A person answered the same question themselves, with the same or with something else."""
    HAND_OVER = "hand_over"
    """The contact asked for a person right after."""
    RE_ASK = "re_ask"
    """The contact asked the same again, or said that it is unsolved."""
    SILENCE = "silence"
    """Nothing of all that happened for a while. It is not stored: it is the absence of the others."""


SAID = frozenset({Signal.CORRECTION, Signal.THUMBS, Signal.OPERATOR})
"""Somebody said it; the others are read from what the contact did, and confirm nothing by themselves."""
SETTLED_AFTER = timedelta(hours=1)
"""An answer that nobody complained of for so long counts as right: the usual time-out of a conversation."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one signal says of a decision. `key`: what had answered; `at`: when it was judged."""

    decision_id: UUID
    signal: Signal
    message_id: UUID
    contact_id: UUID
    key: str | None
    is_right: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of an answer: right, wrong, or (None) nothing yet; and by which signal."""

    is_right: bool | None
    by: Signal | None

    @property
    def is_said(self) -> bool:
        """Whether somebody said so."""
        return self.by in SAID


def standing(judged: Mapping[Signal, bool], *, decided_at: datetime, now: datetime) -> Standing:
    """What the judgements of one decision come to: the most telling signal decides."""
    for signal in Signal:
        if signal in judged:
            return Standing(judged[signal], signal)
    if now - decided_at >= SETTLED_AFTER:
        return Standing(is_right=True, by=Signal.SILENCE)
    return Standing(None, None)

"""What a language has to say: fallbacks by tone and kind, ways to a person, hand-overs, closing times, moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from understudy.answering.domain import FallbackKind
from understudy.answering.settings import EscalationOption, Tone
from understudy.templates.domain import Action

Fallbacks = Mapping[FallbackKind, tuple[str, ...]]
"""Texts by kind. Never said twice in a row to the same customer, so each kind has at least two."""


def fallbacks(
    *,
    clarification_needed: tuple[str, ...],
    no_match: tuple[str, ...],
    technical_issue: tuple[str, ...],
    out_of_scope: tuple[str, ...],
) -> Fallbacks:
    """The texts of one tone."""
    return {
        FallbackKind.CLARIFICATION_NEEDED: clarification_needed,
        FallbackKind.NO_MATCH: no_match,
        FallbackKind.TECHNICAL_ISSUE: technical_issue,
        FallbackKind.OUT_OF_SCOPE: out_of_scope,
    }


@dataclass(frozen=True, slots=True)
class Offering:
    """How ways to a person are offered. `ways` are joined by `comma`, the last by `last`, and go into `{ways}`.

    `asked_for`: further words, folded, by which contacts choose one; `gap` stands between a text and the offer.
    """

    sentence: str
    comma: str
    last: str
    ways: Mapping[EscalationOption, str]
    asked_for: Mapping[EscalationOption, tuple[str, ...]]
    gap: str = " "

    def of(self, ways: Sequence[str]) -> str:
        """The sentence that offers some ways."""
        *others, final = ways
        joined = f"{self.comma.join(others)}{self.last}{final}" if others else final
        return self.sentence.format(ways=joined)


@dataclass(frozen=True, slots=True)
class Moments:
    """How a moment is spoken of. `days` begin with Monday, `months` with January; `{at}` is the time of day."""

    today: str
    tomorrow: str
    weekday: str
    date: str
    days: tuple[str, ...]
    months: tuple[str, ...]

    def spoken(self, moment: datetime, now: datetime) -> str:
        """A local moment as people say it at `now`: `today at 13:00`, `on Monday at 09:00`, `on 7 January at 09:00`."""
        days = (moment.date() - now.astimezone(moment.tzinfo).date()).days
        at = f"{moment:%H:%M}"
        if days <= 1:
            return (self.tomorrow if days else self.today).format(at=at)
        if days < len(self.days):
            return self.weekday.format(day=self.days[moment.weekday()], at=at)
        return self.date.format(day=moment.day, month=self.months[moment.month - 1], at=at)


@dataclass(frozen=True, slots=True)
class Closed:
    """What is said while nobody is in; `{holiday}` is its name, `{opens_next}` a spoken moment."""

    nobody_in: str
    holiday: str
    named_holiday: str
    back: str
    when_back: str


@dataclass(frozen=True, slots=True)
class Phrases:
    """The built-in sentences of a language.

    `emergency` goes out when even the fallback fails; `clarifying` fills in names from the template, never from the
    customer; `handed_over` says what happens next, `handed_over_closed` while nobody is in, `{then}` being `when_back`.
    """

    emergency: str
    fallbacks: Mapping[Tone, Fallbacks]
    offering: Offering
    clarifying: tuple[str, ...]
    handed_over: Mapping[Action, str]
    handed_over_closed: Mapping[Action, str]
    closed: Closed
    moments: Moments

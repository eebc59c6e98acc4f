"""One message under both sides, and many of them counted. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from understudy.evaluation.domain import Climbed, Effect, Outcome, Recorded, Tally, Truth

DAYS_OF_MONTH = 30.44
"""The mean length of a month in days: 365.25 / 12."""
LEAST_SPAN = timedelta(days=1)
"""A window shorter than this says nothing of a month: it counts as so long."""
NORMAL_95 = 1.96
"""Standard deviations on both sides of the mean that hold 95 % of a normal distribution."""
CERTAIN = frozenset({Truth.GOLDEN, Truth.CONFIRMED, Truth.CORRECTED})
"""Truths that a person vouches for; what the paid rung answered is only likely."""
MOST_LISTED = 500
"""Outcomes of a kind that a report names; beyond that they are only counted."""

Names = Mapping[str, str]
"""Keys that count as another one: of scenarios that are merged or split."""


def compared(recorded: Recorded, before: Climbed, after: Climbed, same_as: Names) -> Outcome:
    """What the candidate does to one message."""
    one, other = _name(before.key, same_as), _name(after.key, same_as)
    was_wrong, is_wrong = is_known_wrong(recorded, before.key, same_as), is_known_wrong(recorded, after.key, same_as)
    return Outcome(
        recorded,
        before,
        after,
        _effect(one, other),
        is_wrong=is_wrong and not was_wrong,
        is_mended=was_wrong and not is_wrong,
    )


def is_known_wrong(recorded: Recorded, key: str | None, same_as: Names) -> bool:
    """Whether a free answer contradicts what is known; no free answer is never wrong, only paid."""
    if key is None:
        return False
    if key in recorded.wrong:
        return True
    if recorded.truth is Truth.UNKNOWN or (recorded.expected is None and recorded.truth not in CERTAIN):
        return False
    return _name(key, same_as) != _name(recorded.expected, same_as)


def _name(key: str | None, same_as: Names) -> str | None:
    return None if key is None else same_as.get(key, key)


def _effect(before: str | None, after: str | None) -> Effect:
    if before == after:
        return Effect.SAME
    if before is None:
        return Effect.CAUGHT
    return Effect.LOST if after is None else Effect.CHANGED


@dataclass(frozen=True, slots=True)
class Counts:
    """What some outcomes come to; those of several parts are added. `squares`: of the savings, in square micro-dollars.

    Golden cases are no traffic: they count for what is wrong and mended only. `golden`: how many there were.
    """

    tally: Tally = field(default_factory=Tally)
    squares: float = 0.0
    golden: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
        one, two = self.tally, other.tally
        tally = Tally(
            messages=one.messages + two.messages,
            newly_caught=one.newly_caught + two.newly_caught,
            changed=one.changed + two.changed,
            newly_wrong=one.newly_wrong + two.newly_wrong,
            mended=one.mended + two.mended,
            lost=one.lost + two.lost,
            still_paid=one.still_paid + two.still_paid,
            saving_micros=one.saving_micros + two.saving_micros,
        )
        return Counts(tally, self.squares + other.squares, self.golden + other.golden)


def counted(outcomes: Iterable[Outcome]) -> Counts:
    """Outcomes in numbers."""
    every = list(outcomes)
    traffic = [one for one in every if one.recorded.truth is not Truth.GOLDEN]
    effects = Counter(one.effect for one in traffic)
    savings = [saving_of(one) for one in traffic if one.effect in (Effect.CAUGHT, Effect.LOST)]
    tally = Tally(
        messages=len(traffic),
        newly_caught=effects[Effect.CAUGHT],
        changed=effects[Effect.CHANGED],
        newly_wrong=sum(one.is_wrong for one in every),
        mended=sum(one.is_mended for one in every),
        lost=effects[Effect.LOST],
        still_paid=sum(one.after.key is None for one in traffic),
        saving_micros=sum(savings),
    )
    return Counts(tally, float(sum(saving**2 for saving in savings)), len(every) - len(traffic))


def saving_of(one: Outcome) -> int:
    """What the candidate saves with one message, in micro-dollars; below zero where it has to be paid for now."""
    if one.effect is Effect.CAUGHT:
        return one.recorded.price_micros
    return -one.recorded.price_micros if one.effect is Effect.LOST else 0


@dataclass(frozen=True, slots=True)
class Saving:
    """Micro-dollars a month, and the interval that they lie in with 95 %."""

    micros: int
    low_micros: int
    high_micros: int


def monthly(counts: Counts, span: timedelta) -> Saving:
    """The saving of a month like the window, which lasted `span`.

    Messages come by themselves, each with its saving: a compound Poisson sum, whose variance is the sum of the squared
    savings, taken as normal. While nothing is lost, the interval does not go below zero.
    """
    scale = DAYS_OF_MONTH * timedelta(days=1) / max(span, LEAST_SPAN)
    micros, spread = counts.tally.saving_micros, NORMAL_95 * math.sqrt(counts.squares)
    low = micros - spread if counts.tally.lost else max(0.0, micros - spread)
    return Saving(round(micros * scale), round(low * scale), round((micros + spread) * scale))


@dataclass(frozen=True, slots=True)
class Window:
    """Which messages were replayed: of so many days up to `now`, down to `oldest_at` (None: there were none).

    `is_cut`: there were more than wanted; `open_since`: since when messages could come.
    """

    days: int
    now: datetime
    open_since: datetime
    oldest_at: datetime | None
    is_cut: bool

    @property
    def span(self) -> timedelta:
        """How long it lasted."""
        begin = self.now - timedelta(days=self.days)
        if self.oldest_at is not None and self.is_cut:
            begin = max(begin, self.oldest_at)
        elif self.oldest_at is not None:
            begin = max(begin, min(self.open_since, self.oldest_at))
        return max(LEAST_SPAN, self.now - begin)


class Listing:
    """The outcomes that a report names: those that changed, and apart those that are wrong, the certain ones first."""

    def __init__(self) -> None:
        self._certain: list[Outcome] = []
        self._likely: list[Outcome] = []
        self._changed: list[Outcome] = []

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Takes up what is worth naming, while there is room."""
        for one in outcomes:
            if one.is_wrong:
                is_certain = one.recorded.truth in CERTAIN or one.after.key in one.recorded.wrong
                _put(self._certain if is_certain else self._likely, one)
            if one.effect is not Effect.SAME:
                _put(self._changed, one)

    @property
    def wrong(self) -> tuple[Outcome, ...]:
        """Answers that are wrong now and were not before."""
        return tuple((self._certain + self._likely)[:MOST_LISTED])

    @property
    def changed(self) -> tuple[Outcome, ...]:
        """Messages that get something else than before."""
        return tuple(self._changed)


def _put(kept: list[Outcome], one: Outcome) -> None:
    if len(kept) < MOST_LISTED:
        kept.append(one)

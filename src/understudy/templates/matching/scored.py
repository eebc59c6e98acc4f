"""What a semantic matcher says of a message, and how the words of several matchers are put together.

Every confidence is calibrated to the same thing: the probability that this label is the right answer to the message,
where picking anything for a message out of scope counts as wrong. Heads that were fitted apart, and small sets
matched by nearest neighbour, are therefore compared directly.
"""

from collections.abc import Sequence
from dataclasses import dataclass

TIE = 0.005  # confidences closer than this are equal: the calibrator's own error is several times as large
AMBIGUOUS_RATIO = 0.5  # the second half as probable as the best: too close to choose without asking
AMBIGUOUS_FLOOR = 0.2  # below this the second is no serious candidate, whatever the ratio


@dataclass(frozen=True, slots=True)
class Candidate:
    """A label and the calibrated probability (0..1) that it is the right one for the message."""

    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The example closest to the message: its row, its label, its cosine (-1..1).

    Rows count the examples that were fitted, then the hints, in the order in which they were given.
    """

    index: int
    label: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Scored:
    """The two best labels for a message; all are None where there is nothing to match against.

    `in_scope` is the probability that any label at all is right, be it the best or not; None where no one can tell.
    """

    best: Candidate | None = None
    second: Candidate | None = None
    nearest: Neighbour | None = None
    in_scope: float | None = None

    @property
    def is_ambiguous(self) -> bool:
        """Whether the best two are too close to choose one without asking."""
        return is_close(self.best, self.second)


@dataclass(frozen=True, slots=True)
class Merged:
    """The best two labels among several matchers, each with the place of its matcher in the order given.

    `in_scope` is the highest that any of them said.
    """

    best: Candidate | None = None
    best_source: int = -1
    second: Candidate | None = None
    second_source: int = -1
    nearest: Neighbour | None = None
    in_scope: float | None = None

    @property
    def is_ambiguous(self) -> bool:
        """Whether the best two are too close to choose one without asking; a tie of two matchers is decided already."""
        if self.best and self.second and self.best_source != self.second_source:
            return is_close(self.best, self.second) and abs(self.best.confidence - self.second.confidence) > TIE
        return is_close(self.best, self.second)


def is_close(best: Candidate | None, second: Candidate | None) -> bool:
    """Whether the second is a serious candidate and nearly as probable as the best."""
    if best is None or second is None or second.confidence < AMBIGUOUS_FLOOR:
        return False
    return second.confidence >= AMBIGUOUS_RATIO * best.confidence


def best_of(scored: Sequence[Scored]) -> Merged:
    """Put the words of several matchers together: the most probable wins, the earlier matcher wins a tie.

    Labels of different matchers are different things, even when spelt alike; so are those of one matcher.
    """
    if len(scored) == 1 and (only := scored[0]).best is not None:
        return Merged(only.best, 0, only.second, 0 if only.second else -1, only.nearest, only.in_scope)
    entries = [
        (candidate, source, place)
        for source, one in enumerate(scored)
        for place, candidate in enumerate((one.best, one.second))
        if candidate is not None
    ]
    if not entries:
        return Merged()
    first = _leader(entries)
    others = [entry for entry in entries if entry is not first]
    second = _leader(others) if others else None
    return Merged(
        best=first[0],
        best_source=first[1],
        second=second[0] if second else None,
        second_source=second[1] if second else -1,
        nearest=scored[first[1]].nearest,
        in_scope=max((one.in_scope for one in scored if one.in_scope is not None), default=None),
    )


_Entry = tuple[Candidate, int, int]


def _leader(entries: Sequence[_Entry]) -> _Entry:
    highest = max(entry[0].confidence for entry in entries)
    tied = [entry for entry in entries if entry[0].confidence >= highest - TIE]
    return min(tied, key=lambda entry: (entry[1], entry[2]))


def graded(labels: Sequence[str], confidence: float) -> list[tuple[str, float]]:
    """Labels, nearest first, with a nearness each: the first one's confidence, and a fraction of it for those after.

    Past the second no confidence was calibrated; the fraction only keeps the order among labels of other matchers.
    """
    return [(label, confidence / (1 + place)) for place, label in enumerate(labels)]

"""How sure a model's answer is: from its own rating and the likelihood of its tokens to a calibrated probability. Pure.

Of the two the lower counts: a model may rate itself too high, and fluent tokens may say something wrong. What that
amounts to as a probability is read from outcomes (was it right?) by Platt's method; until there are enough of them it
is assumed to mean what it says, with a cap.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

ASSUMED_CAP = 0.95
"""No answer is held to be surer than this before outcomes have been counted: assumed, not measured."""
ENOUGH_OUTCOMES = 50
"""Outcomes, ten of each kind among them, from which on they are fitted: below that two parameters are mostly noise."""
ENOUGH_OF_EACH = 10
EDGE = 1e-4
"""Ratings of 0 and 1 have no logit: they are read as this far from the edge."""
STEPS = 50
RIDGE = 1e-3
"""Keeps the fit finite where ratings separate right from wrong completely."""
RATED = "self-rating"
LIKELY = "the lower of self-rating and token likelihood"


@dataclass(frozen=True, slots=True)
class Sureness:
    """Makes a probability of a raw score: 1 / (1 + exp(-(slope * logit + offset))), at most `cap`.

    `outcomes`: how many were fitted; 0: the parameters are assumed.
    """

    slope: float = 1.0
    offset: float = 0.0
    cap: float = ASSUMED_CAP
    outcomes: int = 0

    def of(self, rating: float, likelihood: float | None) -> float:
        """The probability that an answer is right. `likelihood`: the mean probability of its tokens, if known."""
        raw = rating if likelihood is None else min(rating, likelihood)
        if raw <= 0:
            return 0.0
        return min(self.cap, _squashed(self.slope * _logit(raw) + self.offset))

    def method(self, *, has_likelihood: bool) -> str:
        """How the probability was found, in words, for the decision."""
        basis = LIKELY if has_likelihood else RATED
        if self.outcomes:
            return f"{basis}, calibrated on {self.outcomes} outcomes"
        return f"{basis}, uncalibrated: taken as it is, at most {self.cap}, until there are outcomes"


ASSUMED = Sureness()
"""Until outcomes are counted."""


def fitted(raw: Sequence[float], was_right: Sequence[bool]) -> Sureness:
    """The calibration that outcomes ask for; the assumed one while there are too few.

    Nothing calls it yet: whether an answer was right is not recorded anywhere before customers' feedback and operators'
    corrections are. An answer that nobody objected to is no outcome.

    Logistic regression of the outcome on the logit, with Platt's smoothed targets. Source: Platt, Probabilistic Outputs
    for Support Vector Machines, 1999.
    """
    right = sum(was_right)
    wrong = len(was_right) - right
    if len(raw) < ENOUGH_OUTCOMES or min(right, wrong) < ENOUGH_OF_EACH:
        return ASSUMED
    high, low = (right + 1) / (right + 2), 1 / (wrong + 2)
    points = [(_logit(score), high if good else low) for score, good in zip(raw, was_right, strict=True)]
    slope, offset = 1.0, 0.0
    for _ in range(STEPS):
        gradient, curvature = _derivatives(points, slope, offset)
        determinant = curvature[0] * curvature[2] - curvature[1] ** 2
        step_slope = (curvature[2] * gradient[0] - curvature[1] * gradient[1]) / determinant
        step_offset = (curvature[0] * gradient[1] - curvature[1] * gradient[0]) / determinant
        slope, offset = slope - step_slope, offset - step_offset
        if abs(step_slope) + abs(step_offset) < EDGE:
            break
    return Sureness(max(slope, 0.0), offset, 1 - EDGE, len(raw))


def _derivatives(
    points: Sequence[tuple[float, float]], slope: float, offset: float
) -> tuple[tuple[float, float], tuple[float, float, float]]:
    """Gradient and curvature of the loss in slope and offset; the ridge holds the slope near 1."""
    first, second = RIDGE * (slope - 1), RIDGE * offset
    upper, mixed, lower = RIDGE, 0.0, RIDGE
    for logit, target in points:
        chance = _squashed(slope * logit + offset)
        weight = chance * (1 - chance)
        first += (chance - target) * logit
        second += chance - target
        upper += weight * logit * logit
        mixed += weight * logit
        lower += weight
    return (first, second), (upper, mixed, lower)


def _logit(probability: float) -> float:
    bounded = min(max(probability, EDGE), 1 - EDGE)
    return math.log(bounded / (1 - bounded))


def _squashed(logit: float) -> float:
    return 1 / (1 + math.exp(-logit)) if logit >= 0 else math.exp(logit) / (1 + math.exp(logit))

"""How often the answers of an applied change are right: bounds that hold however often they are looked at. Pure.

Robbins' confidence sequence for a probability p, with the Jeffreys prior Beta(1/2, 1/2) as mixture: after r right and w
wrong answers

    E(p) = B(1/2 + r, 1/2 + w) / B(1/2, 1/2) / (p^r (1 - p)^w)

is a martingale of mean 1 where p is the truth, so that by Ville's inequality it ever reaches 1/alpha with probability
alpha at most. All p with E(p) < 1/alpha lie in the interval. Sources: H. Robbins, Annals of Mathematical Statistics 41
(1970), 1397-1409; S. Howard and others, Annals of Statistics 49 (2021), 1055-1080.

A fixed interval (Clopper-Pearson, Jeffreys) that is looked at after each use would in the end demote nearly everything
whose precision lies near the floor.
"""

from __future__ import annotations

from math import lgamma, log

PRIOR = 0.5
"""Both parameters of the Jeffreys prior."""
ALPHA = 0.05
"""Chance, over all time, that a change is demoted although it is right exactly as often as the floor asks."""
STEPS = 50
"""Halvings of the range when a bound is searched: to 1e-15."""


def upper(right: int, wrong: int, alpha: float = ALPHA) -> float:
    """The highest precision that is still believable; 1 while nothing was wrong."""
    if wrong == 0:
        return 1.0
    low, high = right / (right + wrong), 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        if _speaks_against(middle, right, wrong) < -log(alpha):
            low = middle
        else:
            high = middle
    return high


def lower(right: int, wrong: int, alpha: float = ALPHA) -> float:
    """The lowest precision that is still believable; 0 while nothing was right."""
    return 1.0 - upper(wrong, right, alpha) if right else 0.0


def is_below(floor: float, right: int, wrong: int, alpha: float = ALPHA) -> bool:
    """Whether the precision surely lies under the floor: its upper bound does."""
    return upper(right, wrong, alpha) < floor


def _speaks_against(p: float, right: int, wrong: int) -> float:
    """The logarithm of E(p)."""
    if (p >= 1.0 and wrong) or (p <= 0.0 and right):
        return float("inf")
    likelihood = (right * log(p) if right else 0.0) + (wrong * log(1.0 - p) if wrong else 0.0)
    return _log_beta(PRIOR + right, PRIOR + wrong) - _log_beta(PRIOR, PRIOR) - likelihood


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)

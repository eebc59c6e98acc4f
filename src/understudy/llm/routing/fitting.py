"""Fitting a learned router: one logistic line per tier, compared on held-out questions with how they were routed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from understudy.llm.domain import Tier
from understudy.llm.routing.learned import Line, Past, Router

ENOUGH = 500
"""Questions before a router is fitted."""
ENOUGH_OF_EACH = 20
"""Questions that a tier sufficed for, and did not, before its share is told from the features; else it is the mean."""
HELD_OUT = 5
"""Every fifth question is kept apart, and decides whether the fitted router is used."""
STANDARD_ERRORS = 2.0
"""How far a saving on held-out questions has to stand out from chance: about one in forty would by chance."""

Costs = Mapping[Tier, float]
"""What a call of each tier costs on average, micro-dollars."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A router and what beginning where it says would have cost on questions it has not seen, beside what did.

    `doubt_micros`: the standard error of the difference of the two.
    """

    router: Router
    questions: int
    cost_micros: float
    cost_before_micros: float
    doubt_micros: float = 0.0

    @property
    def is_better(self) -> bool:
        """Whether it saves more than chance explains."""
        return self.cost_micros + STANDARD_ERRORS * self.doubt_micros < self.cost_before_micros


def fit(past: Sequence[Past], costs: Costs) -> Fitted | None:
    """A router over past questions; None while there are too few. Costs are compared on every fifth question."""
    if len(past) < ENOUGH or len(costs) < 2:
        return None
    seen = [one for place, one in enumerate(past) if place % HELD_OUT]
    unseen = past[::HELD_OUT]
    tiers = sorted(costs, key=lambda tier: tier.rank)
    router = Router({tier: _line(seen, tier) for tier in tiers}, dict(costs))
    judged = [one for one in unseen if one.suffices(tiers[0]) is not None]
    if not judged:
        return None
    cost = np.array([_cost(one, router.begin(one.features), costs) for one in judged])
    before = np.array([_cost(one, one.began, costs) for one in judged])
    doubt = float(np.std(before - cost) / np.sqrt(len(judged)))
    return Fitted(router, len(past), float(cost.mean()), float(before.mean()), doubt)


def _cost(one: Past, first: Tier, costs: Costs) -> float:
    """What a question would have cost, had it begun at `first`."""
    total = 0.0
    for tier in sorted(costs, key=lambda tier: tier.rank):
        if tier.rank >= first.rank:
            total += costs[tier]
            if one.suffices(tier):
                break
    return total


def _line(past: Sequence[Past], tier: Tier) -> Line:
    known = [(one.features, done) for one in past if (done := one.suffices(tier)) is not None]
    outcomes = np.array([done for _, done in known], dtype=bool)
    features = np.array([values for values, _ in known], dtype=np.float64)
    right, wrong = int(outcomes.sum()), int((~outcomes).sum())
    if min(right, wrong) < ENOUGH_OF_EACH:
        return Line(float(np.log((right + 1) / (wrong + 1))), (0.0,) * len(past[0].features))
    return _fitted(features, outcomes)


def _fitted(features: NDArray[np.float64], outcomes: NDArray[np.bool_]) -> Line:
    """Logistic regression over standardised features, written back to the features as they are."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(features)
    model = LogisticRegression(C=1.0, max_iter=1_000).fit(scaler.transform(features), outcomes)
    weights = model.coef_[0] / scaler.scale_
    return Line(float(model.intercept_[0] - np.dot(weights, scaler.mean_)), tuple(float(weight) for weight in weights))

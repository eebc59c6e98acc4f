"""A router fitted on past questions: which tier would have sufficed, and so where it is cheapest to begin.

Beginning at a tier costs its call, and, where it does not suffice, the calls above it too: the tier with the least
expected cost is asked first. The quality is the cascade's, not the router's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from understudy.llm.domain import Tier


@dataclass(frozen=True, slots=True)
class Past:
    """A question that was routed: its features, where it began and ended, and whether the last answer was sure."""

    features: tuple[float, ...]
    began: Tier
    ended: Tier
    is_sure: bool

    def suffices(self, tier: Tier) -> bool | None:
        """Whether a tier did, or would have done: one above a tier that did is taken to; None: it was not tried."""
        if tier.rank < self.began.rank:
            return None
        if tier.rank < self.ended.rank:
            return False
        return self.is_sure or (None if tier.rank > self.ended.rank else False)


@dataclass(frozen=True, slots=True)
class Line:
    """The log-odds that a tier suffices, be it because one below it would have: bias + weights · features."""

    bias: float
    weights: tuple[float, ...]

    def chance(self, features: Sequence[float]) -> float:
        """The probability that the tier suffices."""
        return float(1 / (1 + np.exp(-np.clip(self.bias + np.dot(self.weights, features), -30, 30))))


@dataclass(frozen=True, slots=True)
class Router:
    """Where to begin. `lines` and `costs` name the same tiers, those that the company has models for."""

    lines: Mapping[Tier, Line]
    costs: Mapping[Tier, float]

    def expected(self, first: Tier, features: Sequence[float]) -> float:
        """What a question costs on average that begins at this tier.

        The chances are cumulative (`Past.suffices`): one that does not suffice is gone beyond, whatever lies below.
        """
        total, chance_to_get_here = 0.0, 1.0
        for tier in sorted(self.lines, key=lambda tier: tier.rank):
            if tier.rank >= first.rank:
                total += chance_to_get_here * self.costs[tier]
                chance_to_get_here = min(chance_to_get_here, 1 - self.lines[tier].chance(features))
        return total

    def begin(self, features: Sequence[float]) -> Tier:
        """The tier to begin with; the cheaper one on a tie."""
        tiers = sorted(self.lines, key=lambda tier: tier.rank)
        return min(tiers, key=lambda tier: self.expected(tier, features))

"""What speaks for a suggestion, in numbers. Pure.

One contact is one witness, however often it said the same: a single person can never bring a suggestion up to the
default bar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from understudy.learning.domain import Evidence

WITNESSES = "witnesses"
"""Where a proposal's details tell of evidence that rests on no tasks, such as corrections or an imported past."""
PRIOR = "prior"
"""Where a suggestion's details keep its confidence from evidence alone, before any backtest."""
AGAINST = "against"
"""Where a proposal's details tell how many contacts meant something else with similar words."""


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Evidence that rests on no tasks: messages, the contacts that wrote them, how sure it is what they meant."""

    sources: int
    confidences: tuple[float, ...]
    cost_micros: int = 0
    channels: tuple[str, ...] = ()

    @property
    def contacts(self) -> int:
        """How many contacts there are: each has one confidence."""
        return len(self.confidences)

    def stored(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "sources": self.sources,
            "confidences": list(self.confidences),
            "cost_micros": self.cost_micros,
            "channels": list(self.channels),
        }


def witnesses_in(details: Mapping[str, Any]) -> Witnesses:
    """Those that a proposal's details tell of; none where they tell of none."""
    told = details.get(WITNESSES)
    if not told:
        return Witnesses(0, ())
    return Witnesses(
        int(told["sources"]), tuple(told["confidences"]), int(told["cost_micros"]), tuple(told["channels"])
    )


def together(tasks: Evidence, others: Witnesses) -> Evidence:
    """Evidence from tasks and from elsewhere."""
    return Evidence(
        sources=tasks.sources + others.sources,
        contacts=tasks.contacts + others.contacts,
        cost_micros=tasks.cost_micros + others.cost_micros,
        channels=tuple(sorted({*tasks.channels, *others.channels})),
    )


def confidence(confidences: Sequence[float], *, against: int = 0) -> float:
    """How sure it is that the suggestion is right, from 0 to 1, before any backtest.

    `confidences`: one for each contact, how sure it is what it meant; `against`: contacts whose similar messages meant
    something else. The product of two things:

    * that the next contact with such a message means the same: n of n + `against` did, by the estimate of Krichevsky
      and Trofimov (1981), (n + 1/2) / (n + against + 1). One contact gives .75, below the default bar of .80;
    * the mean of the confidences, whose doubt shrinks with the root of n as independent errors do.

    Two contacts at .95 come to .80, three at .85 to .80, six at .70 to .82, ten at .60 to .83.
    """
    count = len(confidences)
    if not count:
        return 0.0
    same = (count + 0.5) / (count + against + 1)
    doubt = (1 - sum(confidences) / count) / sqrt(count)
    return round(same * (1 - doubt), 4)


def priority(evidence: Evidence, *, confidence: float, similar_this_month: int) -> float:
    """What comes first: the money that such messages cost in a month so far, as far as the suggestion is right."""
    if not evidence.sources:
        return 0.0
    return round(evidence.cost_micros / evidence.sources * max(similar_this_month, evidence.sources) * confidence, 3)

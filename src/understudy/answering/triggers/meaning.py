"""What a message means, for hand-over: a head over its embedding, fitted on written cases, beside the word lists. Pure.

It finds what the lists have no words for. It says how likely each reason is; above a measured value a person is called.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from understudy.answering.paid import EscalationReason
from understudy.language.domain import Matrix, Vector

NOBODY = "none"
"""The class of messages that need no person."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A softmax over reasons and `NOBODY`. Weights [classes, dimension], offsets [classes].

    `encoder`: key of the model whose embeddings it reads; `above`: the probability from which on a person is called.
    """

    encoder: str
    classes: tuple[str, ...]
    weights: Matrix
    offsets: Vector
    above: float

    @classmethod
    def unpacked(cls, text: str) -> Meaning:
        """The head that a file of JSON holds; raises ValueError or KeyError where it holds none."""
        told = json.loads(text)
        classes = tuple(told["classes"])
        known = {NOBODY, *EscalationReason}
        weights, offsets = np.array(told["weights"], np.float32), np.array(told["offsets"], np.float32)
        if not known.issuperset(classes) or weights.ndim != 2 or not len(classes) == len(weights) == len(offsets):
            raise ValueError("the classes of the head and its weights do not fit")
        return cls(told["encoder"], classes, weights, offsets, float(told["above"]))

    def likely(self, embedding: Vector) -> Mapping[str, float]:
        """Class → probability; they sum to 1."""
        raw = self.weights @ embedding + self.offsets
        risen = np.exp(raw - raw.max())
        return dict(zip(self.classes, (risen / risen.sum()).tolist(), strict=True))

    def reason(self, embedding: Vector, among: Collection[EscalationReason]) -> tuple[EscalationReason, float] | None:
        """The likeliest of the reasons that count, and how likely it is that one of them holds; None if not enough."""
        likely = self.likely(embedding)
        counted = {reason: likely[reason] for reason in among if reason in likely}
        if not counted or (together := sum(counted.values())) < self.above:
            return None
        return max(counted, key=counted.__getitem__), together

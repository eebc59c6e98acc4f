"""From evidence to probability: how likely the best label is the right one.

A logistic model over a handful of features and their squares. The default ones are fitted on sets that ship; a template
with enough examples pulls its own away from the default by what cross-validation saw.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

OUT_OF_SCOPE_SHARE = 0.18  # of all messages, assumed when fitting; the share in the test part of CLINC150 is the same
CLIP = 3.0  # standard deviations beyond which evidence counts no more: squares must not run away on odd messages
PULL = 10.0  # weight of the default, in observations per coefficient; 1 to 30 are equal within noise on validation
LOGIT_END = 30.0  # log-odds beyond which a probability is as good as 0 or 1
NEWTON_STEPS = 50
LONGEST_STEP = 1.0  # of any coefficient: whole Newton steps overshoot where the start is far off
CONVERGED = 1e-8

Floats = NDArray[np.float64]
Source = Literal["default", "own"]


@dataclass(frozen=True, slots=True)
class Calibrator:
    """A logistic model: `weights` over one, the standardised evidence and its squares, in this order.

    `centre` and `scale` [features] standardise; `source` tells whose examples it was fitted on.
    """

    source: Source
    weights: Floats
    centre: Floats
    scale: Floats

    @classmethod
    def blank(cls, features: int) -> "Calibrator":
        """A calibrator that knows nothing: every probability is a half."""
        return cls("default", np.zeros(1 + 2 * features), np.zeros(features), np.ones(features))

    def probability(self, evidence: Floats) -> float:
        """The probability that the best label is right, from one row of evidence [features]."""
        z = np.minimum(np.maximum((evidence - self.centre) / self.scale, -CLIP), CLIP)
        border = len(z) + 1
        logit = self.weights[0] + z @ self.weights[1:border] + (z * z) @ self.weights[border:]
        return 1 / (1 + math.exp(-min(max(logit, -LOGIT_END), LOGIT_END)))

    def probabilities(self, rows: Floats) -> Floats:
        """The same for many rows [n, features]."""
        return _logistic(_design(rows, self.centre, self.scale) @ self.weights)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What cross-validation saw: evidence [n, features], whether the best label was right (0 or 1), weight of each."""

    rows: Floats
    right: Floats
    weight: Floats

    @classmethod
    def of(cls, in_scope: tuple[Floats, Floats], *out_of_scope: tuple[Floats, float]) -> "Outcomes":
        """Outcomes at OUT_OF_SCOPE_SHARE: (rows, right) in scope, and groups (rows, part of the share) out of it."""
        rows, right = in_scope
        groups = [(group, part) for group, part in out_of_scope if len(group)]
        whole = sum(part for _, part in groups)
        odds = len(rows) * OUT_OF_SCOPE_SHARE / (1 - OUT_OF_SCOPE_SHARE)
        weights = [np.full(len(group), odds * part / whole / len(group)) for group, part in groups]
        return cls(
            np.vstack([rows, *(group for group, _ in groups)]),
            np.concatenate([right, *(np.zeros(len(group)) for group, _ in groups)]),
            np.concatenate([np.ones(len(rows)), *weights]),
        )


def fitted(outcomes: Outcomes) -> Calibrator:
    """A calibrator from nothing but outcomes: how the default ones are made."""
    centre, scale = outcomes.rows.mean(0), np.maximum(outcomes.rows.std(0), 1e-6)
    blank = replace(Calibrator.blank(len(centre)), centre=centre, scale=scale)
    return replace(blank, weights=_newton(blank, outcomes))


def adjusted(default: Calibrator, outcomes: Outcomes) -> Calibrator:
    """The default calibrator pulled towards a template's own outcomes; the more of them, the further."""
    return replace(default, source="own", weights=_newton(default, outcomes))


def _newton(start: Calibrator, outcomes: Outcomes) -> Floats:
    """Weighted logistic regression by Newton's method, with a ridge centred on the weights to start from."""
    x = _design(outcomes.rows, start.centre, start.scale)
    weights = start.weights.copy()
    ridge = np.full(len(weights), PULL)
    ridge[0] = 1.0  # the base rate is the template's own
    for _ in range(NEWTON_STEPS):
        p = _logistic(x @ weights)
        gradient = x.T @ (outcomes.weight * (p - outcomes.right)) + ridge * (weights - start.weights)
        curvature = (x * (outcomes.weight * p * (1 - p))[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(curvature, gradient)
        weights = weights - step * min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), CONVERGED))
        if np.abs(step).max() < CONVERGED:
            break
    return weights


def _design(rows: Floats, centre: Floats, scale: Floats) -> Floats:
    z = np.clip((rows - centre) / scale, -CLIP, CLIP)
    return np.hstack([np.ones((len(z), 1)), z, z**2])


def _logistic(values: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(values, -LOGIT_END, LOGIT_END)))

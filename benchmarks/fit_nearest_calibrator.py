"""Fits the default calibrator of nearest examples, for companies' questions and overlays, on training parts only.

    python -m benchmarks.fit_nearest_calibrator [--data FOLDER]

A handful of questions faces all the traffic of its trade: most messages are about the same things and are answered by
none of them. So each made-up set takes few labels of a set, with one to five texts each, and is asked UNCOVERED_SHARE
messages that it does not cover: NEAR_PART of them of the labels left out, the rest of other sets. Prints the error on a
whole set that was left out of the fit, and the figures that stand in `templates/matching/defaults/calibrators.py`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.intent_sets import IntentSet, Part, find_folder, read_sets
from understudy.language.adapters.onnx_encoder import OnnxEncoder
from understudy.language.domain import Matrix
from understudy.templates.matching.calibration import Calibrator, Floats, Outcomes, fitted
from understudy.templates.matching.features import LabelledExamples
from understudy.templates.matching.nearest import NearestExamples

UNCOVERED_SHARE = 0.85
NEAR_PART = 0.85
SIMULATIONS = 600
LABELS = (2, 40)
TEXTS_EACH = (1, 5)
ASKED_EACH = 6
UNCOVERED_ASKED = 120
PER_SET = 9_000
BINS = 15
SEED = 7


@dataclass(frozen=True, slots=True)
class Pool:
    """Messages of one set with their labels and embeddings [n, d]."""

    name: str
    texts: tuple[str, ...]
    labels: np.ndarray
    embeddings: Matrix


def pools(sets: Sequence[IntentSet], encoder: OnnxEncoder, chance: np.random.Generator) -> list[Pool]:
    """The training parts, embedded; long sets are thinned."""
    return [_pool(one.name, one.train, encoder, chance) for one in sets]


def _pool(name: str, part: Part, encoder: OnnxEncoder, chance: np.random.Generator) -> Pool:
    rows = chance.permutation(len(part.texts))[:PER_SET]
    texts = tuple(part.texts[row] for row in rows)
    embeddings = np.vstack([encoder.encode(texts[start : start + 64]) for start in range(0, len(texts), 64)])
    return Pool(name, texts, np.array([part.labels[row] for row in rows]), embeddings)


def simulate(pool: Pool, others: Sequence[Pool], chance: np.random.Generator) -> Outcomes:
    """One made-up set of questions and what it says to covered and uncovered messages."""
    kinds = np.unique(pool.labels)
    count = int(np.exp(chance.uniform(*np.log(LABELS))))
    chosen = chance.permutation(kinds)[: min(count, len(kinds) - 1)]
    known: list[int] = []
    asked: list[int] = []
    for label in chosen:
        rows = chance.permutation(np.flatnonzero(pool.labels == label))
        each = int(chance.integers(TEXTS_EACH[0], TEXTS_EACH[1] + 1))
        known += list(rows[:each])
        asked += list(rows[each : each + ASKED_EACH])
    labels = [str(pool.labels[row]) for row in known]
    examples = LabelledExamples([pool.texts[row] for row in known], labels, pool.embeddings[known])
    nearest = NearestExamples(examples, encoder="fit")
    near = chance.permutation(np.flatnonzero(~np.isin(pool.labels, chosen)))[:UNCOVERED_ASKED]
    other = others[int(chance.integers(len(others)))]
    far = chance.permutation(len(other.texts))[: UNCOVERED_ASKED // 3]
    right = [float(labels[_first(nearest, pool, row)] == pool.labels[row]) for row in asked]
    rows = np.vstack([_rows(nearest, pool, asked), _rows(nearest, pool, near), _rows(nearest, other, far)])
    within = 1.0 - UNCOVERED_SHARE
    weight = [
        np.full(len(asked), within / len(asked)),
        np.full(len(near), UNCOVERED_SHARE * NEAR_PART / len(near)),
        np.full(len(far), UNCOVERED_SHARE * (1 - NEAR_PART) / len(far)),
    ]
    outcome = np.concatenate([right, np.zeros(len(near) + len(far))])
    return Outcomes(rows, outcome, np.concatenate(weight) * 100)


def _first(nearest: NearestExamples, pool: Pool, row: int) -> int:
    return nearest.read(pool.texts[row], pool.embeddings[row]).rows[0]


def _rows(nearest: NearestExamples, pool: Pool, rows: Sequence[int] | np.ndarray) -> Floats:
    return np.array([nearest.read(pool.texts[row], pool.embeddings[row]).evidence.row for row in rows])


def merged(outcomes: Sequence[Outcomes]) -> Outcomes:
    """All outcomes as one."""
    return Outcomes(
        np.vstack([one.rows for one in outcomes]),
        np.concatenate([one.right for one in outcomes]),
        np.concatenate([one.weight for one in outcomes]),
    )


def figures(calibrator: Calibrator, outcomes: Outcomes) -> Iterator[str]:
    """Calibration error, and what a threshold of .80 would answer and how much of it rightly."""
    sure = calibrator.probabilities(outcomes.rows)
    weight = outcomes.weight / outcomes.weight.sum()
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    error = sum(abs((weight * (sure - outcomes.right))[bins == place].sum()) for place in range(BINS))
    yield f"ECE {error:.3f}"
    covered = (weight * outcomes.right).sum()
    for threshold in (0.75, 0.80):
        out = sure >= threshold
        share = weight[out].sum()
        right = (weight * outcomes.right)[out].sum()
        yield f"at {threshold:.2f}: right {right / max(share, 1e-9):.1%}, of what is covered {right / covered:.1%}"


def main() -> None:
    """Fits, prints the errors, then the figures to keep."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data")
    folder = find_folder(arguments.parse_args().data)
    if folder is None:
        raise SystemExit("there is no folder of intent sets: give one with --data")
    chance = np.random.default_rng(SEED)
    known = pools(read_sets(folder), OnnxEncoder.named("minilm-l6-int8"), chance)
    outcomes: list[tuple[str, Outcomes]] = []
    for number in range(SIMULATIONS):
        pool = known[number % len(known)]
        outcomes.append((pool.name, simulate(pool, [one for one in known if one is not pool], chance)))
    for pool in known:
        rest = fitted(merged([one for name, one in outcomes if name != pool.name]))
        left = merged([one for name, one in outcomes if name == pool.name])
        print(f"without {pool.name}, measured on it: {'; '.join(figures(rest, left))}")
    whole = fitted(merged([one for _, one in outcomes]))
    print(f"weights={np.round(whole.weights, 4).tolist()}")
    print(f"centre={np.round(whole.centre, 4).tolist()}")
    print(f"scale={np.round(whole.scale, 4).tolist()}")


if __name__ == "__main__":
    main()

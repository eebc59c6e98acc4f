"""Fits the default calibrator of heads, for templates with too few examples for their own, on training parts only.

    python -m benchmarks.fit_head_calibrator [--data FOLDER]

Every made-up template takes labels and examples of one set; most take few, some many, since the calibrators of large
templates start from the default. It is asked what it has not seen: its own labels, labels of the set that were left
out (NEAR_PART of the out-of-scope share), and other sets. Prints the error of a fit without a set on small templates of
that set, and the figures that stand in `templates/matching/defaults/calibrators.py`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.bench_intents import ENCODER, auroc, calibration_error
from benchmarks.intent_sets import Embedded, IntentSet, Part, find_folder, read_sets
from understudy.language.adapters.onnx_encoder import OnnxEncoder
from understudy.templates.matching import fitting
from understudy.templates.matching.calibration import Floats, Outcomes, fitted
from understudy.templates.matching.defaults.background import BACKGROUND
from understudy.templates.matching.features import EmbeddedTexts, LabelledExamples, scenario_words
from understudy.templates.matching.head import Head

TEMPLATES = 240
SMALL_OF_FIVE = 4  # of five templates so many are small
NEAR_PART = 0.3
ASKED_EACH = 8
ASKED, NEAR, FAR = 150, 60, 60
SEED = 3


@dataclass(frozen=True, slots=True)
class Size:
    """Bounds of a made-up template; labels and examples of each are drawn evenly on a logarithmic scale."""

    labels: tuple[int, int]
    each: tuple[int, int]
    examples: int


SMALL = Size(labels=(2, 30), each=(2, 15), examples=fitting.OWN_FROM - 1)
LARGE = Size(labels=(20, 150), each=(2, 40), examples=2_000)


@dataclass(frozen=True, slots=True)
class Made:
    """What one template said: of which set it was, whether it was small, and its outcomes, for both calibrators."""

    set_name: str
    is_small: bool
    right: Outcomes
    scope: Outcomes


def make(number: int, sets: Sequence[IntentSet], embed: Embedded, chance: np.random.Generator) -> Made:
    """One made-up template, fitted and asked."""
    one = sets[number % len(sets)]
    is_small = number % 5 < SMALL_OF_FIVE
    train, asked, near = draw(one.train, SMALL if is_small else LARGE, chance)
    other = sets[(number + 1 + int(chance.integers(len(sets) - 1))) % len(sets)].train
    far = other.rows(chance.permutation(len(other.texts))[:FAR].tolist())
    head = head_of(train, embed, number)
    right, within = said(head, asked, embed)
    groups = ((said(head, near, embed)[1], NEAR_PART), (said(head, far, embed)[1], 1 - NEAR_PART))
    both = (Outcomes.of((within, target), *groups) for target in (right, np.ones(len(right))))
    return Made(one.name, is_small, *both)


def draw(part: Part, size: Size, chance: np.random.Generator) -> tuple[Part, Part, Part]:
    """Examples of a template, other messages of its labels, and messages of labels that were left out."""
    labels = np.array(part.labels)
    known = np.unique(labels)
    count = min(logarithmic(size.labels, chance), len(known) - 1)
    each = max(1, min(logarithmic(size.each, chance), size.examples // count))
    chosen = chance.permutation(known)[:count]
    train: list[int] = []
    asked: list[int] = []
    for label in chosen:
        rows = chance.permutation(np.flatnonzero(labels == label)).tolist()
        cut = max(1, int(each * chance.uniform(0.6, 1.4)))
        train += rows[:cut]
        asked += rows[cut : cut + ASKED_EACH]
    near = chance.permutation(np.flatnonzero(~np.isin(labels, chosen)))[:NEAR].tolist()
    return part.rows(train), part.rows(chance.permutation(asked).astype(int)[:ASKED].tolist()), part.rows(near)


def logarithmic(bounds: tuple[int, int], chance: np.random.Generator) -> int:
    """A number between the bounds, as likely to double as to halve."""
    return int(np.exp(chance.uniform(*np.log(bounds))))


def head_of(train: Part, embed: Embedded, seed: int) -> Head:
    """A head of the examples as any template gets one, before it is calibrated."""
    names = sorted(set(train.labels))
    words = [scenario_words(name) for name in names]
    material = fitting.TrainingSet(
        LabelledExamples(train.texts, train.labels, embed(train.texts)),
        LabelledExamples(words, names, embed(words)),
        EmbeddedTexts([], embed(BACKGROUND[:1])[:0]),
        EmbeddedTexts(BACKGROUND, embed(BACKGROUND)),
    )
    return fitting.fit(material, encoder=ENCODER, seed=seed, own_from=sys.maxsize)


def said(head: Head, part: Part, embed: Embedded) -> tuple[Floats, Floats]:
    """Whether the best label was right, and the evidence, for each message."""
    readings = [head.read(text, row) for text, row in zip(part.texts, embed(part.texts), strict=True)]
    named = [head.labels[reading.order[0]] for reading in readings]
    right = np.array([float(one == label) for one, label in zip(named, part.labels, strict=True)])
    return right, np.array([reading.evidence.row for reading in readings])


def merged(outcomes: Sequence[Outcomes]) -> Outcomes:
    """All outcomes as one; every template weighs the same."""
    return Outcomes(
        np.vstack([one.rows for one in outcomes]),
        np.concatenate([one.right for one in outcomes]),
        np.concatenate([one.weight * 100 / one.weight.sum() for one in outcomes]),
    )


def errors(made: Sequence[Made]) -> Iterator[str]:
    """For every set: the calibration error on its small templates of a calibrator that was fitted without it."""
    for name in sorted({one.set_name for one in made}):
        calibrator = fitted(merged([one.right for one in made if one.set_name != name]))
        left = merged([one.right for one in made if one.set_name == name and one.is_small])
        sure = calibrator.probabilities(left.rows)
        is_right: NDArray[np.bool_] = left.right > 0
        ranking = auroc(sure[is_right], sure[~is_right])
        yield f"without {name}: ECE {calibration_error(sure, left.right, left.weight):.3f}, AUROC {ranking:.3f}"


def main() -> None:
    """Fits, prints the errors, then the figures to keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="folder of intent sets")
    folder = find_folder(parser.parse_args().data)
    if folder is None:
        raise SystemExit("there is no folder of intent sets: give one with --data")
    sets = read_sets(folder)
    embed = Embedded(OnnxEncoder.named(ENCODER).encode)
    chance = np.random.default_rng(SEED)
    made = [make(number, sets, embed, chance) for number in range(TEMPLATES)]
    print(*errors(made), sep="\n")
    for target, outcomes in (("HEAD", [one.right for one in made]), ("SCOPE", [one.scope for one in made])):
        whole = fitted(merged(outcomes))
        for name, values in (("weights", whole.weights), ("centre", whole.centre), ("scale", whole.scale)):
            print(f"{target} {name}={np.round(values, 4).tolist()}")


if __name__ == "__main__":
    main()

"""How well the semantic head names intents, refuses what is out of scope, and knows how sure it is.

Every set of the folder is measured on its own test part: with ten examples per intent (the mean over ten named seeds)
and with all of them. Sets with out-of-scope messages are measured for refusing them, and for calibration at an
out-of-scope share of 18 %. The peer, semantic-router, gets the same vectors, examples and messages.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.intent_sets import Embedded, IntentSet, Part, find_folder, read_sets
from benchmarks.outcome import Figure, Outcome, finish, options
from benchmarks.peers.venv import Asked, peer
from understudy.language.adapters.onnx_encoder import OnnxEncoder
from understudy.templates.matching.calibration import OUT_OF_SCOPE_SHARE
from understudy.templates.matching.defaults.background import BACKGROUND
from understudy.templates.matching.features import EmbeddedTexts, LabelledExamples, scenario_words
from understudy.templates.matching.fitting import TrainingSet, fit
from understudy.templates.matching.head import Head

ENCODER = "minilm-l6-int8"
SHOTS = 10
SEEDS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
KEPT = 0.93  # share of in-scope messages that must be kept where refusing is measured
BINS = 15
TARGETS = {
    "banking77_10shot": "≥ 86, aim 88",
    "banking77_full": "≥ 94.0, aim 94.5",
    "clinc_in_scope": "≥ 96, aim 96.5",
    "clinc_oos_auroc": "≥ 0.98",
    "clinc_oos_refused": "≥ 90",
    "clinc_in_scope_kept": "≥ 93",
    "ece": "≤ 0.03",
}
NAMES = {"clinc150": "clinc"}  # how figures call a set, where not by its folder

Said = list[tuple[str | None, float, float]]
"""For each message: the label, the confidence that it is right, and that the message is in scope."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides that answer: ours by fitting a head, the peer's by its process, None when it is left out."""

    embed: Embedded
    other: Asked | None

    def ours(self, train: Part, messages: Sequence[str], outside: Sequence[str] = (), *, told: bool = True) -> Said:
        """What a head fitted on the examples says. `told`: whether it hears of anything out of scope at all."""
        head = self.head(train, outside, told=told)
        scored = head.scores_many(messages, self.embed(messages))
        return [
            (one.best.label, one.best.confidence, one.in_scope or 0.0) if one.best else (None, 0.0, 0.0)
            for one in scored
        ]

    def head(self, train: Part, outside: Sequence[str], *, told: bool) -> Head:
        """A head as a template version gets one."""
        names = sorted(set(train.labels))
        words = [scenario_words(name) for name in names]
        background = BACKGROUND if told else ()
        return fit(
            TrainingSet(
                LabelledExamples(train.texts, train.labels, self.embed(train.texts)),
                LabelledExamples(words, names, self.embed(words)),
                self._embedded(outside),
                self._embedded(background),
            ),
            encoder=ENCODER,
        )

    def theirs(self, train: Part, messages: Sequence[str], held_out: Part | None = None) -> Said:
        """What the peer says, calibrated on `held_out`, whose out-of-scope messages have an empty label."""
        if self.other is None:
            return []
        routes: dict[str, list[str]] = {}
        for text, label in zip(train.texts, train.labels, strict=True):
            routes.setdefault(label, []).append(text)
        asked: dict[str, object] = {"routes": routes, "messages": list(messages)}
        if held_out:
            asked["held_out"] = {"texts": held_out.texts, "labels": [label or None for label in held_out.labels]}
        return [(name, confidence, confidence) for name, confidence in self.other.ask(asked)]

    def _embedded(self, texts: Sequence[str]) -> EmbeddedTexts:
        dimensions = self.embed(["-"]).shape[1]
        return EmbeddedTexts(texts, self.embed(texts) if texts else np.zeros((0, dimensions), np.float32))


def few_shot(one: IntentSet, sides: Sides, seeds: Sequence[int]) -> Iterator[Figure]:
    """Accuracy with ten examples per intent: mean and spread over the seeds."""
    ours, theirs = [], []
    for seed in seeds:
        train = one.train.shots(SHOTS, seed)
        ours.append(accuracy(sides.ours(train, one.test.texts), one.test))
        theirs.append(accuracy(sides.theirs(train, one.test.texts), one.test))
    name = f"{called(one)}_{SHOTS}shot"
    words = f"{one.name}, {SHOTS} examples per intent, mean of {len(seeds)} seeds, %"
    yield figure(name, statistics.mean(ours), words, statistics.mean(theirs) if sides.other else None)
    yield figure(f"{name}_sd", statistics.pstdev(ours), f"{one.name}, {SHOTS} examples: standard deviation")


def full(one: IntentSet, sides: Sides) -> Iterator[Figure]:
    """Accuracy with all examples."""
    theirs = accuracy(sides.theirs(one.train, one.test.texts), one.test) if sides.other else None
    ours = accuracy(sides.ours(one.train, one.test.texts), one.test)
    yield figure(f"{called(one)}_full", ours, f"{one.name}, all examples, %", theirs)


def scope(one: IntentSet, sides: Sides) -> Iterator[Figure]:
    """Accuracy in scope, refusing what is out of it, and calibration, for a set that has out-of-scope messages."""
    messages = (*one.test.texts, *one.outside_test.texts)
    held_out = Part(
        one.validation.texts + one.outside_validation.texts,
        one.validation.labels + ("",) * len(one.outside_validation.texts),
    )
    answers = {"ours": sides.ours(one.train, messages, one.outside_train.texts)}
    if sides.other:
        answers["theirs"] = sides.theirs(one.train, messages, held_out)
    read = {side: scope_figures(said, one) for side, said in answers.items()}
    read["untold"] = scope_figures(sides.ours(one.train, messages, told=False), one)
    prefix = called(one)
    for name, words in SCOPE_WORDS.items():
        key = name if name == "ece" and prefix == "clinc" else f"{prefix}_{name}"
        peers = read["theirs"][name] if sides.other else None
        yield figure(key, read["ours"][name], f"{one.name}: {words}", peers)
    for name in ("oos_auroc", "oos_refused"):
        words = f"{one.name}: {SCOPE_WORDS[name]}, without having seen any"
        yield figure(f"{prefix}_{name}_untold", read["untold"][name], words)


SCOPE_WORDS = {
    "in_scope": "all examples, accuracy in scope, %",
    "oos_auroc": "AUROC, in scope against out of it",
    "oos_auroc_of_confidence": "the same, by the confidence in the label",
    "oos_refused": f"out of scope refused where {KEPT:.0%} of in-scope is kept, %",
    "in_scope_kept": "in scope kept there, %",
    "ece": f"expected calibration error, {BINS} bins, {OUT_OF_SCOPE_SHARE:.0%} out of scope",
}


def scope_figures(said: Said, one: IntentSet) -> Mapping[str, float]:
    """The figures of `SCOPE_WORDS` from what was said to the test part and then to the out-of-scope test part."""
    count = len(one.test.texts)
    sure = np.array([confidence for _, confidence, _ in said])
    scopes = np.array([in_scope for _, _, in_scope in said])
    within, without = scopes[:count], scopes[count:]
    threshold = np.quantile(within, 1 - KEPT)
    right = np.array([said[row][0] == truth for row, truth in enumerate(one.test.labels)], float)
    outcome = np.concatenate([right, np.zeros(len(without))])
    weight = np.full(len(without), count * OUT_OF_SCOPE_SHARE / (1 - OUT_OF_SCOPE_SHARE) / len(without))
    return {
        "in_scope": 100 * float(right.mean()),
        "oos_auroc": auroc(within, without),
        "oos_auroc_of_confidence": auroc(sure[:count], sure[count:]),
        "oos_refused": 100 * float((without < threshold).mean()),
        "in_scope_kept": 100 * float((within >= threshold).mean()),
        "ece": calibration_error(sure, outcome, np.concatenate([np.ones(count), weight])),
    }


def accuracy(said: Said, truth: Part) -> float:
    """Share of right labels in percent."""
    right = [label == wanted for (label, _, _), wanted in zip(said, truth.labels, strict=False)]
    return 100 * statistics.mean(right) if right else 0.0


def auroc(positive: Floats, negative: Floats) -> float:
    """The probability that a positive scores above a negative, ties counted half (Mann-Whitney)."""
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, "left") + np.searchsorted(ordered, positive, "right")
    return float(below.mean() / 2 / len(negative))


def calibration_error(sure: Floats, right: Floats, weight: Floats) -> float:
    """Expected calibration error over bins of equal width (Guo et al. 2017), each message with its weight."""
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(float((weight * (sure - right))[bins == place].sum())) for place in range(BINS)]
    return sum(gaps) / float(weight.sum())


def called(one: IntentSet) -> str:
    """How figures call a set."""
    return NAMES.get(one.name, one.name)


def figure(name: str, value: float, words: str, theirs: float | None = None) -> Figure:
    """A figure with its target, if there is one."""
    return Figure(name, value, words, TARGETS.get(name, ""), theirs)


@contextmanager
def both(embed: Embedded, sets: Sequence[IntentSet], *, alone: bool) -> Iterator[Sides]:
    """Both sides, ready to be asked about the sets."""
    for one in sets:
        for part in (one.train, one.test, one.validation, one.outside_validation, one.outside_test):
            embed(part.texts)
    if alone:
        yield Sides(embed, None)
        return
    with tempfile.TemporaryDirectory() as folder, peer("semantic-router", "semantic_router_labels.py") as other:
        vectors = Path(folder) / "vectors.npz"
        embed.save(vectors)
        other.ask({"vectors": str(vectors)})
        yield Sides(embed, other)


def measured(sets: Sequence[IntentSet], sides: Sides, seeds: Sequence[int]) -> Iterator[Figure]:
    """All figures of all sets."""
    for one in sets:
        if one.outside_test.texts:
            yield from scope(one, sides)
        else:
            yield from few_shot(one, sides, seeds)
            yield from full(one, sides)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and reports."""
    parser: argparse.ArgumentParser = options(__doc__)
    parser.add_argument("--alone", action="store_true", help="without the peer")
    given = parser.parse_args(arguments)
    folder = find_folder(given.data)
    if folder is None:
        print("skipped: no folder of intent sets; give one with --data or $UNDERSTUDY_BENCHMARK_DATA", file=sys.stderr)
        return 0
    sets = read_sets(folder)
    if not sets:
        print(f"skipped: {folder} holds no intent sets (see the head of benchmarks/intent_sets.py)", file=sys.stderr)
        return 0
    embed = Embedded(OnnxEncoder.named(ENCODER).encode)
    with both(embed, sets, alone=given.alone) as sides:
        figures = tuple(measured(sets, sides, SEEDS[:1] if given.quick else SEEDS))
    texts = f"test parts of {', '.join(one.name for one in sets)}; encoder {ENCODER}"
    finish(Outcome("intents", "Naming intents and refusing what is out of scope", figures, texts), given)
    return 0


if __name__ == "__main__":
    sys.exit(main())

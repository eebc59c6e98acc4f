"""Fits the head that reads hand-overs by meaning, on development cases and training messages of public sets.

    python -m benchmarks.fit_handover [--data FOLDER] [--check]

Public messages, of intents that templates answer, are the ordinary traffic that must not be handed over; a few intents
are hand-overs themselves (`handover_cases.MATTER_OF`). One part of each set is learnt from, another one, drawn with the
same seed, decides; `bench_handover` counts on a third. Prints, by ten-fold cross-validation over the development cases
in English, what each value of `above` would do together with the word lists, and takes the lowest that keeps precision
and ordinary traffic within `PRECISION` and `FALSE_SHARE`. The word lists were mended on the same cases, so that what is
printed for both together is too good; the held-out cases tell.

Writes `answering/triggers/content/meaning.json`; `--check` writes nothing.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from benchmarks.handover_cases import DEV, MATTER_OF, NONE, Case, needs_person, read_cases
from benchmarks.handover_reading import counted, word_reason
from benchmarks.intent_sets import Embedded, IntentSet, Part, find_folder, read_sets
from understudy.answering.paid import EscalationReason
from understudy.answering.triggers.meaning import NOBODY, Meaning
from understudy.language.adapters.onnx_encoder import OnnxEncoder

ENCODER = "minilm-l6-int8"
OUT = Path(__file__).parent.parent / "src/understudy/answering/triggers/content/meaning.json"
SEED = 7
LEARNT, COUNTED = 4_000, 1_000
"""Messages of each public set that are learnt from, and that decide how likely is likely enough."""
ORDINARY_WEIGHT, ASKING_WEIGHT = 0.2, 0.1
"""What a public message weighs beside a written case. Cross-validation could not tell .1 from .3 for ordinary ones at
the same share of false alarms, and liked 1 less; this lies between."""
INVERSE_PENALTY = 10.0
FOLDS = 10
PRECISION, FALSE_SHARE = 0.95, 0.01
"""At least so many of those handed over need it; fewer ordinary messages of each support desk are handed over."""
DESKS = ("banking77", "bitext")
"""Sets that were written to support desks; CLINC150, to an assistant about everything, is learnt from and told only."""
VALUES = np.round(np.arange(0.30, 0.90, 0.05), 2)
DIGITS = 3

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Learnt:
    """Rows to learn from: embeddings [n, d], classes and weights."""

    rows: NDArray[np.float32]
    classes: NDArray[np.str_]
    weights: Floats

    def with_cases(self, embeddings: NDArray[np.float32], cases: Sequence[Case]) -> Learnt:
        """These and the cases, which weigh 1 each."""
        classes = [class_of(case) for case in cases]
        return Learnt(
            np.vstack([self.rows, embeddings]),
            np.concatenate([self.classes, classes]),
            np.concatenate([self.weights, np.ones(len(cases))]),
        )


def class_of(case: Case) -> str:
    """What a head can see: that attempts failed, only a count can tell."""
    return NOBODY if case.matter in {NONE, EscalationReason.FAILED_ATTEMPTS} else case.matter


def parts_of(one: IntentSet) -> tuple[Part, Part, Part]:
    """What is learnt from, what decides, and what nothing was fitted on, of a set's training part."""
    order = np.random.default_rng(SEED).permutation(len(one.train.texts)).tolist()
    cuts = (order[:LEARNT], order[LEARNT : LEARNT + COUNTED], order[LEARNT + COUNTED :])
    return one.train.rows(cuts[0]), one.train.rows(cuts[1]), one.train.rows(cuts[2])


def public(sets: Sequence[IntentSet], embed: Embedded) -> Learnt:
    """The public messages that are learnt from; those that the lists take for hand-overs are left out."""
    texts, classes = [], []
    for one in sets:
        part = parts_of(one)[0]
        for text, intent in zip(part.texts, part.labels, strict=True):
            matter = MATTER_OF.get(one.name, {}).get(intent, NOBODY)
            if needs_person(one.name, intent) is None or (matter == NOBODY and word_reason(text) != NONE):
                continue
            texts.append(text)
            classes.append(str(matter))
    weights = np.where(np.array(classes) == NOBODY, ORDINARY_WEIGHT, ASKING_WEIGHT)
    return Learnt(embed(texts), np.array(classes), weights)


def fit(learnt: Learnt) -> LogisticRegression:
    """A softmax regression."""
    found = LogisticRegression(C=INVERSE_PENALTY, max_iter=300, random_state=SEED)
    return found.fit(learnt.rows, learnt.classes, sample_weight=learnt.weights)


def head_of(fitted: LogisticRegression, encoder: str, above: float) -> Meaning:
    """The head as it is shipped: rounded."""
    weights = np.round(fitted.coef_, DIGITS).astype(np.float32)
    offsets = np.round(fitted.intercept_, DIGITS).astype(np.float32)
    return Meaning(encoder, tuple(map(str, fitted.classes_)), weights, offsets, above)


def together(head: Meaning, text: str, embedding: NDArray[np.float32]) -> float:
    """How likely one of the reasons that count holds."""
    likely = head.likely(embedding)
    return sum(likely.get(reason, 0.0) for reason in counted(text))


def cross_validated(cases: Sequence[Case], rows: NDArray[np.float32], base: Learnt, encoder: str) -> Floats:
    """How likely each case needs a person, said by a head that was fitted without it."""
    chances = np.zeros(len(cases))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for train, test in folds.split(rows, [class_of(case) for case in cases]):
        head = head_of(fit(base.with_cases(rows[train], [cases[place] for place in train])), encoder, 1.0)
        chances[test] = [together(head, cases[place].text, rows[place]) for place in test]
    return chances


def ordinary(sets: Sequence[IntentSet], embed: Embedded, head: Meaning) -> dict[str, Floats]:
    """For each set: how likely its ordinary messages, which were only counted, are a person's; 1 where words say so."""
    found = {}
    for one in sets:
        part = parts_of(one)[1]
        labels = zip(part.texts, part.labels, strict=True)
        texts = [text for text, intent in labels if needs_person(one.name, intent) is False]
        by_word = [float(word_reason(text) != NONE) for text in texts]
        meant = [together(head, text, row) for text, row in zip(texts, embed(texts), strict=True)]
        found[one.name] = np.maximum(by_word, meant)
    return found


def chosen(cases: Sequence[Case], chances: Floats, said: dict[str, Floats]) -> float:
    """The lowest value that keeps within the bounds; prints what each would do."""
    by_word = np.array([word_reason(case.text, case.before, case.failed) != NONE for case in cases])
    need = np.array([case.spec != NONE for case in cases])
    within = []
    for value in VALUES:
        called = by_word | (chances >= value)
        shares = {name: float((one >= value).mean()) for name, one in said.items()}
        precision = need[called].mean()
        told = ", ".join(f"{name} {100 * share:.1f} %" for name, share in shares.items())
        print(
            f"{value:.2f}: right {100 * (called == need).mean():.1f} %, recall {100 * called[need].mean():.1f} %, "
            f"precision {100 * precision:.1f} %; of ordinary messages: {told}"
        )
        if precision >= PRECISION and max(shares[name] for name in DESKS if name in shares) < FALSE_SHARE:
            within.append(float(value))
    return min(within, default=float(VALUES[-1]))


def main() -> None:
    """Fits, prints and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="folder of intent sets")
    parser.add_argument("--check", action="store_true", help="write nothing")
    given = parser.parse_args()
    folder = find_folder(given.data)
    if folder is None:
        raise SystemExit("there is no folder of intent sets: give one with --data")
    sets, encoder = [one for one in read_sets(folder) if one.name in MATTER_OF], OnnxEncoder.named(ENCODER)
    embed = Embedded(encoder.encode)
    cases = [case for case in read_cases() if case.split in DEV and case.language == "en"]
    rows, base = embed([case.text for case in cases]), public(sets, embed)
    chances = cross_validated(cases, rows, base, encoder.model.key)
    whole = fit(base.with_cases(rows, cases))
    above = chosen(cases, chances, ordinary(sets, embed, head_of(whole, encoder.model.key, 1.0)))
    head = head_of(whole, encoder.model.key, above)
    print(f"above {above}; {len(cases)} cases, {len(base.rows)} public messages")
    if not given.check:
        OUT.write_text(packed(head, len(cases), len(base.rows)), encoding="utf-8")


def packed(head: Meaning, cases: int, messages: int) -> str:
    """The head as JSON, one class a line."""
    made = f"benchmarks/fit_handover.py, seed {SEED}: {cases} written cases, {messages} public training messages"
    rows = ",\n".join(json.dumps([round(float(one), DIGITS) for one in row]) for row in head.weights)
    offsets = json.dumps([round(float(one), DIGITS) for one in head.offsets])
    about = {"made_by": made, "encoder": head.encoder, "above": head.above, "classes": list(head.classes)}
    return f'{json.dumps(about)[:-1]},\n"offsets": {offsets},\n"weights": [\n{rows}\n]}}\n'


if __name__ == "__main__":
    main()

"""How often what is free sees rightly whether a person is needed, on a written, labelled set, and on ordinary traffic.

Only what comes before a model is measured, the word lists and counts, and in English the head over the embedding: what
they miss, a model still can say (with a typed field), so that the share below is the floor of the product's, not the
product's. A case is right when a person is called exactly where its label says so; the share with the very same reason
is printed beside. Ordinary traffic are training messages of intents that templates answer, of which nothing was fitted
on; without a folder of intent sets it is left out.

Each case has two labels: `spec` by the rules for handing over, `sense` by what a sensible colleague would do. Both were
written by the author of the lists, one after the other, so that their agreement says little, and the cases are not the
words of real customers. Lists and head were made on the development parts. The two held-out parts were each written
before anything was first measured on them, and nothing was mended on them.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.fit_handover import DESKS, ENCODER, parts_of
from benchmarks.handover_cases import CASES, DEV, HELD_OUT, NONE, Case, needs_person, read_cases
from benchmarks.handover_reading import SETTINGS, heard, reason_of
from benchmarks.intent_sets import find_folder, read_sets
from benchmarks.outcome import Figure, Outcome, finish, options
from understudy.answering.paid import EscalationReason
from understudy.answering.triggers.meaning import Meaning
from understudy.answering.triggers.reading import Heard, spotted
from understudy.language.adapters.onnx_encoder import OnnxEncoder
from understudy.wiring.rung import shipped_meaning

LEFT_TO_THE_MODEL = frozenset((EscalationReason.SYSTEM_ACCESS.value,))
"""Reasons that nothing free gives away: whether a system can be reached, only what knows the systems can tell."""
ORDINARY = {"banking77": 1_000, "bitext": 500}
"""Messages of each set that are read as ordinary traffic."""
PASSES = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """A case and the reason that was given, by all that is free and by words and counts alone."""

    case: Case
    reason: str
    by_words: str

    def is_right(self, label: str) -> bool:
        """Whether a person was called exactly where the label calls for one."""
        return (self.reason == NONE) == (label == NONE)


def messages_of(cases: Sequence[Case], encoder: OnnxEncoder) -> list[Heard]:
    """The cases as the paid rung hears them: embedded where the encoder knows the language."""
    rows = encoder.encode([case.text for case in cases])
    return [
        heard(
            case.text,
            language=case.language,
            before=case.before,
            failed=case.failed,
            row=row if encoder.model.knows(case.language) else None,
        )
        for case, row in zip(cases, rows, strict=True)
    ]


def seen_in(cases: Sequence[Case], messages: Sequence[Heard], meaning: Meaning | None) -> list[Seen]:
    """What is said of each case."""
    return [
        Seen(case, reason_of(message, meaning), reason_of(message, None))
        for case, message in zip(cases, messages, strict=True)
    ]


def share(found: Sequence[bool]) -> float:
    """How many of them hold, in per cent."""
    return 100 * sum(found) / len(found) if found else 0.0


def figures_of(seen: Sequence[Seen], split: str) -> tuple[Figure, ...]:
    """The figures of one held-out part; of the first one, names are without a number."""
    held, mark = [one for one in seen if one.case.split == split], split.removeprefix(HELD_OUT[0]).replace("-", "_")
    called = [one for one in held if one.reason != NONE]
    needed = [one for one in held if one.case.spec != NONE]
    reachable = [one for one in held if one.case.spec not in LEFT_TO_THE_MODEL]
    english = [one for one in held if one.case.language == "en"]
    words = [replace(one, reason=one.by_words) for one in held]
    told = (
        ("accuracy", share([one.is_right(one.case.spec) for one in held]), "right, %", "> 90"),
        ("accuracy_words", share([one.is_right(one.case.spec) for one in words]), "words and counts alone, %", ""),
        ("accuracy_english", share([one.is_right(one.case.spec) for one in english]), "right, English only, %", ""),
        ("accuracy_sense", share([one.is_right(one.case.sense) for one in held]), "right by the other label, %", ""),
        (
            "accuracy_reachable",
            share([one.is_right(one.case.spec) for one in reachable]),
            "without system access, %",
            "",
        ),
        ("same_reason", share([one.reason == one.case.spec for one in held]), "with the very reason, %", ""),
        ("precision", share([one.case.spec != NONE for one in called]), "of those handed over, needed it, %", "≥ 95"),
        ("recall", share([one.reason != NONE for one in needed]), "of those that needed it, handed over, %", ""),
        ("cases", len(held), "cases", ""),
    )
    return tuple(Figure(f"{name}{mark}", value, f"{split}: {words}", target) for name, value, words, target in told)


def ordinary_figures(folder_given: str | None, encoder: OnnxEncoder, meaning: Meaning | None) -> tuple[Figure, ...]:
    """How much ordinary traffic is handed over, with the head and without."""
    folder = find_folder(folder_given)
    found = []
    for one in read_sets(folder) if folder else ():
        if one.name not in DESKS:
            continue
        part = parts_of(one)[2]
        labels = zip(part.texts, part.labels, strict=True)
        texts = [text for text, intent in labels if needs_person(one.name, intent) is False][: ORDINARY[one.name]]
        messages = [heard(text, row=row) for text, row in zip(texts, encoder.encode(texts), strict=True)]
        for name, head in (("words", None), ("all", meaning)):
            called = share([reason_of(message, head) != NONE for message in messages])
            words = f"of {len(texts)} ordinary messages of {one.name}, handed over by {name}, %"
            found.append(Figure(f"ordinary_{one.name}_{name}", called, words, "< 1" if name == "all" else ""))
    return tuple(found)


def micros_each(messages: Sequence[Heard], meaning: Meaning | None) -> float:
    """Microseconds a message takes, the best of a few passes; its embedding is there already."""
    passes = []
    for _ in range(PASSES):
        begun = time.perf_counter()
        for message in messages:
            spotted(message, SETTINGS, meaning)
        passes.append((time.perf_counter() - begun) * 1e6 / len(messages))
    return float(np.min(passes))


def outcome_of(folder: str | None, *, is_quick: bool) -> Outcome:
    """All figures; a quick run reads only every tenth development case and no ordinary traffic."""
    encoder = OnnxEncoder.named(ENCODER)
    meaning = shipped_meaning(encoder.model.key)
    cases = [
        case for place, case in enumerate(read_cases()) if case.split in HELD_OUT or not is_quick or place % 10 == 0
    ]
    messages = messages_of(cases, encoder)
    seen = seen_in(cases, messages, meaning)
    dev = [one for one in seen if one.case.split in DEV]
    figures = (
        *(figure for split in HELD_OUT for figure in figures_of(seen, split)),
        Figure("accuracy_dev", share([one.is_right(one.case.spec) for one in dev]), "development cases, right, %"),
        Figure("agreement", share([one.case.spec == one.case.sense for one in seen]), "the two labels agree, %"),
        *(() if is_quick else ordinary_figures(folder, encoder, meaning)),
        Figure("mean_us", micros_each(messages, meaning), "to read one message for all of it, µs", "≤ 500"),
    )
    languages = ", ".join(f"{name} {count}" for name, count in Counter(one.case.language for one in seen).items())
    notes = (
        "What is free alone, no model: what it misses, the model's typed field may still say.",
        "Labels, lists and cases were written by one hand, the texts are no real customers'.",
        f"Languages: {languages}.",
    )
    return Outcome("handover", "Handing over: what is free", figures, f"{CASES.name}, written for this", {}, notes)


def main() -> None:
    """Reads the cases and reports."""
    given = options(__doc__).parse_args()
    finish(outcome_of(given.data, is_quick=given.quick), given)


if __name__ == "__main__":
    main()

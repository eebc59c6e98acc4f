"""Personal data found in 240 marked sentences of six languages, and the time it takes. The held-out half decides.

make bench-masking
make bench-masking ARGS='--file FILE'   a file in the format of presidio-research, beside the sample
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.masking_sample import FOREIGN_KINDS, LANGUAGES, Marked, foreign, halves, shipped
from benchmarks.masking_scores import misses, score
from benchmarks.measuring import Repeated, percentile
from benchmarks.outcome import Figure, Outcome, finish, options
from understudy.language.masking.masking import Masker

PASSES = 7
NOTES = (
    "Sample and rules have the same author: figures on other texts are lower. Names count where the caller gives them.",
    "Other file: half of the rows of presidio_synth_even_rows.json were looked at while the rules were written.",
)


def figures_of(held: Sequence[Marked]) -> list[Figure]:
    """Recall and precision over the held-out half, and recall by language."""
    whole = score(held)
    found = [
        Figure("recall", 100 * whole.recall, "personal data that was masked, %", "≥ 95"),
        Figure("precision", 100 * whole.precision, "of what was masked, what is personal, %", "≥ 95"),
        Figure("marked", whole.marked, "marked in the held-out half"),
    ]
    for language in LANGUAGES:
        part = score([one for one in held if one.language == language])
        found.append(Figure(f"recall_{language}", 100 * part.recall, f"recall, {language}, %"))
    return found


def foreign_figures(sentences: Sequence[Marked]) -> list[Figure]:
    """The same over a file of another author, by kind."""
    found = [Figure("foreign_precision", 100 * score(sentences).precision, "other file: precision, %")]
    for kind in dict.fromkeys(FOREIGN_KINDS.values()):
        marked = [replace(one, spans=tuple(span for span in one.spans if span[0] == kind)) for one in sentences]
        part = score(marked)
        if part.marked:
            found.append(
                Figure(f"foreign_{kind}", 100 * part.recall, f"other file: {kind}, {part.marked} marked: recall, %")
            )
    return found


def times_us(sentences: Sequence[Marked]) -> list[float]:
    """how long each sentence takes with a fresh masker, in microseconds."""
    taken = []
    for sentence in sentences:
        started = time.thread_time()
        Masker(known=sentence.names or ("Ann Lee",)).mask(sentence.text)
        taken.append((time.thread_time() - started) * 1e6)
    return taken


def main() -> None:
    """Measures and reports."""
    parser = options(__doc__)
    parser.add_argument("--file", type=Path, help="a further file, in the format of presidio-research")
    parser.add_argument("--misses", action="store_true", help="print what is missed in the half for tuning")
    given = parser.parse_args()
    tuning, held = halves(shipped())
    if given.misses:
        print("\n".join(misses(tuning)))
    times_us(held)
    passes = [times_us(held) for _ in range(1 if given.quick else PASSES)]
    means = Repeated.of([sum(one) / len(one) for one in passes])
    found = [
        *figures_of(held),
        Figure("mean_us", means.median, "processor time of one message, µs: mean", "≤ 1000"),
        Figure("p99_us", Repeated.of([percentile(one, 0.99) for one in passes]).median, "the same: p99", ""),
    ]
    if given.file:
        found += foreign_figures(foreign(given.file))
    outcome = Outcome(
        name="masking",
        title="Masking of personal data",
        figures=tuple(found),
        texts=f"{len(held)} held-out sentences in {len(LANGUAGES)} languages, {len(tuning)} for tuning"
        + (f"; other file: {given.file.name}" if given.file else ""),
        noise={"mean_us": means.noise},
        notes=NOTES,
    )
    finish(outcome, given)


if __name__ == "__main__":
    main()

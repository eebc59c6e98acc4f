"""How much personal data was found, and how much of what was found is any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from benchmarks.masking_sample import Marked
from understudy.language.masking.domain import Span
from understudy.language.masking.masking import find

COVERED = 0.9
"""Share of the characters of a datum that must be masked for it to count as found."""


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over a set of sentences. `wrong`: finds that touch nothing personal."""

    marked: int
    found: int
    finds: int
    wrong: int

    @property
    def recall(self) -> float:
        """Share of the personal data that was masked, whatever it was taken for."""
        return self.found / self.marked if self.marked else 1.0

    @property
    def precision(self) -> float:
        """Share of what was masked that is personal."""
        return 1 - self.wrong / self.finds if self.finds else 1.0


def score(sentences: Iterable[Marked]) -> Score:
    """Masks each sentence and counts."""
    totals: Counter[str] = Counter()
    for sentence in sentences:
        finds = find(sentence.text, known=sentence.names)
        totals["marked"] += len(sentence.spans)
        totals["found"] += sum(_is_covered(start, end, finds) for _, start, end in sentence.spans)
        totals["finds"] += len(finds)
        totals["wrong"] += sum(not _touches(one, sentence) for one in finds)
    return Score(totals["marked"], totals["found"], totals["finds"], totals["wrong"])


def misses(sentences: Iterable[Marked]) -> Iterator[str]:
    """What was missed and what was masked by mistake, as lines to read."""
    for sentence in sentences:
        finds = find(sentence.text, known=sentence.names)
        for kind, start, end in sentence.spans:
            if not _is_covered(start, end, finds):
                yield f"missed {kind}: {sentence.text[start:end]!r} in {sentence.text!r}"
        for one in finds:
            if not _touches(one, sentence):
                yield f"wrong {one.kind}: {sentence.text[one.start : one.end]!r} in {sentence.text!r}"


def _is_covered(start: int, end: int, finds: list[Span]) -> bool:
    covered = sum(max(0, min(end, one.end) - max(start, one.start)) for one in finds)
    return covered >= COVERED * (end - start)


def _touches(find: Span, sentence: Marked) -> bool:
    known = (*((start, end) for _, start, end in sentence.spans), *sentence.spared)
    return any(find.start < end and start < find.end for start, end in known)

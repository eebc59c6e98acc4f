"""Few texts per label, no fitting: the nearest text decides, and a default calibrator says how far to trust it.

For a company's questions, questions shared by a trade, and the examples of an overlay. Cosine alone can't be trusted at
one threshold for all texts, so shared words and the lead over the next label speak along.
"""

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np

from understudy.templates.matching.calibration import Calibrator, Floats, Source
from understudy.templates.matching.defaults.calibrators import NEAREST
from understudy.templates.matching.features import (
    BLOCK,
    Grams,
    LabelledExamples,
    Matrix,
    Vector,
    Written,
    counted,
    rarity,
    weighted,
    written,
)
from understudy.templates.matching.scored import Candidate, Neighbour, Scored, graded

SHORTLIST = 10  # rows whose words are compared, by cosine
WORDS_WEIGHT = 0.2  # cosines per unit of lexical similarity, which is 0 to 1; .1 to .3 are equal within noise
SHARPNESS = 15.0  # logits per unit of lead: what a difference in similarity says about the second


@dataclass(frozen=True, slots=True)
class NearestEvidence:
    """What speaks for the nearest label.

    `similarity` is the cosine of its nearest text; `wording` their lexical similarity 0..1; `lead` the total over the
    next label's; `words` log of one more than the number of words in the message; `size` that of the labels.
    """

    similarity: float
    wording: float
    lead: float
    words: float
    size: float

    @property
    def row(self) -> Floats:
        """The same as one row of features [5]."""
        return np.array(astuple(self))


@dataclass(frozen=True, slots=True)
class NearestReading:
    """Rows of the nearest texts of different labels, best first; the evidence for the first."""

    rows: tuple[int, ...]
    evidence: NearestEvidence


class NearestExamples:
    """A small labelled set matched by nearest text. `encoder` names what embedded it. It never changes."""

    def __init__(self, examples: LabelledExamples, *, encoder: str, calibrator: Calibrator = NEAREST) -> None:
        self.encoder = encoder
        self._labels = tuple(examples.labels)
        self._embeddings: Matrix = np.ascontiguousarray(examples.embeddings, np.float32)
        grams = [counted(text) for text in examples.texts]
        self._idf = rarity(grams)
        self._grams: list[Grams] = [weighted(text, self._idf) for text in grams]
        self._size = float(np.log1p(len(set(self._labels))))
        self._calibrator = calibrator

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in the order of their first text."""
        return tuple(dict.fromkeys(self._labels))

    @property
    def calibration(self) -> Source:
        """Always "default" in the product: such a set has too few texts of its own."""
        return self._calibrator.source

    def scores(self, text: str | Written, embedding: Vector) -> Scored:
        """The two best labels for a message. `embedding` float32 [d], of unit length."""
        if not self._labels:
            return Scored()
        reading = self.read(text, embedding)
        evidence = reading.evidence
        confidence = self._calibrator.probability(evidence.row)
        first = reading.rows[0]
        nearest = Neighbour(first, self._labels[first], evidence.similarity)
        if len(reading.rows) == 1:
            return Scored(Candidate(self._labels[first], confidence), None, nearest)
        share = math.exp(-SHARPNESS * evidence.lead)
        confidence = min(confidence, 1.0 / (1.0 + share))  # two that are equally near cannot both be likely
        second = Candidate(self._labels[reading.rows[1]], min(confidence * share, 1.0 - confidence))
        return Scored(Candidate(self._labels[first], confidence), second, nearest)

    def scores_many(self, texts: Sequence[str], embeddings: Matrix) -> list[Scored]:
        """The two best labels for each message, the same as one by one. `embeddings` float32 [n, d]."""
        return [self.scores(text, embedding) for text, embedding in zip(texts, embeddings, strict=True)]

    def near(self, text: str | Written, embedding: Vector) -> list[tuple[str, float]]:
        """Up to ten labels with their nearness to a message, nearest first."""
        if not self._labels:
            return []
        reading = self.read(text, embedding)
        labels = [self._labels[row] for row in reading.rows]
        return graded(labels, self._calibrator.probability(reading.evidence.row))

    def read(self, text: str | Written, embedding: Vector) -> NearestReading:
        """What the set sees in a message, before the calibrator makes a probability of it; needs one text or more."""
        text = written(text)
        cosines = self._embeddings @ embedding
        rows = np.argsort(-cosines, kind="stable")[:SHORTLIST]
        message = np.zeros(2 * BLOCK, np.float32)
        grams = weighted(text.grams(), self._idf)
        message[grams.buckets] = grams.weights / 2  # two blocks of unit length each
        wording = {int(row): float(message[self._grams[row].buckets] @ self._grams[row].weights) for row in rows}
        total = {row: float(cosines[row]) + WORDS_WEIGHT * wording[row] for row in wording}
        by_label: dict[str, int] = {}
        for row in sorted(total, key=lambda row: (-total[row], row)):
            by_label.setdefault(self._labels[row], row)
        order = tuple(by_label.values())
        first = order[0]
        evidence = NearestEvidence(
            similarity=float(cosines[first]),
            wording=wording[first],
            lead=total[first] - (total[order[1]] if len(order) > 1 else 0.0),
            words=text.length,
            size=self._size,
        )
        return NearestReading(order, evidence)

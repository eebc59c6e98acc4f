"""The semantic head: a fitted classifier over sentence embeddings and hashed n-grams, for one template version.

A linear softmax layer names the few labels in question; among these, the cosine to the nearest example of each has its
say, and supplies much of the evidence from which the calibrator reads how probable it is that the best label is right.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from understudy.templates.matching.calibration import Calibrator, Floats, Source
from understudy.templates.matching.features import Matrix, Vector, Written, weighted, written
from understudy.templates.matching.packing import HeadUnreadable, Parcel, pack, unpack
from understudy.templates.matching.scored import Candidate, Neighbour, Scored, graded

SHORTLIST = 10  # labels whose examples are looked at; of all right labels, over 99 % are there on validation
SPREAD = 3  # nearest examples whose mean cosine tells a dense label from one lucky hit
LEAST_SHARE = 1e-30  # of all labels beside out-of-scope; below it float32 has no numbers left
ALONE = 12.0  # logits: the margin where there is no second, or no column for out-of-scope; the far end of those seen
HEAD_BYTES = 9_500_000  # of at most 10 MB, without headers
BYTES_BESIDE_VECTOR = 8  # unit and origin


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights of the softmax layer; one column more than labels where out-of-scope was fitted along, the last.

    `dense` [d, c] float32; `lexical` [buckets, c] int8, each row in units of `lexical_unit` [buckets]; `bias` [c];
    `idf` [buckets].
    """

    dense: Matrix
    lexical: NDArray[np.int8]
    lexical_unit: Vector
    bias: Vector
    idf: Vector

    def logits(self, text: Written, embedding: Vector) -> Vector:
        """The unnormalised log-probability of every column."""
        grams = weighted(text.grams(block=len(self.idf) // 2), self.idf)
        rows = self.lexical[grams.buckets].astype(np.float32)
        logits = embedding @ self.dense + (grams.weights * self.lexical_unit[grams.buckets]) @ rows + self.bias
        return logits.astype(np.float32, copy=False)


@dataclass(frozen=True, slots=True)
class Examples:
    """Embeddings of the examples, grouped by column: those of column c are rows offsets[c] to offsets[c + 1].

    `vectors` [n, d] int8, each row in units of `unit` [n]; `origin` [n]: the place of each in what was fitted.
    """

    vectors: NDArray[np.int8]
    unit: Vector
    offsets: NDArray[np.int32]
    origin: NDArray[np.int32]

    def similarities(self, columns: Sequence[int], embedding: Vector) -> tuple[Vector, list[int]]:
        """The cosine of the message to each example of some columns, one column after the other, and where each starts.

        Every column that was fitted has an example.
        """
        starts, ends = self.offsets[columns].tolist(), self.offsets[1:][columns].tolist()
        rows = [slice(start, end) for start, end in zip(starts, ends, strict=True)]
        vectors = np.concatenate([self.vectors[some] for some in rows], dtype=np.float32)
        cosines: Vector = (vectors @ embedding) * np.concatenate([self.unit[some] for some in rows])
        sizes = (some.stop - some.start for some in rows)
        return cosines, list(accumulate(sizes, initial=0))[:-1]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the best label.

    `margin` over the second in logits; `log_share` its log-probability by the linear layer; `similarity` of its nearest
    example; `lead` of that over the nearest of other labels; `spread` mean similarity of its nearest three; `energy`
    log-sum-exp of the labels' logits; `outside` margin over out-of-scope; `words` log of one more than their number.
    """

    margin: float
    log_share: float
    similarity: float
    lead: float
    spread: float
    energy: float
    outside: float
    words: float
    SIZE: ClassVar[int] = 8

    @property
    def row(self) -> Floats:
        """The same as one row of features [8]."""
        told = (
            self.margin,
            self.log_share,
            self.similarity,
            self.lead,
            self.spread,
            self.energy,
            self.outside,
            self.words,
        )
        return np.array(told)


@dataclass(frozen=True, slots=True)
class Reading:
    """The columns in question, best first; the evidence for the best; the nearest example among them."""

    order: tuple[int, ...]
    evidence: Evidence
    nearest: Neighbour


@dataclass(frozen=True, slots=True)
class Head:
    """A fitted, calibrated classifier that knows when nothing fits. It never changes, so threads may share it.

    `encoder` names the sentence encoder it was fitted on; embeddings of another give nonsense. `similarity_weight` is
    what the nearest example counts beside the linear layer, in logits per unit of cosine. From the same evidence
    `calibrator` reads how probable it is that the best label is right, and `scope` that any is.
    """

    labels: tuple[str, ...]
    encoder: str
    linear: Linear
    examples: Examples
    similarity_weight: float
    calibrator: Calibrator
    scope: Calibrator

    @property
    def dimensions(self) -> int:
        """The length of the embeddings it was fitted on."""
        return int(self.linear.dense.shape[0])

    @property
    def calibration(self) -> Source:
        """Whether the calibrator was fitted on the template's "own" examples, or is the "default"."""
        return self.calibrator.source

    def scores(self, text: str | Written, embedding: Vector) -> Scored:
        """The two best labels for a message. `embedding` float32 [d], of unit length."""
        if not self.labels:
            return Scored()
        reading = self.read(text, embedding)
        row = reading.evidence.row
        confidence, in_scope = self.calibrator.probability(row), self.scope.probability(row)
        best = Candidate(self.labels[reading.order[0]], confidence)
        if len(reading.order) == 1:
            return Scored(best, None, reading.nearest, in_scope)
        share = math.exp(-reading.evidence.margin)
        second = Candidate(self.labels[reading.order[1]], min(confidence * share, 1.0 - confidence))
        return Scored(best, second, reading.nearest, in_scope)

    def scores_many(self, texts: Sequence[str], embeddings: Matrix) -> list[Scored]:
        """The two best labels for each message, the same as one by one. `embeddings` float32 [n, d]."""
        return [self.scores(text, embedding) for text, embedding in zip(texts, embeddings, strict=True)]

    def near(self, text: str | Written, embedding: Vector) -> list[tuple[str, float]]:
        """Up to ten labels with their nearness to a message, nearest first."""
        if not self.labels:
            return []
        reading = self.read(text, embedding)
        return graded(
            [self.labels[column] for column in reading.order], self.calibrator.probability(reading.evidence.row)
        )

    def read(self, text: str | Written, embedding: Vector) -> Reading:
        """What the head sees in a message, before the calibrator makes a probability of it; needs one label or more."""
        count = len(self.labels)
        text = written(text)
        logits = self.linear.logits(text, embedding)
        shortlist = _highest(logits[:count], SHORTLIST)
        asked = [*shortlist, count] if len(logits) > count else shortlist
        cosines, starts = self.examples.similarities(asked, embedding)
        nearest = np.maximum.reduceat(cosines, starts).tolist()
        known = logits[asked].tolist()
        totals = [share + self.similarity_weight * cosine for share, cosine in zip(known, nearest, strict=True)]
        order = sorted(range(len(shortlist)), key=lambda place: -totals[place])
        first = order[0]
        ends = [*starts[1:], len(cosines)]
        highest = float(logits.max())
        shares = np.exp(logits - highest)  # log-sum-exp by hand: np.logaddexp.reduce takes ten times as long
        evidence = Evidence(
            margin=totals[first] - totals[order[1]] if len(order) > 1 else ALONE,
            log_share=known[first] - highest - math.log(float(shares.sum())),
            similarity=nearest[first],
            lead=nearest[first] - max([0.0, *(nearest[place] for place in order[1:])]),
            spread=_mean(sorted(cosines[starts[first] : ends[first]].tolist())[-SPREAD:]),
            energy=highest + math.log(max(float(shares[:count].sum()), LEAST_SHARE)),
            outside=totals[first] - totals[-1] if len(logits) > count else ALONE,
            words=text.length,
        )
        leader = max(order, key=lambda place: (nearest[place], -place))
        neighbour = self._neighbour(shortlist[leader], cosines[starts[leader] : ends[leader]])
        return Reading(tuple(shortlist[place] for place in order), evidence, neighbour)

    def _neighbour(self, column: int, cosines: Vector) -> Neighbour:
        place = int(cosines.argmax())
        origin = int(self.examples.origin[self.examples.offsets[column] + place])
        return Neighbour(origin, self.labels[column], float(cosines[place]))

    @staticmethod
    def empty(encoder: str, dimensions: int) -> "Head":
        """The head of a template without examples: it knows no label and names none."""
        none = np.zeros(0, np.float32)
        linear = Linear(np.zeros((dimensions, 0), np.float32), np.zeros((0, 0), np.int8), none, none, none)
        examples = Examples(np.zeros((0, dimensions), np.int8), none, np.zeros(1, np.int32), np.zeros(0, np.int32))
        blank = Calibrator.blank(Evidence.SIZE)
        return Head((), encoder, linear, examples, 0.0, blank, blank)

    def to_bytes(self) -> bytes:
        """The head as bytes, at most 10 MB; `from_bytes` gives a head that scores exactly the same."""
        facts = {
            "labels": self.labels,
            "encoder": self.encoder,
            "similarity_weight": self.similarity_weight,
            "calibration": self.calibration,
        }
        arrays: dict[str, NDArray[Any]] = {
            "dense": self.linear.dense.astype(np.float16),
            "lexical": self.linear.lexical,
            "lexical_unit": self.linear.lexical_unit,
            "bias": self.linear.bias,
            "idf": self.linear.idf,
            "vectors": self.examples.vectors,
            "unit": self.examples.unit,
            "offsets": self.examples.offsets,
            "origin": self.examples.origin,
            "weights": self.calibrator.weights,
            "centre": self.calibrator.centre,
            "scale": self.calibrator.scale,
            "scope_weights": self.scope.weights,
            "scope_centre": self.scope.centre,
            "scope_scale": self.scope.scale,
        }
        return pack(Parcel(facts, arrays))

    @staticmethod
    def from_bytes(data: bytes) -> "Head":
        """Read a head that `to_bytes` wrote; raises HeadUnreadable for anything else."""
        parcel = unpack(data)
        facts, arrays = parcel.facts, parcel.arrays
        try:
            dense = arrays["dense"].astype(np.float32)
            linear = Linear(dense, *(arrays[name] for name in ("lexical", "lexical_unit", "bias", "idf")))
            examples = Examples(*(arrays[name] for name in ("vectors", "unit", "offsets", "origin")))
            calibrator, scope = (
                Calibrator(facts["calibration"], *(arrays[prefix + name] for name in ("weights", "centre", "scale")))
                for prefix in ("", "scope_")
            )
            weight = float(facts["similarity_weight"])
            return Head(tuple(facts["labels"]), facts["encoder"], linear, examples, weight, calibrator, scope)
        except KeyError as missing:
            raise HeadUnreadable(f"this head lacks {missing}", remedy="fit it again") from missing


def grouped(embeddings: Matrix, columns: NDArray[np.int64], origin: NDArray[np.int64], linear: Linear) -> Examples:
    """The examples by column, as int8; of very many, the same number of each column is kept."""
    spare = HEAD_BYTES - linear.lexical.nbytes - 2 * linear.dense.size
    room = max(int(spare // (embeddings.shape[1] + BYTES_BESIDE_VECTOR)), 1)
    order = np.argsort(columns, kind="stable")
    sizes = np.bincount(columns)
    rank = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    if len(order) > room:
        order = order[rank < max(room // len(sizes), 1)]
    vectors, unit = quantised(embeddings[order])
    offsets = np.searchsorted(columns[order], np.arange(len(sizes) + 1))
    return Examples(vectors, unit, offsets.astype(np.int32), origin[order].astype(np.int32))


def quantised(values: Matrix) -> tuple[NDArray[np.int8], Vector]:
    """Rows as int8 and the unit of each row."""
    unit = (np.maximum(np.abs(values).max(1, initial=0.0), 1e-9) / 127).astype(np.float32)
    return np.rint(values / unit[:, None]).astype(np.int8), unit


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _highest(values: Vector, count: int) -> list[int]:
    """The places of the highest values, highest first; the earlier place on a tie."""
    if len(values) > count:
        least = values[np.argpartition(values, -count)[-count:]].min()
        places = np.flatnonzero(values >= least)
    else:
        places = np.arange(len(values))
    found: list[int] = places[np.argsort(-values[places], kind="stable")][:count].tolist()
    return found

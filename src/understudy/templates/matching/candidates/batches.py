"""What matchers of meaning say of many messages at once: matrices where one message takes loops.

The results are those of message by message but for the last digits of float32.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from understudy.templates.matching.calibration import Floats
from understudy.templates.matching.company.evidence import Message
from understudy.templates.matching.company.weighing import MeaningSource, without
from understudy.templates.matching.features import Grams, Matrix, Vector, weighted
from understudy.templates.matching.head import ALONE, LEAST_SHARE, SHORTLIST, SPREAD, Head, Linear
from understudy.templates.matching.scored import Candidate, Neighbour, Scored

Places = NDArray[np.int64]


class Batch:
    """Messages that are embedded, ready for many heads: heads that weigh n-grams alike share the weighing."""

    def __init__(self, messages: Sequence[Message], embeddings: Matrix) -> None:
        self.messages = messages
        self.embeddings = embeddings
        self.lengths: Floats = np.array([message.written.length for message in messages])
        self._weighed: list[tuple[Vector, list[Grams]]] = []
        self._said: list[tuple[Head, list[Scored]]] = []

    def weighed(self, idf: Vector) -> list[Grams]:
        """The n-grams of the messages under these weights."""
        for known, grams in self._weighed:
            if known is idf:
                return grams
        grams = [weighted(message.written.grams(block=len(idf) // 2), idf) for message in self.messages]
        self._weighed.append((idf, grams))
        return grams

    def said(self, head: Head) -> list[Scored]:
        """The two best labels for each message, as `Head.scores` names them one by one."""
        for known, scored in self._said:
            if known is head:
                return scored
        scored = scores_of(head, self)
        self._said.append((head, scored))
        return scored


def said_by(sources: Sequence[MeaningSource], batch: Batch) -> list[list[Scored]]:
    """What each source says of each message, the scenarios that an overlay took over left out: by message."""
    columns = [_said(source, batch) for source in sources]
    return [list(row) for row in zip(*columns, strict=True)] if columns else [[] for _ in batch.messages]


def _said(source: MeaningSource, batch: Batch) -> list[Scored]:
    if source.head is None:
        pairs = zip(batch.messages, batch.embeddings, strict=True)
        return [source.scores(message.written, embedding) for message, embedding in pairs]
    return [without(one, source.hidden) for one in batch.said(source.head)]


def scores_of(head: Head, batch: Batch) -> list[Scored]:
    """The two best labels for each message."""
    if not head.labels or not batch.messages:
        return [Scored() for _ in batch.messages]
    read = _read(head, batch)
    confidence = head.calibrator.probabilities(read.evidence).tolist()
    in_scope = head.scope.probabilities(read.evidence).tolist()
    shares = np.exp(-read.evidence[:, 0]).tolist()
    found = []
    for place, order in enumerate(read.order.tolist()):
        sure = confidence[place]
        column, row = read.leader[place]
        nearest = Neighbour(row, head.labels[column], float(read.similarity[place]))
        best, second = Candidate(head.labels[order[0]], sure), None
        if len(order) > 1:
            second = Candidate(head.labels[order[1]], min(sure * shares[place], 1.0 - sure))
        found.append(Scored(best, second, nearest, in_scope[place]))
    return found


@dataclass(frozen=True, slots=True)
class _Read:
    """Columns in question [n, k], best first; evidence [n, 8]; column and text of the nearest example, its cosine."""

    order: Places
    evidence: Floats
    leader: list[tuple[int, int]]
    similarity: Vector


@dataclass(frozen=True, slots=True)
class _Near:
    """By message and column asked: the highest cosine to an example, the mean of the highest few, where it stands."""

    nearest: Vector
    spread: Vector
    row: Places


def _read(head: Head, batch: Batch) -> _Read:
    """The same as `Head.read`, for all messages."""
    count = len(head.labels)
    logits = _logits(head.linear, batch)
    shortlist = _highest(logits[:, :count], SHORTLIST)
    width = shortlist.shape[1]
    has_outside = logits.shape[1] > count
    outside = np.full((len(logits), 1), count, np.int64)
    asked = np.hstack([shortlist, outside]) if has_outside else shortlist
    near = _similarities(head, asked, batch.embeddings)
    totals = np.take_along_axis(logits, asked, 1) + head.similarity_weight * near.nearest
    ranked = np.argsort(-totals[:, :width], axis=1, kind="stable")
    rows = np.arange(len(logits))
    first = ranked[:, 0]
    among = near.nearest[:, :width].copy()
    leader = among.argmax(1)
    similarity = near.nearest[rows, leader]
    nearest = near.nearest[rows, first]
    among[rows, first] = 0.0
    highest = logits.max(1)
    shares = np.exp(logits - highest[:, None])
    best = totals[rows, first]
    evidence = np.stack(
        [
            best - totals[rows, ranked[:, 1]] if width > 1 else np.full(len(rows), ALONE),
            logits[rows, asked[rows, first]] - highest - np.log(shares.sum(1)),
            nearest,
            nearest - np.maximum(among.max(1), 0.0),
            near.spread[rows, first],
            highest + np.log(np.maximum(shares[:, :count].sum(1), LEAST_SHARE)),
            best - totals[:, -1] if has_outside else np.full(len(rows), ALONE),
            batch.lengths,
        ],
        axis=1,
    ).astype(np.float64)
    columns = shortlist[rows, leader].tolist()
    texts = head.examples.origin[near.row[rows, leader]].tolist()
    order = np.take_along_axis(shortlist, ranked, 1)
    return _Read(order, evidence, list(zip(columns, texts, strict=True)), similarity)


def _logits(linear: Linear, batch: Batch) -> Matrix:
    logits: Matrix = lexical_logits(linear, batch.weighed(linear.idf))
    logits += batch.embeddings @ linear.dense
    logits += linear.bias
    return logits


def lexical_logits(linear: Linear, texts: Sequence[Grams]) -> Matrix:
    """What the n-grams of texts add to the logits [n, c]."""
    logits = np.empty((len(texts), linear.lexical.shape[1]), np.float32)
    for row, grams in zip(logits, texts, strict=True):
        weights = grams.weights * linear.lexical_unit[grams.buckets]
        np.matmul(weights, linear.lexical[grams.buckets].astype(np.float32), out=row)
    return logits


def _highest(values: Matrix, count: int) -> Places:
    """The columns of the highest values of each row, highest first; the earlier one on a tie."""
    if values.shape[1] > count:
        places = np.argpartition(values, -count, axis=1)[:, -count:]
        places.sort(axis=1)
    else:
        places = np.broadcast_to(np.arange(values.shape[1]), values.shape)
    order = np.argsort(-np.take_along_axis(values, places, 1), axis=1, kind="stable")
    return np.take_along_axis(places, order, 1)


def _similarities(head: Head, asked: Places, embeddings: Matrix) -> _Near:
    """Column by column, so that the examples of each are read once for all messages that ask for it."""
    examples, width = head.examples, asked.shape[1]
    cells = np.argsort(asked, axis=None, kind="stable")
    columns, starts = np.unique(asked.ravel()[cells], return_index=True)
    nearest, spread = np.zeros(asked.size, np.float32), np.zeros(asked.size, np.float32)
    row = np.zeros(asked.size, np.int64)
    for column, some in zip(columns.tolist(), np.split(cells, starts[1:]), strict=True):
        first, beyond = int(examples.offsets[column]), int(examples.offsets[column + 1])
        vectors = examples.vectors[first:beyond].astype(np.float32) * examples.unit[first:beyond, None]
        cosines = embeddings[some // width] @ vectors.T
        place = cosines.argmax(1)
        few = min(SPREAD, beyond - first)
        nearest[some] = cosines[np.arange(len(some)), place]
        spread[some] = np.partition(cosines, beyond - first - few, axis=1)[:, -few:].mean(1)
        row[some] = first + place
    return _Near(nearest.reshape(asked.shape), spread.reshape(asked.shape), row.reshape(asked.shape))

"""Fitting a head from labelled examples: seconds of one core, in the background, once per published version.

The lexical part is fitted in the space of its leading singular vectors (exact below RANK examples) and folded back onto
buckets; minibatch Adam on that dense problem reaches the accuracy of L-BFGS on the sparse one in a fifth of the time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from understudy.templates.domain import Template
from understudy.templates.matching.calibration import Floats, Outcomes, adjusted
from understudy.templates.matching.defaults.background import BACKGROUND
from understudy.templates.matching.defaults.calibrators import HEAD, SCOPE
from understudy.templates.matching.expressions import is_expression
from understudy.templates.matching.features import (
    BLOCK,
    EmbeddedTexts,
    LabelledExamples,
    Matrix,
    Vector,
    counted,
    rarity,
    scenario_words,
    weighted,
)
from understudy.templates.matching.head import Evidence, Head, Linear, grouped, quantised

RANK = 512  # singular vectors of the lexical part; 1,024 gained nothing on Banking77 and CLINC150 validation
FEW = 25  # examples per label on average, below which the weights that suit few are taken
LEXICAL_WEIGHT_OF_FEW, LEXICAL_WEIGHT = 0.3, 0.5  # of the lexical part beside the embedding of unit length
SIMILARITY_WEIGHT_OF_FEW, SIMILARITY_WEIGHT = 4.0, 2.0  # logits per unit of cosine to the nearest example
EPOCHS = 20
BATCH = 256
LEAST_STEPS = 200  # for small sets, where EPOCHS make too few
RATE = 0.03
RATE_OF_FEW = 0.1  # where LEAST_STEPS rules
DECAY = 1e-5
MOMENTUM, SQUARES = 0.9, 0.99  # Adam's (Kingma and Ba 2015), the second faster as there are few steps

OWN_FROM = 200  # labelled examples from which cross-validation on the template's own beats the default calibrator
FOLDS = 10
OUTCOMES_ENOUGH = 3_000  # no further fold is fitted beyond so many outcomes: the calibrator has 17 coefficients
LEFT_OUT = 0.2  # of the labels are left out of a fold, so that their messages are out of scope, and near
NEAR_PART = 0.1  # of the out-of-scope share is given to these near ones, the rest to those further off
TOO_NEAR = 0.6  # cosine: background messages closer to an example than this may well be in scope

LEXICAL_BYTES = 4_500_000  # of the 9.5 MB of a head

Columns = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """What a head is fitted from.

    `hints` are texts that say what a label is about without being messages (its name, its triggers): learnt from,
    never asked. `out_of_scope` is what the template says should not be answered, `background` what hardly any should
    answer; of that, what comes too near an example is left out.
    """

    examples: LabelledExamples
    hints: LabelledExamples
    out_of_scope: EmbeddedTexts
    background: EmbeddedTexts


def training_set(template: Template, embed: Callable[[Sequence[str]], Matrix]) -> TrainingSet:
    """What the template's head is fitted from; labels are scenario names, in alphabetical order, so that moving a
    scenario changes nothing. `embed`: texts to [n, d] of unit length.
    """
    scenarios = sorted(template.scenarios(), key=lambda scenario: scenario.name)
    examples = [(text, scenario.name) for scenario in scenarios for text in scenario.examples]
    hints: list[tuple[str, str]] = []
    for scenario in scenarios:
        phrases = [trigger for trigger in scenario.triggers if not is_expression(trigger)]
        if phrases or scenario.examples:
            hints += [(text, scenario.name) for text in (scenario_words(scenario.name), *phrases)]
    groups = ([text for text, _ in examples], [text for text, _ in hints], template.out_of_scope_examples, BACKGROUND)
    vectors = np.split(
        embed([text for group in groups for text in group]), np.cumsum([len(group) for group in groups])[:-1]
    )
    embedded = [EmbeddedTexts(texts, part) for texts, part in zip(groups, vectors, strict=True)]
    return TrainingSet(
        LabelledExamples(embedded[0].texts, [label for _, label in examples], embedded[0].embeddings),
        LabelledExamples(embedded[1].texts, [label for _, label in hints], embedded[1].embeddings),
        embedded[2],
        embedded[3],
    )


def fit(material: TrainingSet, *, encoder: str, seed: int = 0, own_from: int = OWN_FROM) -> Head:
    """Fit a calibrated head; the same material and seed give the same head. `encoder` names what embedded the texts.

    From `own_from` examples on it is calibrated on its own ones by cross-validation, else it gets the default.
    """
    lesson = _lesson(material, seed)
    if not lesson.labels:
        return Head.empty(encoder, lesson.embeddings.shape[1])
    head = _head(lesson, np.arange(len(lesson.columns)), encoder=encoder, seed=seed)
    asked = np.flatnonzero(lesson.is_asked & (lesson.columns < len(lesson.labels)))
    if len(asked) < own_from:
        return head
    right, scope = _cross_validated(lesson, asked, seed)
    return replace(head, calibrator=adjusted(HEAD, right), scope=adjusted(SCOPE, scope))


@dataclass(frozen=True, slots=True)
class _Lesson:
    """Everything in one table; the column after the last label is out-of-scope.

    `lexical` [n, r] are the texts along the directions `basis` [r, buckets]. Neither knows a label, so they serve all
    folds. `is_asked`: may be held out.
    """

    labels: tuple[str, ...]
    texts: tuple[str, ...]
    embeddings: Matrix
    lexical: Matrix
    basis: Matrix
    idf: Vector
    similarity_weight: float
    columns: Columns
    is_asked: NDArray[np.bool_]


def _lesson(material: TrainingSet, seed: int) -> _Lesson:
    examples, hints, outside = material.examples, material.hints, material.out_of_scope
    background = far_enough(material.background, np.vstack([examples.embeddings, hints.embeddings]))
    labels = tuple(dict.fromkeys((*examples.labels, *hints.labels)))
    column = {label: place for place, label in enumerate(labels)}
    texts = (*examples.texts, *hints.texts, *outside.texts, *background.texts)
    known = [column[label] for label in (*examples.labels, *hints.labels)]
    basis, lexical, idf = _leading_directions(texts, _block(len(labels) + 1), seed)
    is_few = len(examples.texts) < FEW * len(labels)
    lexical_weight = np.float32(LEXICAL_WEIGHT_OF_FEW if is_few else LEXICAL_WEIGHT)
    return _Lesson(
        labels,
        texts,
        np.vstack([examples.embeddings, hints.embeddings, outside.embeddings, background.embeddings]),
        lexical_weight * lexical,
        lexical_weight * basis,
        idf,
        SIMILARITY_WEIGHT_OF_FEW if is_few else SIMILARITY_WEIGHT,
        np.array(known + [len(labels)] * (len(texts) - len(known)), np.int64),
        np.array([not len(examples.texts) <= row < len(known) for row in range(len(texts))]),
    )


def far_enough(background: EmbeddedTexts, embeddings: Matrix) -> EmbeddedTexts:
    """What of the background is not too near to anything that should be answered."""
    if not len(embeddings) or not len(background.texts):
        return background
    far = np.flatnonzero((background.embeddings @ embeddings.T).max(1) < TOO_NEAR)
    return EmbeddedTexts([background.texts[int(row)] for row in far], background.embeddings[far])


def _block(columns: int) -> int:
    """Buckets per block: BLOCK, or the largest half, quarter … of it that keeps the lexical weights in bounds."""
    block = BLOCK
    while 2 * block * columns > LEXICAL_BYTES and block > 1:
        block //= 2
    return block


def _leading_directions(texts: Sequence[str], block: int, seed: int) -> tuple[Matrix, Matrix, Vector]:
    """The lexical part in few dimensions: directions [r, buckets], the texts along them [n, r], rarity [buckets]."""
    from scipy.sparse import csr_matrix
    from sklearn.utils.extmath import randomized_svd

    counts = [counted(text, block=block) for text in texts]
    idf = rarity(counts, block=block)
    grams = [weighted(count, idf) for count in counts]
    ends = np.cumsum([0] + [len(text.buckets) for text in grams])
    values = np.concatenate([text.weights for text in grams])
    sparse = csr_matrix((values, np.concatenate([text.buckets for text in grams]), ends), (len(grams), len(idf)))
    _, _, directions = randomized_svd(sparse, min(RANK, *sparse.shape), n_iter=2, random_state=seed)
    basis = directions.astype(np.float32)
    return basis, np.asarray(sparse @ basis.T, np.float32), idf


def _head(lesson: _Lesson, rows: Columns, *, encoder: str, seed: int) -> Head:
    """A head from some rows only, with the labels that they have, and the default calibrator."""
    present = np.unique(lesson.columns[rows])
    columns = np.searchsorted(present, lesson.columns[rows])
    labels = tuple(lesson.labels[column] for column in present if column < len(lesson.labels))
    embeddings = lesson.embeddings[rows]
    weights, bias = _softmax_regression(np.hstack([embeddings, lesson.lexical[rows]]), columns, seed)
    dimensions = embeddings.shape[1]
    lexical, unit = quantised(lesson.basis.T @ weights[dimensions:])
    dense = weights[:dimensions].astype(np.float16).astype(np.float32)  # as it is stored
    linear = Linear(dense, lexical, unit, bias, lesson.idf)
    examples = grouped(embeddings, columns, rows, linear)
    return Head(labels, encoder, linear, examples, lesson.similarity_weight, HEAD, SCOPE)


def _softmax_regression(x: Matrix, columns: Columns, seed: int) -> tuple[Matrix, Vector]:
    """Multinomial logistic regression by Adam with a rate that falls to zero: weights [features, c], bias [c]."""
    steps = max(LEAST_STEPS, EPOCHS * len(x) // BATCH)
    rate = RATE if steps > LEAST_STEPS else RATE_OF_FEW
    table = np.zeros((x.shape[1] + 1, int(columns.max()) + 1), np.float32)
    mean, square = np.zeros_like(table), np.zeros_like(table)
    for step, batch in enumerate(batches(len(x), steps, seed)):
        seen = x[batch]
        error = softmax(seen @ table[:-1] + table[-1])
        error[np.arange(len(batch)), columns[batch]] -= 1
        error /= len(batch)
        slope = np.vstack([seen.T @ error + DECAY * table[:-1], error.sum(0)])
        mean += (1 - MOMENTUM) * (slope - mean)
        square += (1 - SQUARES) * (slope * slope - square)
        corrected = np.sqrt(square / (1 - SQUARES ** (step + 1))) + 1e-8
        table -= rate * (1 - step / steps) / (1 - MOMENTUM ** (step + 1)) * mean / corrected
    return table[:-1], table[-1]


def batches(count: int, steps: int, seed: int) -> list[Columns]:
    """The rows of so many steps: each row once, in another order, before any comes again."""
    chance = np.random.default_rng(seed)
    size = min(BATCH, count)
    rows: list[Columns] = []
    while len(rows) < steps:
        order = chance.permutation(count)
        rows += [order[start : start + size] for start in range(0, count - size + 1, size)]
    return rows[:steps]


def softmax(logits: Matrix) -> Matrix:
    """Each row as probabilities."""
    powers = np.exp(logits - logits.max(1, keepdims=True))
    shares: Matrix = powers / powers.sum(1, keepdims=True)
    return shares


def _cross_validated(lesson: _Lesson, asked: Columns, seed: int) -> tuple[Outcomes, Outcomes]:
    """What heads fitted without them say to the examples, to whole labels left out, and to out-of-scope messages.

    The same evidence twice: with whether the best label was right, and with whether the message was in scope.
    """
    chance = np.random.default_rng(seed)
    outside = len(lesson.labels)
    fold = _folds(lesson.columns, chance)
    within: list[tuple[Floats, Floats]] = []
    near: list[Floats] = []
    far: list[Floats] = []
    for number in range(FOLDS):
        left_out = chance.permutation(outside)[: int(LEFT_OUT * outside)]
        held = (fold == number) & lesson.is_asked
        gone = np.isin(lesson.columns, left_out)
        head = _head(lesson, np.flatnonzero(~held & ~gone), encoder="", seed=seed)
        known = np.isin(lesson.columns, [lesson.labels.index(label) for label in head.labels])
        answerable = asked[(held & known)[asked]]
        within.append(_asked(head, lesson, answerable))
        near.append(_asked(head, lesson, asked[(held & ~known)[asked]])[0])
        far.append(_asked(head, lesson, np.flatnonzero(held & (lesson.columns == outside)))[0])
        if sum(len(rows) for rows, _ in within) >= OUTCOMES_ENOUGH:
            break
    rows, right = np.vstack([rows for rows, _ in within]), np.concatenate([right for _, right in within])
    outside_groups = ((np.vstack(near), NEAR_PART), (np.vstack(far), 1 - NEAR_PART))
    return Outcomes.of((rows, right), *outside_groups), Outcomes.of((rows, np.ones(len(rows))), *outside_groups)


def _folds(columns: Columns, chance: np.random.Generator) -> Columns:
    """A fold for every row, each label spread evenly."""
    fold = np.empty(len(columns), np.int64)
    for column in np.unique(columns):
        rows = chance.permutation(np.flatnonzero(columns == column))
        fold[rows] = (np.arange(len(rows)) + chance.integers(FOLDS)) % FOLDS
    return fold


def _asked(head: Head, lesson: _Lesson, rows: Columns) -> tuple[Floats, Floats]:
    readings = [head.read(lesson.texts[row], lesson.embeddings[row]) for row in rows]
    evidence = np.array([reading.evidence.row for reading in readings]).reshape(len(rows), Evidence.SIZE)
    truth = (*lesson.labels, None)
    right = [
        float(head.labels[reading.order[0]] == truth[lesson.columns[row]])
        for reading, row in zip(readings, rows, strict=True)
    ]
    return evidence, np.array(right)

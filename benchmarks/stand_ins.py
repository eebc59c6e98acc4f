"""Stand-ins for models of three tiers, where no provider can be reached: intent classifiers of different strength.

All of it is made from the TRAINING part of an intent set, cut into pieces that share no message: examples of a
company's template, what the stand-ins are fitted on, what their confidence is calibrated on, and past traffic. What
each stand-in says to a message is written down once and replayed.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.bench_intents import ENCODER, Sides
from benchmarks.installation import bank_template
from benchmarks.intent_sets import Embedded, IntentSet, Part
from benchmarks.ladder_in_process import HEADS, MATCHING
from understudy.answering.rungs.sureness import fitted
from understudy.language.adapters.onnx_encoder import OnnxEncoder
from understudy.llm.domain import Tier
from understudy.templates.domain import Category, Scenario, Template

SEED = 20_261
TEMPLATE_SHOTS = 10
"""Examples per scenario of the template: what a company has soon after it began."""
SHOTS: Mapping[Tier, int | None] = {Tier.SMALL: 10, Tier.MEDIUM: 30, Tier.LARGE: None}
"""Examples per intent that the stand-in of a tier is fitted on; None: all that there are."""
TEMPLATE = "Stand-in bank"


@dataclass(frozen=True, slots=True)
class Pieces:
    """A set cut up. `traffic`: messages of the TEST part, which decide; all others are of the training part."""

    template: Part
    school: Part
    calibration: Part
    past: Part
    traffic: Part


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many messages are kept apart."""

    calibration: int
    past: int
    traffic: int


@dataclass(frozen=True, slots=True)
class Said:
    """What a stand-in says to a message: the intent, and the calibrated probability that it is right."""

    label: str
    confidence: float


Recording = Mapping[Tier, Mapping[str, Said]]
"""What each tier's stand-in says to each text."""


def cut(one: IntentSet, sizes: Sizes) -> Pieces:
    """The pieces of a set, always the same; no text is in two of them."""
    held_back = set(one.test.texts)
    first = {text: place for place, text in reversed(list(enumerate(one.train.texts))) if text not in held_back}
    train = one.train.rows(sorted(first.values()))
    template = train.shots(TEMPLATE_SHOTS, SEED)
    taken = set(template.texts)
    rest = train.rows([place for place, text in enumerate(train.texts) if text not in taken])
    order = [int(place) for place in np.random.default_rng(SEED).permutation(len(rest.texts))]
    parts, begin = [], 0
    for size in (sizes.calibration, sizes.past, len(order)):
        parts.append(rest.rows(order[begin : begin + size]))
        begin += size
    last = dict(zip(one.test.texts, range(len(one.test.texts)), strict=True))
    test = one.test.rows(sorted(last.values()))
    drawn = np.random.default_rng(SEED).permutation(len(test.texts))[: sizes.traffic]
    return Pieces(template, parts[2], parts[0], parts[1], test.rows([int(place) for place in drawn]))


def shipped_set() -> IntentSet:
    """A small set of what the product ships, for rough runs: examples of some scenarios, said in several ways."""
    manners = ("", "Hello. ", "Sorry: ", "Please help. ", "Urgent! ", "Question: ", "Hi there, ", "Again: ")
    train: list[tuple[str, str]] = []
    test: list[tuple[str, str]] = []
    for scenario in bank_template(scenarios=6).scenarios():
        for place, text in enumerate(sorted(scenario.examples)):
            said = [(manner + text, scenario.name) for manner in manners]
            (test if place % 5 == 0 else train).extend(said)
    return IntentSet("shipped", *(Part(*(tuple(row) for row in zip(*part, strict=True))) for part in (train, test)))


def template_of(part: Part) -> Template:
    """A template with a scenario for each intent; its approved replies are those of the shipped bank template, in turn,
    so that prompts are as long as they really are."""
    replies = [scenario.replies for scenario in bank_template().scenarios() if scenario.replies]
    labels = sorted(set(part.labels))
    scenarios = tuple(
        Scenario(
            name=label,
            examples=tuple(text for text, of in zip(part.texts, part.labels, strict=True) if of == label),
            replies=replies[place % len(replies)],
        )
        for place, label in enumerate(labels)
    )
    return Template(name=TEMPLATE, trade="banking", categories=(Category("All", scenarios),))


def recorded(pieces: Pieces) -> Recording:
    """What the stand-ins say to past and to deciding traffic: from the cache while nothing has changed."""
    kept = HEADS / f"{_key(pieces)}.stand_ins.json"
    if not kept.exists():
        HEADS.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(_made(pieces)), encoding="utf-8")
    document = json.loads(kept.read_text(encoding="utf-8"))
    return {Tier(tier): {text: Said(*said) for text, said in rows.items()} for tier, rows in document.items()}


def _made(pieces: Pieces) -> dict[str, dict[str, tuple[str, float]]]:
    sides = Sides(Embedded(OnnxEncoder.named(ENCODER).encode), None)
    texts = (*pieces.past.texts, *pieces.traffic.texts)
    made: dict[str, dict[str, tuple[str, float]]] = {}
    for tier, shots in SHOTS.items():
        school = pieces.school if shots is None else pieces.school.shots(shots, SEED)
        said = sides.ours(school, (*pieces.calibration.texts, *texts), told=False)
        known, unknown = said[: len(pieces.calibration.texts)], said[len(pieces.calibration.texts) :]
        right = [label == truth for (label, _, _), truth in zip(known, pieces.calibration.labels, strict=True)]
        sureness = fitted([confidence for _, confidence, _ in known], right)
        made[tier.value] = {
            text: (label or "", round(sureness.of(confidence, None), 4))
            for text, (label, confidence, _) in zip(texts, unknown, strict=True)
        }
    return made


def _key(pieces: Pieces) -> str:
    key = hashlib.sha256(repr((pieces, ENCODER, sorted(SHOTS.items()), SEED, inspect.getsource(_made))).encode())
    for path in sorted(MATCHING.rglob("*.py")):
        key.update(path.read_bytes())
    return key.hexdigest()[:16]


def shares_right(part: Part, recording: Recording) -> dict[Tier, float]:
    """How often each stand-in is right."""
    return {tier: _share(part.texts, part.labels, said) for tier, said in recording.items()}


def _share(texts: Sequence[str], labels: Sequence[str], said: Mapping[str, Said]) -> float:
    return float(np.mean([said[text].label == label for text, label in zip(texts, labels, strict=True)]))

"""What a version of a template, an overlay or a set of questions becomes in memory, once, to match many messages.

Compiled things never change and hold nothing of a company but what is its own: those that follow the same version
share one. Compiling takes up to seconds for the largest templates; matching takes microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from understudy.companies.domain import slug_of
from understudy.language.domain import Matrix
from understudy.templates.domain import OVERLAY_CATEGORY, Overlay, OverlayKind, QaEntry, Scenario, Template
from understudy.templates.matching import guard
from understudy.templates.matching.features import LabelledExamples
from understudy.templates.matching.fitting import training_set
from understudy.templates.matching.head import Head
from understudy.templates.matching.nearest import NearestExamples
from understudy.templates.matching.normalise import Normaliser, Vocabulary, fold
from understudy.templates.matching.rules import Rule, RulesMatcher


@dataclass(frozen=True, slots=True)
class Placed:
    """A scenario and the category it stands in."""

    scenario: Scenario
    category: str


@dataclass(frozen=True, slots=True, weakref_slot=True)
class CompiledTemplate:
    """A version of a template, ready to match. `head` is None until it is fitted, and where there is no example.

    `examples` are the texts that the head was fitted on, in its order; `words` is what the near-miss guard knows.
    `outside` are the messages that no scenario should answer, which the head counts next.
    """

    name: str
    version: int
    vocabulary: Vocabulary
    scenarios: Mapping[str, Placed]
    rules: RulesMatcher
    examples: tuple[str, ...]
    head: Head | None
    words: guard.Vocabulary
    outside: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Name and version, as decisions show them: `retail-bank@3`."""
        return f"{_short(self.name)}@{self.version}"


@dataclass(frozen=True, slots=True)
class CompiledOverlay:
    """A company's overlay under the words of the template beneath it. `touched` scenarios are its own affair."""

    version: int
    touched: frozenset[str]
    scenarios: Mapping[str, Placed]
    rules: RulesMatcher
    examples: tuple[str, ...]
    nearest: NearestExamples | None


@dataclass(frozen=True, slots=True)
class CompiledQuestions:
    """Questions with their variants; `exact` finds one whose words are the message's, in any language."""

    entries: Mapping[str, QaEntry]
    exact: Mapping[tuple[str, ...], str]
    texts: tuple[str, ...]
    nearest: NearestExamples | None


PLAIN = Normaliser(Vocabulary())
"""How questions are compared word by word: folded, with nothing dropped or replaced."""


def compile_template(
    template: Template, version: int, head: Head | None, *, words: guard.Vocabulary | None = None
) -> CompiledTemplate:
    """Builds the matchers of a version around its head, which knows the texts it was fitted on by their place.

    `words`: what the near-miss guard knows, where that was read already.
    """
    scenarios = {
        scenario.name: Placed(scenario, category.name)
        for category in template.categories
        for scenario in category.scenarios
    }
    return CompiledTemplate(
        name=template.name,
        version=version,
        vocabulary=Vocabulary(template.filler_words, template.synonyms),
        scenarios=scenarios,
        rules=RulesMatcher.of(template),
        examples=_fitted_texts(template),
        head=head,
        words=words or _words(scenarios),
        outside=template.out_of_scope_examples,
    )


def compile_overlay(
    overlay: Overlay, version: int, beneath: CompiledTemplate, *, vectors: Matrix | None, encoder: str
) -> CompiledOverlay:
    """Builds the matchers of an overlay. `vectors`: those of its `overlay_texts`, None when of another encoder."""
    last = {change.scenario_name: change for change in overlay.changes}
    scenarios = {
        name: Placed(change.scenario, _category(name, change.category, beneath))
        for name, change in last.items()
        if change.scenario is not None and _applies(name, change.kind, beneath)
    }
    rules = [
        Rule(name, placed.scenario.triggers, placed.scenario.negative_triggers, placed.scenario.priority)
        for name, placed in scenarios.items()
    ]
    labelled = [
        (name, example, name in scenarios)
        for name, change in last.items()
        if change.scenario is not None
        for example in change.scenario.examples
    ]
    kept = [place for place, (_, _, applies) in enumerate(labelled) if applies]
    texts = tuple(labelled[place][1] for place in kept)
    nearest = None
    if vectors is not None and kept:
        labels = [labelled[place][0] for place in kept]
        nearest = NearestExamples(LabelledExamples(texts, labels, vectors[kept]), encoder=encoder)
    matcher = RulesMatcher(rules, beneath.vocabulary)
    return CompiledOverlay(version, overlay.touched(), scenarios, matcher, texts, nearest)


def compile_questions(
    entries: Sequence[QaEntry], *, vectors: Sequence[Matrix | None], encoder: str
) -> CompiledQuestions:
    """Builds the matcher of questions. `vectors[i]` are those of entry i's texts; None when made by another encoder."""
    texts: list[str] = []
    labels: list[str] = []
    rows: list[Matrix] = []
    exact: dict[tuple[str, ...], str] = {}
    for entry, known in zip(entries, vectors, strict=True):
        asked = (entry.question, *entry.variants)
        for text in asked:
            exact.setdefault(words_of(text), str(entry.id))
        if known is not None:
            texts += asked
            labels += [str(entry.id)] * len(asked)
            rows.append(known)
    exact.pop((), None)
    nearest = NearestExamples(LabelledExamples(texts, labels, np.concatenate(rows)), encoder=encoder) if rows else None
    return CompiledQuestions({str(entry.id): entry for entry in entries}, exact, tuple(texts), nearest)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, as questions are compared exactly."""
    return PLAIN.normalise(fold(text)).tokens


@lru_cache(maxsize=1_024)
def _short(name: str) -> str:
    return slug_of(name) or name


def _category(name: str, wanted: str | None, beneath: CompiledTemplate) -> str:
    known = beneath.scenarios.get(name)
    return known.category if known else wanted or OVERLAY_CATEGORY


def _applies(name: str, kind: OverlayKind, beneath: CompiledTemplate) -> bool:
    """A change of what the template no longer has does nothing."""
    return kind is OverlayKind.ADD or name in beneath.scenarios


def _fitted_texts(template: Template) -> tuple[str, ...]:
    """The texts that a head's rows count: examples, then hints."""
    material = training_set(template, lambda texts: np.zeros((len(texts), 0), np.float32))
    return (*material.examples.texts, *material.hints.texts)


def _words(scenarios: Mapping[str, Placed]) -> guard.Vocabulary:
    pairs = [
        (text, name)
        for name, placed in scenarios.items()
        for text in (*placed.scenario.triggers, *placed.scenario.examples)
    ]
    return guard.Vocabulary.of([text for text, _ in pairs], [name for _, name in pairs])

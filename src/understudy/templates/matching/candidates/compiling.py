"""A changed template made ready to match, from the one that serves: only what changed is made anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from understudy.language.domain import Matrix, Vector
from understudy.templates.domain import Scenario, Template
from understudy.templates.matching import guard
from understudy.templates.matching.candidates.refitting import refit
from understudy.templates.matching.company.compiled import CompiledTemplate, Placed, compile_template
from understudy.templates.matching.defaults.background import BACKGROUND
from understudy.templates.matching.expressions import is_expression
from understudy.templates.matching.features import scenario_words
from understudy.templates.matching.fitting import fit, training_set
from understudy.templates.matching.head import Head

NEVER = 1 << 60
"""More examples than there are: a head that is only tried out is not calibrated on its own ones."""
Vectors = Mapping[str, Vector]


@dataclass(frozen=True, slots=True)
class Revised:
    """A template that is to be tried: what it is, and what serves in its place (None: nothing yet)."""

    template: Template
    serving: CompiledTemplate | None


def texts_of(template: Template) -> tuple[str, ...]:
    """Every text whose embedding a head of the template is fitted on."""
    found: dict[str, None] = {}
    for scenario in template.scenarios():
        phrases = [trigger for trigger in scenario.triggers if not is_expression(trigger)]
        if phrases or scenario.examples:
            found |= dict.fromkeys((*scenario.examples, scenario_words(scenario.name), *phrases))
    return tuple(found | dict.fromkeys((*template.out_of_scope_examples, *BACKGROUND)))


def known_vectors_of(serving: CompiledTemplate, encoder: str) -> dict[str, Vector]:
    """The embeddings that its head keeps, by text: to half a percent, as a head keeps them."""
    head = serving.head
    if head is None or head.encoder != encoder:
        return {}
    texts = (*serving.examples, *serving.outside)
    kept = head.examples
    places = [(row, int(place)) for row, place in enumerate(kept.origin) if place < len(texts)]
    if not places:
        return {}
    vectors = kept.vectors[[row for row, _ in places]].astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return {texts[place]: vector for (_, place), vector in zip(places, vectors, strict=True)}


def compile_revised(revised: Revised, vectors: Vectors, encoder: str) -> CompiledTemplate:
    """The template ready to match. `vectors`: those of its `texts_of`."""
    template, serving = revised.template, revised.serving
    if serving is None:
        return compile_template(template, 1, _head(revised, vectors, encoder))
    changed = changed_in(template, serving)
    scenarios = {
        scenario.name: Placed(scenario, category.name)
        for category in template.categories
        for scenario in category.scenarios
    }
    words = _words(scenarios, changed, serving.words)
    compiled = compile_template(template, serving.version + 1, _head(revised, vectors, encoder), words=words)
    is_same = not changed and list(serving.scenarios) == list(scenarios) and compiled.vocabulary == serving.vocabulary
    return replace(compiled, rules=serving.rules) if is_same else compiled


def changed_in(template: Template, serving: CompiledTemplate) -> frozenset[str]:
    """The scenarios that are not what they were; those that are gone too."""
    after = {scenario.name: scenario for scenario in template.scenarios()}
    before = {name: placed.scenario for name, placed in serving.scenarios.items()}
    return frozenset(name for name in {**before, **after} if before.get(name) != after.get(name))


def _head(revised: Revised, vectors: Vectors, encoder: str) -> Head | None:
    """The serving head where nothing that it was fitted on changed; else one that goes on from it, or a new one.

    None where what serves is not fitted yet: against that, any head would win.
    """
    template, serving = revised.template, revised.serving
    head = serving.head if serving is not None else None
    if serving is not None and head is None and serving.examples:
        return None
    before = {name: placed.scenario for name, placed in serving.scenarios.items()} if serving is not None else {}
    after = {scenario.name: scenario for scenario in template.scenarios()}
    changed = frozenset(
        name for name in {**before, **after} if _fitted_on(before.get(name)) != _fitted_on(after.get(name))
    )
    outside = serving.outside if serving is not None else ()
    if head is not None and not changed and outside == template.out_of_scope_examples:
        return head
    if not any(scenario.examples or scenario.triggers for scenario in after.values()):
        return None
    material = training_set(template, lambda texts: _rows(texts, vectors))
    if head is None or not head.labels or head.encoder != encoder:
        return fit(material, encoder=encoder, own_from=NEVER)
    return refit(head, material, changed=changed)


def _rows(texts: Sequence[str], vectors: Vectors) -> Matrix:
    return np.stack([vectors[text] for text in texts]).astype(np.float32)


def _fitted_on(scenario: Scenario | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What of a scenario a head is fitted on."""
    if scenario is None:
        return (), ()
    return scenario.examples, tuple(trigger for trigger in scenario.triggers if not is_expression(trigger))


def _words(scenarios: Mapping[str, Placed], changed: frozenset[str], known: guard.Vocabulary) -> guard.Vocabulary:
    """What the near-miss guard knows: read anew for what changed only."""
    profiles = {name: profile for name, profile in known.profiles.items() if name not in changed and name in scenarios}
    for name in changed & scenarios.keys():
        scenario = scenarios[name].scenario
        if texts := (*scenario.triggers, *scenario.examples):
            profiles[name] = guard.Profile.of(texts)
    return guard.Vocabulary.of_profiles({name: profiles[name] for name in scenarios if name in profiles})

"""A changed template, made ready from the one that serves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.templates.matching.small_desk import embed, template
from understudy.templates.domain import Category, Reply, Scenario, Template
from understudy.templates.matching.candidates.compiling import (
    Revised,
    changed_in,
    compile_revised,
    known_vectors_of,
    texts_of,
)
from understudy.templates.matching.company.compiled import CompiledTemplate, compile_template
from understudy.templates.matching.fitting import fit, training_set

ENCODER = "x"


def whole() -> Template:
    return replace(template(), out_of_scope_examples=("tell me a joke", "sing a song"))


@pytest.fixture(scope="module")
def serving() -> CompiledTemplate:
    made = whole()
    return compile_template(made, 3, fit(training_set(made, embed), encoder=ENCODER))


def with_scenario(made: Template, name: str, **changes: object) -> Template:
    scenarios = tuple(replace(one, **changes) if one.name == name else one for one in made.scenarios())  # type: ignore[arg-type]
    return replace(made, categories=(Category("All", scenarios),))


def revised(made: Template, serving: CompiledTemplate | None) -> CompiledTemplate:
    texts = texts_of(made)
    return compile_revised(Revised(made, serving), dict(zip(texts, embed(texts), strict=True)), ENCODER)


def test_the_head_keeps_the_embeddings_of_its_texts(serving: CompiledTemplate) -> None:
    known = known_vectors_of(serving, ENCODER)
    texts = [*serving.examples, *serving.outside]
    assert set(known) == set(texts)
    exact = embed(texts)
    kept = np.stack([known[text] for text in texts])
    assert float((exact * kept).sum(1).min()) > 0.999
    assert known_vectors_of(serving, "another") == {}


def test_only_replies_changed_keeps_the_head_as_it_is(serving: CompiledTemplate) -> None:
    made = with_scenario(whole(), "lost_card", replies=(Reply("Blocked.", "It is blocked."),))
    compiled = revised(made, serving)
    assert compiled.head is serving.head
    assert compiled.scenarios["lost_card"].scenario.replies == (Reply("Blocked.", "It is blocked."),)
    assert changed_in(made, serving) == {"lost_card"}


def test_nothing_changed_keeps_everything(serving: CompiledTemplate) -> None:
    compiled = revised(whole(), serving)
    assert compiled.head is serving.head
    assert compiled.rules is serving.rules


def test_what_is_made_anew_is_what_a_whole_compilation_gives(serving: CompiledTemplate) -> None:
    made = with_scenario(whole(), "lost_card", examples=("my purse is gone", "stolen in 2024"), triggers=("stolen",))
    compiled, fresh = revised(made, serving), compile_template(made, 4, None)
    assert compiled.words == fresh.words
    assert compiled.examples == fresh.examples
    assert compiled.scenarios == fresh.scenarios
    assert compiled.rules.match("it was stolen").best == fresh.rules.match("it was stolen").best
    assert compiled.head is not None
    assert compiled.head is not serving.head
    assert compiled.label == fresh.label


def test_a_template_that_nothing_serves_yet_gets_a_head_of_its_own() -> None:
    made = Template(
        "Small",
        "banking",
        (Category("All", (Scenario("a", examples=("one two",)), Scenario("b", examples=("three four",)))),),
    )
    compiled = revised(made, None)
    assert compiled.head is not None
    assert set(compiled.head.labels) == {"a", "b"}
    assert revised(replace(made, categories=()), None).head is None


def test_what_is_not_fitted_yet_is_not_fitted_for_the_candidate_either(serving: CompiledTemplate) -> None:
    made = with_scenario(whole(), "lost_card", examples=("my purse is gone",))
    assert revised(made, replace(serving, head=None)).head is None

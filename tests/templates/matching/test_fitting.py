import numpy as np
import pytest

from tests.templates.matching.small_desk import (
    ASKED,
    ENCODER,
    INTENTS,
    UNRELATED,
    desk,
    embed,
    labelled,
    material,
    outside,
    template,
)
from understudy.language.domain import Matrix
from understudy.templates.domain import Category, Scenario, Template
from understudy.templates.matching import fitting
from understudy.templates.matching import head as heads
from understudy.templates.matching.features import EmbeddedTexts, LabelledExamples
from understudy.templates.matching.fitting import TrainingSet, fit, training_set

CHANCE = np.random.default_rng(0)


def vectors(count: int, dimensions: int = 16) -> Matrix:
    rows: Matrix = CHANCE.standard_normal((count, dimensions)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def many(labels: int, each: int, dimensions: int = 16) -> TrainingSet:
    """Labels that are well apart: each has a direction and words of its own."""
    centres = vectors(labels, dimensions)
    rows = np.repeat(centres, each, axis=0) + 0.2 * vectors(labels * each, dimensions)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    texts = [f"thing{label} number{row}" for label in range(labels) for row in range(each)]
    names = [f"label {label}" for label in range(labels) for _ in range(each)]
    none = EmbeddedTexts([], np.zeros((0, dimensions), np.float32))
    return TrainingSet(
        LabelledExamples(texts, names, rows.astype(np.float32)), LabelledExamples([], [], none.embeddings), none, none
    )


def test_the_same_material_gives_the_same_head():
    again = fit(material(INTENTS, background=UNRELATED[:3]), encoder=ENCODER)
    assert again.to_bytes() == desk().to_bytes()


def test_another_seed_gives_another_head_that_means_the_same():
    other = fit(material(INTENTS, background=UNRELATED[:3]), encoder=ENCODER, seed=1)
    assert other.to_bytes() != desk().to_bytes()
    texts = list(ASKED)
    labels = [[one.best.label for one in head.scores_many(texts, embed(texts)) if one.best] for head in (desk(), other)]
    assert labels[0] == labels[1]


def test_out_of_scope_examples_teach_what_to_refuse():
    text = "can I get a mortgage for a house"
    told = fit(material(INTENTS, ("do you offer mortgages", "I want to borrow money for a flat")), encoder=ENCODER)
    untold = fit(material(INTENTS), encoder=ENCODER)
    sure = [head.scores(text, embed([text])[0]).best for head in (told, untold)]
    assert sure[0] is not None
    assert sure[1] is not None
    assert sure[0].confidence < sure[1].confidence


def test_without_any_word_on_scope_the_unrelated_is_refused_too():
    untold = fit(material(INTENTS), encoder=ENCODER)
    for one in untold.scores_many(UNRELATED, embed(UNRELATED)):
        assert one.best is not None
        assert one.best.confidence < 0.4


def test_background_that_is_near_an_example_is_left_out():
    near = INTENTS["opening_hours"][0]
    assert fit(material(INTENTS, background=(near,)), encoder=ENCODER).to_bytes() == (
        fit(material(INTENTS), encoder=ENCODER).to_bytes()
    )


def test_few_examples_take_the_default_calibration_and_many_their_own():
    assert desk().calibration == "default"
    assert fit(many(10, 19), encoder="x").calibration == "default"
    assert fit(many(10, 20), encoder="x").calibration == "own"


@pytest.mark.parametrize(
    "intents",
    [
        {"only": ("this is the only thing",)},
        {"only": ("this is the only thing", "there is nothing else")},
        {"a": ("where is my card", "card missing"), "b": ("reset my password", "password forgotten")},
        {"a": ("same words",), "b": ("same words",)},
        {"a": ("",), "b": ("?",)},
    ],
)
def test_tiny_templates_are_fitted(intents):
    head = fit(material(intents), encoder=ENCODER)
    text, label = next((texts[0], label) for label, texts in intents.items())
    said = head.scores(text, embed([text])[0])
    assert said.best is not None
    assert said.best.label in intents
    assert 0 <= said.best.confidence <= 1
    assert (said.second is None) == (len(intents) == 1)
    assert said.nearest is not None
    assert said.nearest.label in (label, said.best.label)


def test_a_template_without_examples_gets_a_head_without_labels():
    empty = Template("Empty", "none", (Category("All", (Scenario("nothing"),)),))
    head = fit(training_set(empty, embed), encoder=ENCODER)
    assert head.labels == ()
    assert head.scores("anything", embed(["anything"])[0]).best is None


def test_a_scenario_with_only_triggers_is_learnt_from_them():
    scenarios = (
        Scenario("greeting", triggers=("good morning", "/hel+o/")),
        Scenario("lost_card", examples=INTENTS["lost_card"]),
    )
    made = training_set(Template("T", "t", (Category("All", scenarios),)), embed)
    assert list(made.hints.texts) == ["greeting", "good morning", "lost card"]
    assert list(made.examples.labels) == ["lost_card"] * 5
    assert set(fit(made, encoder=ENCODER).labels) == {"greeting", "lost_card"}


def test_moving_a_scenario_changes_nothing():
    one = template()
    scenarios = tuple(reversed(one.categories[0].scenarios))
    moved = Template(one.name, one.trade, (Category("Elsewhere", scenarios),))
    assert fit(training_set(moved, embed), encoder=ENCODER).to_bytes() == (
        fit(training_set(one, embed), encoder=ENCODER).to_bytes()
    )


def test_the_texts_are_embedded_in_one_call():
    calls = []

    def counted(texts):
        calls.append(len(texts))
        return embed(texts)

    training_set(template(), counted)
    assert len(calls) == 1


def test_a_large_head_stays_within_ten_megabytes():
    made = many(500, 20, dimensions=384)
    lesson_head = fitting._head  # only the size is of interest: cross-validation is left out
    head = lesson_head(fitting._lesson(made, 0), np.arange(10_000), encoder="x", seed=0)
    assert len(head.to_bytes()) <= 10_000_000
    assert len(head.examples.vectors) == 10_000


def test_very_many_examples_are_thinned_evenly(monkeypatch):
    lexical, dense, vector = 8192 * 10, 2 * 16 * 10, 16 + 8
    monkeypatch.setattr(heads, "HEAD_BYTES", lexical + dense + vector * 60)
    monkeypatch.setattr(fitting, "OWN_FROM", 10_000)
    head = fit(many(10, 30), encoder="x")
    assert np.diff(head.examples.offsets).tolist() == [6] * 10


def test_hints_are_learnt_and_never_named_as_out_of_scope():
    hinted = TrainingSet(
        labelled({"a": ("where is my parcel", "parcel is late"), "b": ("close my account", "delete my profile")}),
        labelled({"a": ("delivery",), "b": ("leaving",)}),
        outside(),
        outside(),
    )
    said = fit(hinted, encoder=ENCODER).scores("delivery", embed(["delivery"])[0])
    assert said.best is not None
    assert said.best.label == "a"
    assert said.nearest is not None
    assert said.nearest.index == 4

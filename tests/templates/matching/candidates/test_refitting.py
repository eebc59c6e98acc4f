"""A head that goes on from the serving one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tests.templates.matching.small_desk import ASKED, ENCODER, INTENTS, UNRELATED, desk, embed, material
from understudy.templates.matching.candidates.refitting import refit
from understudy.templates.matching.fitting import TrainingSet, fit
from understudy.templates.matching.head import Head

LOAN = {
    "loan": (
        "I would like to borrow money",
        "can I get a loan from you",
        "what does a personal loan cost",
        "how do I apply for credit",
    )
}
BORROWING = "I need a loan for a new kitchen"


def material_with(intents: Mapping[str, tuple[str, ...]]) -> TrainingSet:
    return material(intents, background=UNRELATED[:3])


def label_of(head: Head, text: str) -> str | None:
    said = head.scores(text, embed([text])[0])
    return said.best.label if said.best else None


def test_what_did_not_change_is_answered_as_before() -> None:
    again = refit(desk(), material_with(INTENTS), changed=frozenset())
    assert {text: label_of(again, text) for text in ASKED} == ASKED


def test_a_new_scenario_is_learnt_beside_the_others() -> None:
    head = refit(desk(), material_with({**INTENTS, **LOAN}), changed=frozenset(LOAN))
    assert label_of(head, BORROWING) == "loan"
    assert {text: label_of(head, text) for text in ASKED} == ASKED


def test_a_scenario_that_is_gone_answers_no_more() -> None:
    left = {name: texts for name, texts in INTENTS.items() if name != "lost_card"}
    head = refit(desk(), material_with(left), changed=frozenset({"lost_card"}))
    assert "lost_card" not in head.labels
    said = [label_of(head, text) for text in INTENTS["lost_card"]]
    assert "lost_card" not in said


def test_new_examples_make_their_scenario_surer() -> None:
    asked = "my plastic has gone missing in the mail"
    more = {**INTENTS, "card_arrival": (*INTENTS["card_arrival"], "the plastic went missing in the mail")}
    before = desk().scores(asked, embed([asked])[0])
    after = refit(desk(), material_with(more), changed=frozenset({"card_arrival"})).scores(asked, embed([asked])[0])
    assert after.best is not None
    assert before.best is not None
    assert after.best.label == "card_arrival"
    assert before.best.label != "card_arrival" or after.best.confidence > before.best.confidence


def test_it_agrees_with_a_whole_fit() -> None:
    whole = material_with({**INTENTS, **LOAN})
    head, fitted = refit(desk(), whole, changed=frozenset(LOAN)), fit(whole, encoder=ENCODER)
    texts = (*ASKED, *(text for some in INTENTS.values() for text in some), *LOAN["loan"], BORROWING)
    agreed = [label_of(head, text) == label_of(fitted, text) for text in texts]
    assert sum(agreed) >= 0.97 * len(agreed)


def test_the_same_material_gives_the_same_head() -> None:
    one, two = (refit(desk(), material_with({**INTENTS, **LOAN}), changed=frozenset(LOAN)) for _ in range(2))
    assert one.to_bytes() == two.to_bytes()


def test_the_serving_head_stays_as_it_is() -> None:
    before = desk().to_bytes()
    refit(desk(), material_with({**INTENTS, **LOAN}), changed=frozenset(LOAN))
    assert desk().to_bytes() == before


def test_the_nearest_example_is_named_by_its_new_place() -> None:
    whole = material_with({**INTENTS, **LOAN})
    head = refit(desk(), whole, changed=frozenset(LOAN))
    texts = [*whole.examples.texts, *whole.hints.texts]
    for text in LOAN["loan"]:
        said = head.scores(text, embed([text])[0])
        assert said.nearest is not None
        assert texts[said.nearest.index] == text
    assert np.diff(head.examples.offsets).min() > 0

import pytest

from tests.templates.matching.small_desk import ASKED, ENCODER, INTENTS, UNRELATED, embed, labelled
from understudy.templates.matching.features import LabelledExamples
from understudy.templates.matching.nearest import NearestExamples
from understudy.templates.matching.scored import Scored

QUESTIONS = {label: texts[:2] for label, texts in INTENTS.items()}
ALL = NearestExamples(labelled(QUESTIONS), encoder=ENCODER)


def scored(text: str, among: NearestExamples = ALL) -> Scored:
    return among.scores(text, embed([text])[0])


@pytest.mark.parametrize("label", QUESTIONS)
def test_the_very_question_is_as_good_as_certain(label):
    said = scored(QUESTIONS[label][0])
    assert said.best is not None
    assert said.best.label == label
    assert said.best.confidence > 0.9
    assert said.nearest is not None
    assert said.nearest.label == label
    assert said.nearest.similarity == pytest.approx(1, abs=0.02)


def test_most_messages_in_other_words_find_their_question():
    named = [said.best.label for text in ASKED if (said := scored(text)).best]
    assert sum(one == wanted for one, wanted in zip(named, ASKED.values(), strict=True)) >= 8


@pytest.mark.parametrize("text", UNRELATED)
def test_unrelated_messages_are_held_unlikely(text):
    said = scored(text)
    assert said.best is not None
    assert said.best.confidence < 0.3


def test_one_question_alone_has_no_second():
    said = scored("I lost my card", NearestExamples(labelled({"lost": ("I lost my card",)}), encoder=ENCODER))
    assert said.best is not None
    assert said.best.confidence > 0.8
    assert said.second is None
    assert not said.is_ambiguous


def test_a_single_question_does_not_attract_everything():
    said = scored("how do I cook rice", NearestExamples(labelled({"lost": ("I lost my card",)}), encoder=ENCODER))
    assert said.best is not None
    assert said.best.confidence < 0.3


def test_nothing_is_said_of_an_empty_set():
    empty = NearestExamples(LabelledExamples([], [], embed([])), encoder=ENCODER)
    assert scored("anything", empty) == Scored()
    assert empty.labels == ()


def test_the_same_question_under_two_labels_is_ambiguous():
    twice = NearestExamples(labelled({"one": ("I lost my card",), "two": ("I lost my card",)}), encoder=ENCODER)
    said = scored("I lost my card", twice)
    assert said.is_ambiguous
    assert said.best is not None
    assert said.best.label == "one"


def test_many_are_scored_as_one_by_one():
    texts = [*ASKED, *UNRELATED]
    assert ALL.scores_many(texts, embed(texts)) == [scored(text) for text in texts]


def test_it_says_that_its_calibration_is_the_default():
    assert ALL.calibration == "default"
    assert ALL.encoder == ENCODER

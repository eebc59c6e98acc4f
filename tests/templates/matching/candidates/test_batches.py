"""Many messages at once say what they say one by one."""

from __future__ import annotations

import numpy as np
import pytest

from tests.templates.matching.small_desk import ASKED, INTENTS, UNRELATED, desk, embed, material
from understudy.templates.matching.candidates.batches import Batch, scores_of
from understudy.templates.matching.company.evidence import Message
from understudy.templates.matching.fitting import fit
from understudy.templates.matching.head import Head

TEXTS = (*ASKED, *UNRELATED, *(text for texts in INTENTS.values() for text in texts), "", "card")


def batch(texts: tuple[str, ...] = TEXTS) -> Batch:
    embeddings = embed(texts)
    return Batch([Message(text, row, "en") for text, row in zip(texts, embeddings, strict=True)], embeddings)


def test_a_batch_says_what_the_head_says_of_each_message() -> None:
    head = desk()
    for text, one, many in zip(TEXTS, head.scores_many(TEXTS, embed(TEXTS)), scores_of(head, batch()), strict=True):
        assert one.best is not None
        assert one.second is not None
        assert one.nearest is not None
        assert many.best is not None
        assert many.second is not None
        assert many.nearest is not None
        assert (many.best.label, many.second.label) == (one.best.label, one.second.label), text
        assert many.nearest.index == one.nearest.index
        assert many.best.confidence == pytest.approx(one.best.confidence, abs=1e-4)
        assert many.second.confidence == pytest.approx(one.second.confidence, abs=1e-4)
        assert many.in_scope == pytest.approx(one.in_scope, abs=1e-4)


@pytest.mark.parametrize("intents", [1, 2])
def test_few_labels_and_nothing_out_of_scope(intents: int) -> None:
    from_few = head_of(intents)
    one, many = from_few.scores_many(TEXTS, embed(TEXTS)), scores_of(from_few, batch())
    assert [said.best.label if said.best else None for said in many] == [
        said.best.label if said.best else None for said in one
    ]
    assert [said.second is None for said in many] == [said.second is None for said in one]


def head_of(intents: int) -> Head:
    some = dict(list(INTENTS.items())[:intents])
    return fit(material(some), encoder="x")


def test_a_head_is_asked_once_for_a_batch() -> None:
    messages = batch()
    assert messages.said(desk()) is messages.said(desk())


def test_an_empty_head_and_an_empty_batch_say_nothing() -> None:
    assert [said.best for said in scores_of(Head.empty("x", 384), batch())] == [None] * len(TEXTS)
    assert scores_of(desk(), Batch([], np.zeros((0, 384), np.float32))) == []

"""Hand-overs that no list has words for are seen by what a message means, in the language that the encoder knows."""

from __future__ import annotations

import json

import numpy as np
import pytest

from understudy.answering.paid import EscalationReason
from understudy.answering.settings import EscalationSettings
from understudy.answering.triggers.meaning import NOBODY, Meaning
from understudy.answering.triggers.reading import Heard, readable, spotted
from understudy.language.adapters.onnx_encoder import OnnxEncoder
from understudy.language.domain import Vector
from understudy.wiring.rung import shipped_meaning

SECURITY, BILLING, FRUSTRATION = EscalationReason.SECURITY, EscalationReason.BILLING, EscalationReason.FRUSTRATION
DEFAULT = EscalationSettings()
AXES = Meaning(
    "made up", (NOBODY, SECURITY, BILLING), np.eye(3, dtype=np.float32) * 10, np.zeros(3, np.float32), above=0.9
)


def axis(place: int) -> Vector:
    row = np.zeros(3, np.float32)
    row[place] = 1
    return row


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder.named("minilm-l6-int8")


def test_the_likeliest_reason_is_given_with_its_probability() -> None:
    why = spotted(Heard("abc", embedding=axis(1)), DEFAULT, AXES)
    assert why is not None
    assert why.reason is SECURITY
    assert why.sign.startswith("meant, 1.0")


def test_nothing_is_meant_without_an_embedding_or_below_the_measured_value() -> None:
    unsure = (axis(0) + axis(1)) / np.float32(2)
    assert spotted(Heard("abc", embedding=axis(0)), DEFAULT, AXES) is None
    assert spotted(Heard("abc", embedding=unsure), DEFAULT, AXES) is None
    assert spotted(Heard("abc"), DEFAULT, AXES) is None
    assert spotted(Heard("abc", embedding=axis(1)), DEFAULT) is None


def test_a_dispute_is_meant_only_over_a_sum_above_the_limit() -> None:
    assert spotted(Heard("that sum", embedding=axis(2)), DEFAULT, AXES) is None
    why = spotted(Heard("that sum of $500", embedding=axis(2)), DEFAULT, AXES)
    assert why is not None
    assert why.reason is BILLING


def test_a_company_that_asks_for_more_signs_of_frustration_goes_by_the_signs_alone() -> None:
    assert FRUSTRATION in readable("abc", DEFAULT)
    assert FRUSTRATION not in readable("abc", EscalationSettings(frustration_signs=8))


def test_a_head_of_another_encoder_is_not_used(encoder: OnnxEncoder) -> None:
    assert shipped_meaning("another@1") is None
    assert shipped_meaning(encoder.model.key) is not None


def test_a_head_whose_parts_do_not_fit_is_refused() -> None:
    told = {"encoder": "x", "above": 0.5, "classes": [NOBODY, "legal"], "offsets": [0.0], "weights": [[1], [2]]}
    with pytest.raises(ValueError, match="do not fit"):
        Meaning.unpacked(json.dumps(told))


@pytest.mark.parametrize(
    ("text", "is_needed"),
    [
        ("I suspect that my ex-partner uses my account", True),
        ("my neighbour is reading my messages through your portal", True),
        ("how do I change the colour of the display", False),
        ("what are your opening hours on Sunday", False),
        ("when will my new card arrive", False),
    ],
)
def test_the_shipped_head_reads_english(text: str, is_needed: bool, encoder: OnnxEncoder) -> None:
    meaning = shipped_meaning(encoder.model.key)
    assert meaning is not None
    row = encoder.encode([text])[0]
    assert (meaning.reason(row, readable(text, DEFAULT)) is not None) == is_needed

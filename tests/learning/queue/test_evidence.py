"""Evidence: one contact never brings anything up to the default bar."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.learning.domain import Evidence
from understudy.learning.queue.evidence import (
    WITNESSES,
    Witnesses,
    confidence,
    priority,
    together,
    witnesses_in,
)
from understudy.learning.settings import LearningSettings

BAR = LearningSettings().min_confidence_for_suggestion
sure = st.floats(0, 1, allow_nan=False)


@given(sure)
def test_one_contact_stays_below_the_default_bar(one: float) -> None:
    assert confidence([one]) < BAR


@given(st.lists(sure, min_size=1, max_size=30), st.integers(0, 30))
def test_it_is_a_probability_and_contradiction_lowers_it(found: list[float], against: int) -> None:
    assert 0 <= confidence(found, against=against) <= confidence(found) <= 1


@given(st.lists(st.just(0.9), min_size=1, max_size=30))
def test_more_witnesses_make_it_surer(found: list[float]) -> None:
    assert confidence([*found, 0.9]) > confidence(found)


def test_the_numbers_that_are_documented() -> None:
    assert confidence([]) == 0
    assert confidence([1.0]) == 0.75
    assert confidence([0.95] * 2) == pytest.approx(0.804, abs=1e-3)
    assert confidence([0.85] * 3) == pytest.approx(0.799, abs=1e-3)
    assert confidence([0.70] * 6) == pytest.approx(0.815, abs=1e-3)
    assert confidence([0.60] * 10) == pytest.approx(0.834, abs=1e-3)


def test_witnesses_beside_tasks_are_kept_and_added() -> None:
    told = Witnesses(5, (0.9, 0.8), 700, ("sms",))
    assert witnesses_in({WITNESSES: told.stored()}) == told
    assert witnesses_in({}) == Witnesses(0, ())
    assert together(Evidence(3, 2, 100, ("chat",)), told) == Evidence(8, 4, 800, ("chat", "sms"))


def test_what_costs_most_comes_first() -> None:
    evidence = Evidence(2, 2, 1_400)
    assert priority(evidence, confidence=0.5, similar_this_month=10) == 3_500
    assert priority(evidence, confidence=0.5, similar_this_month=0) == 700
    assert priority(Evidence(0, 0, 0), confidence=1, similar_this_month=9) == 0

"""From ratings to probabilities."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.answering.rungs.sureness import ASSUMED, ASSUMED_CAP, fitted


@given(st.floats(0, 1), st.one_of(st.none(), st.floats(0, 1)))
def test_until_outcomes_exist_it_means_what_it_says_up_to_a_cap(rating: float, likelihood: float | None) -> None:
    lower = rating if likelihood is None else min(rating, likelihood)
    sure = ASSUMED.of(rating, likelihood)
    assert 0 <= sure <= ASSUMED_CAP
    assert sure == pytest.approx(min(lower, ASSUMED_CAP), abs=2e-4)


def test_the_method_says_that_it_is_assumed_and_by_what() -> None:
    assert "uncalibrated" in ASSUMED.method(has_likelihood=False)
    assert "token likelihood" in ASSUMED.method(has_likelihood=True)


def test_outcomes_pull_ratings_to_what_they_are_worth() -> None:
    chance = random.Random(7)
    raw = [chance.choice((0.6, 0.8, 0.95)) for _ in range(4_000)]
    worth = {0.6: 0.3, 0.8: 0.5, 0.95: 0.8}
    learned = fitted(raw, [chance.random() < worth[score] for score in raw])
    assert learned.outcomes == 4_000
    assert "4000 outcomes" in learned.method(has_likelihood=False)
    for score, share in worth.items():
        assert learned.of(score, None) == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize("right", [[True] * 49, [True] * 200, [True] * 195 + [False] * 5])
def test_too_few_outcomes_change_nothing(right: list[bool]) -> None:
    assert fitted([0.9] * len(right), right) is ASSUMED


def test_a_fit_stays_finite_where_ratings_separate_everything() -> None:
    learned = fitted([0.9] * 50 + [0.1] * 50, [True] * 50 + [False] * 50)
    assert math.isfinite(learned.slope)
    assert learned.of(0.9, None) > 0.9 > 0.1 > learned.of(0.1, None)

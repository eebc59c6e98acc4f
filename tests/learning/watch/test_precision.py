"""Bounds that hold however often they are looked at; simulated as the watch looks, after every judged use."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.learning.watch import precision

FLOOR = 0.85
RULES = 2_000
WITHIN = 50


def needed(uses: int, floor: float = FLOOR) -> np.ndarray:
    """The least number of wrong answers, by number of uses, from which a rule is demoted; over it where none is."""
    found = []
    for count in range(1, uses + 1):
        bad = (wrong for wrong in range(count + 1) if precision.is_below(floor, count - wrong, wrong))
        found.append(next(bad, count + 1))
    return np.array(found)


def demoted(truth: float, uses: int = WITHIN, *, seed: int = 11) -> float:
    """The share of rules that are demoted within so many judged uses, whose answers are right so often."""
    chance = np.random.default_rng(seed)
    wrong = (chance.random((RULES, uses)) >= truth).cumsum(axis=1)
    return float((wrong >= needed(uses)).any(axis=1).mean())


@pytest.mark.parametrize("truth", [0.95, 0.97, 0.99, 1.0])
def test_good_rules_stay(truth: float) -> None:
    assert demoted(truth) <= 0.02


@pytest.mark.parametrize("truth", [0.50, 0.30, 0.0])
def test_bad_rules_go(truth: float) -> None:
    assert 1 - demoted(truth) <= 0.05


def test_a_rule_just_good_enough_is_seldom_demoted_however_long_it_is_looked_at() -> None:
    assert demoted(FLOOR, 600) <= precision.ALPHA


def test_one_wrong_answer_never_demotes() -> None:
    for right in range(3):
        assert not precision.is_below(FLOOR, right, 1)


def test_three_wrong_answers_and_nothing_else_do() -> None:
    assert precision.is_below(FLOOR, 0, 3)


@given(st.integers(0, 300), st.integers(0, 300))
def test_the_bounds_hold_what_was_seen(right: int, wrong: int) -> None:
    low, high = precision.lower(right, wrong), precision.upper(right, wrong)
    assert 0 <= low <= high <= 1
    if right + wrong:
        assert low <= right / (right + wrong) + 1e-9
        assert high >= right / (right + wrong) - 1e-9


@given(st.integers(0, 200), st.integers(1, 200))
def test_a_wrong_answer_more_never_raises_the_bound(right: int, wrong: int) -> None:
    assert precision.upper(right, wrong + 1) <= precision.upper(right, wrong) + 1e-9

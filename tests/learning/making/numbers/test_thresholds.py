"""Thresholds move only when many people make it sure, either way."""

from __future__ import annotations

import pytest

from tests.learning.observed import ARRIVAL, LOST, TEMPLATE_ID, observe, person
from understudy.answering.domain import RungName
from understudy.learning.domain import Scored
from understudy.learning.making.domain import Observation
from understudy.learning.making.numbers.thresholds import FARTHEST, LOWER, RAISE, Judged, bounds, lowered, raised

BARS = {"company_qa": 0.8, "trade_qa": 0.75, "rules": 0.7, "semantic": 0.6}


def near(score: float, key: str, who: str = "") -> Observation:
    scored = (Scored(RungName.SEMANTIC, score, 0.6, key),)
    return observe(f"somebody said {score} {who}", who=who, key=ARRIVAL, scores=scored)


def test_a_rung_that_was_right_below_its_threshold_gets_a_lower_one() -> None:
    said = [near(0.5 + number / 1_000, ARRIVAL) for number in range(60)]
    (proposal,) = lowered(said, BARS, template_id=TEMPLATE_ID)
    after = proposal.edit.thresholds["semantic"]
    assert 0.6 - FARTHEST <= after < 0.6
    assert proposal.details["direction"] == LOWER
    assert proposal.sources


def test_a_rung_that_was_often_wrong_below_it_keeps_it() -> None:
    said = [near(0.55, ARRIVAL if number % 5 else LOST) for number in range(60)]
    assert list(lowered(said, BARS, template_id=TEMPLATE_ID)) == []


def test_few_people_or_one_who_says_much_move_nothing() -> None:
    assert list(lowered([near(0.55, ARRIVAL) for _ in range(19)], BARS, template_id=TEMPLATE_ID)) == []
    alone = [near(0.55, ARRIVAL, "mallory") for _ in range(500)]
    assert list(lowered(alone, BARS, template_id=TEMPLATE_ID)) == []


def test_a_rung_that_was_wrong_above_its_threshold_gets_a_higher_one() -> None:
    judged = [Judged(person(f"p{n}"), RungName.RULES, 0.72, is_right=n % 2 == 0) for n in range(40)]
    (proposal,) = raised(judged, BARS, floor=0.85, template_id=TEMPLATE_ID)
    assert proposal.edit.thresholds["rules"] == pytest.approx(0.73)
    assert proposal.details["direction"] == RAISE
    assert list(raised(judged[:10], BARS, floor=0.85, template_id=TEMPLATE_ID)) == []
    right = [Judged(person(f"p{n}"), RungName.RULES, 0.72, is_right=True) for n in range(40)]
    assert list(raised(right, BARS, floor=0.85, template_id=TEMPLATE_ID)) == []


def test_the_bounds_are_those_of_wilson() -> None:
    assert bounds(0, 0) == (0.0, 1.0)
    low, high = bounds(90, 100)
    assert (round(low, 3), round(high, 3)) == (0.826, 0.945)
    assert bounds(10, 10)[1] == pytest.approx(1.0)

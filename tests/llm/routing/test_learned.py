"""A router learned from past questions: what is known of each tier, where it begins, and when it is used."""

from __future__ import annotations

import random

import pytest

from understudy.llm.domain import Tier
from understudy.llm.routing.fitting import ENOUGH, Fitted, fit
from understudy.llm.routing.learned import Line, Past, Router

COSTS = {Tier.SMALL: 10.0, Tier.MEDIUM: 100.0, Tier.LARGE: 1_000.0}


def past(count: int, seed: int = 7) -> list[Past]:
    """Questions whose first feature tells which tier suffices; the second is noise. All began at the bottom."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        hardness = chance.random()
        tier = Tier.SMALL if hardness < 0.4 else Tier.MEDIUM if hardness < 0.5 else Tier.LARGE
        made.append(Past((hardness, chance.random()), Tier.SMALL, tier, is_sure=True))
    return made


@pytest.mark.parametrize(
    ("began", "ended", "is_sure", "known"),
    [
        (Tier.SMALL, Tier.SMALL, True, (True, True, True)),
        (Tier.SMALL, Tier.MEDIUM, True, (False, True, True)),
        (Tier.MEDIUM, Tier.LARGE, False, (None, False, False)),
        (Tier.SMALL, Tier.SMALL, False, (False, None, None)),
    ],
)
def test_what_a_question_tells_of_each_tier(
    began: Tier, ended: Tier, is_sure: bool, known: tuple[bool | None, ...]
) -> None:
    assert tuple(Past((), began, ended, is_sure).suffices(tier) for tier in Tier) == known


def test_it_begins_where_the_expected_cost_is_least() -> None:
    fitted = fit(past(2_000), COSTS)
    assert fitted is not None
    assert fitted.router.begin((0.1, 0.5)) is Tier.SMALL
    assert fitted.router.begin((0.95, 0.5)) is Tier.LARGE
    assert fitted.questions == 2_000


def test_it_is_used_only_where_it_saves_on_questions_it_has_not_seen() -> None:
    better = fit(past(2_000), COSTS)
    assert better is not None
    assert better.is_better
    only_small = [Past((0.5, 0.5), Tier.SMALL, Tier.SMALL, is_sure=True)] * 600
    same = fit(only_small, COSTS)
    assert same is not None
    assert not same.is_better


def test_a_saving_that_may_be_chance_is_none() -> None:
    router = Router({}, {})
    assert Fitted(router, 600, cost_micros=90, cost_before_micros=100, doubt_micros=4).is_better
    assert not Fitted(router, 600, cost_micros=90, cost_before_micros=100, doubt_micros=6).is_better


def test_too_few_questions_make_no_router() -> None:
    assert fit(past(ENOUGH - 1), COSTS) is None
    assert fit(past(ENOUGH), {Tier.SMALL: 10.0}) is None


def test_the_expected_cost_counts_what_comes_after() -> None:
    router = Router(
        {tier: Line(log_odds, (0.0,)) for tier, log_odds in zip(Tier, (-1.0, 0.0, 1.0), strict=True)}, COSTS
    )
    small = router.lines[Tier.SMALL].chance((1.0,))
    assert router.expected(Tier.SMALL, (1.0,)) == pytest.approx(10 + (1 - small) * 100 + 0.5 * 1_000)
    assert router.expected(Tier.MEDIUM, (1.0,)) == pytest.approx(100 + 0.5 * 1_000)
    assert router.expected(Tier.LARGE, (1.0,)) == pytest.approx(1_000)


def test_a_tier_that_hardly_ever_suffices_by_itself_is_left_out() -> None:
    """Small suffices for one in ten, medium for half, counting that one: to begin at small saves 0.1 * 100, for 15."""
    lines = {Tier.SMALL: Line(-2.197, (0.0,)), Tier.MEDIUM: Line(0.0, (0.0,)), Tier.LARGE: Line(5.0, (0.0,))}
    assert Router(lines, COSTS | {Tier.SMALL: 15.0}).begin((1.0,)) is Tier.MEDIUM
    assert Router(lines, COSTS | {Tier.SMALL: 5.0}).begin((1.0,)) is Tier.SMALL

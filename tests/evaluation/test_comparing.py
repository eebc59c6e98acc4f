"""One message under both sides, and many of them counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.answering.domain import RungName
from understudy.evaluation.comparing import (
    MOST_LISTED,
    Counts,
    Listing,
    Window,
    compared,
    counted,
    is_known_wrong,
    monthly,
)
from understudy.evaluation.domain import Climbed, Effect, Outcome, Recorded, Tally, Truth

NOW = datetime(2026, 5, 1, tzinfo=UTC)
A, B, C = "scenario:Bank/a", "scenario:Bank/b", "scenario:Bank/c"
KEYS = st.sampled_from([None, A, B, C])


def said(key: str | None) -> Climbed:
    return Climbed(key, RungName.RULES if key else None, 0.9 if key else None)


def recorded(
    expected: str | None = None,
    truth: Truth = Truth.UNKNOWN,
    *,
    wrong: frozenset[str] = frozenset(),
    cost: int = 0,
    counterfactual: int = 0,
) -> Recorded:
    return Recorded(uuid4(), "hello", "en", expected, truth, wrong, cost, counterfactual)


def outcome(before: str | None, after: str | None, of: Recorded | None = None) -> Outcome:
    return compared(of or recorded(), said(before), said(after), {})


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        (None, None, Effect.SAME),
        (A, A, Effect.SAME),
        (None, A, Effect.CAUGHT),
        (A, B, Effect.CHANGED),
        (A, None, Effect.LOST),
    ],
)
def test_what_a_candidate_does(before: str | None, after: str | None, effect: Effect) -> None:
    assert outcome(before, after).effect is effect


@pytest.mark.parametrize(
    ("key", "of", "is_wrong"),
    [
        (B, recorded(A, Truth.GOLDEN), True),
        (A, recorded(A, Truth.GOLDEN), False),
        (None, recorded(A, Truth.GOLDEN), False),
        (A, recorded(None, Truth.GOLDEN), True),
        (B, recorded(A, Truth.PAID), True),
        (B, recorded(None, Truth.PAID), False),
        (B, recorded(A, Truth.UNKNOWN), False),
        (B, recorded(None, Truth.UNKNOWN, wrong=frozenset({B})), True),
        (A, recorded(A, Truth.CONFIRMED, wrong=frozenset({B})), False),
    ],
)
def test_what_is_known_to_be_wrong(key: str | None, of: Recorded, is_wrong: bool) -> None:
    assert is_known_wrong(of, key, {}) is is_wrong


def test_newly_wrong_is_what_was_not_wrong_before() -> None:
    golden = recorded(A, Truth.GOLDEN)
    assert outcome(None, B, golden).is_wrong
    assert not outcome(B, C, golden).is_wrong
    assert outcome(B, A, golden).is_mended
    assert outcome(B, None, golden).is_mended
    assert not outcome(A, None, golden).is_wrong


def test_merged_scenarios_count_as_one() -> None:
    of = recorded(B, Truth.CONFIRMED)
    merged = compared(of, said(B), said(A), {B: A})
    assert merged.effect is Effect.SAME
    assert not merged.is_wrong


def test_the_price_is_saved_when_caught_and_paid_when_lost() -> None:
    found = counted(
        [
            outcome(None, A, recorded(cost=70)),
            outcome(None, A, recorded(counterfactual=30)),
            outcome(A, None, recorded(counterfactual=40)),
            outcome(A, B, recorded(counterfactual=40)),
            outcome(None, None, recorded(cost=500)),
        ]
    )
    assert found.tally == Tally(
        messages=5, newly_caught=2, changed=1, newly_wrong=0, mended=0, lost=1, still_paid=2, saving_micros=60
    )
    assert found.squares == 70**2 + 30**2 + 40**2


def test_golden_cases_are_no_traffic() -> None:
    found = counted([outcome(None, B, recorded(A, Truth.GOLDEN)), outcome(B, A, recorded(A, Truth.GOLDEN))])
    assert found == Counts(Tally(newly_wrong=1, mended=1), 0.0, 2)


@given(st.lists(st.tuples(KEYS, KEYS, st.sampled_from(Truth), st.integers(0, 500)), max_size=30), st.integers(0, 30))
def test_parts_add_up_to_the_whole(rows: list[tuple[str | None, str | None, Truth, int]], cut: int) -> None:
    every = [outcome(before, after, recorded(A, truth, cost=cost)) for before, after, truth, cost in rows]
    assert counted(every[:cut]) + counted(every[cut:]) == counted(every)
    tally = counted(every).tally
    assert tally.newly_caught + tally.changed + tally.lost <= tally.messages <= len(every)


def test_the_interval_of_a_month_holds_what_months_would_bring() -> None:
    chance = np.random.default_rng(0)
    prices = [50, 80, 120]
    held = 0
    for _ in range(400):
        caught = [recorded(cost=int(price)) for price in chance.choice(prices, chance.poisson(60))]
        saving = monthly(counted([outcome(None, A, one) for one in caught]), timedelta(days=30.44))
        held += saving.low_micros <= 60 * sum(prices) / 3 <= saving.high_micros
    assert 0.92 <= held / 400 <= 0.98


def test_a_month_is_scaled_from_the_window() -> None:
    counts = counted([outcome(None, A, recorded(cost=100))])
    week = monthly(counts, timedelta(days=7))
    assert week.micros == round(100 * 30.44 / 7)
    assert week.low_micros == 0
    assert monthly(counts, timedelta(0)).micros == round(100 * 30.44)


@pytest.mark.parametrize(
    ("oldest", "opened", "is_cut", "days"),
    [
        (None, 400, False, 30),
        (2, 400, False, 30),
        (2, 10, False, 10),
        (20, 10, False, 20),
        (2, 400, True, 2),
        (0.1, 400, True, 1),
    ],
)
def test_how_long_a_window_lasted(oldest: float | None, opened: float, is_cut: bool, days: float) -> None:
    oldest_at = NOW - timedelta(days=oldest) if oldest is not None else None
    window = Window(30, NOW, NOW - timedelta(days=opened), oldest_at, is_cut)
    assert window.span == timedelta(days=days)


def test_a_list_names_the_certain_ones_first_and_not_too_many() -> None:
    listing = Listing()
    listing.add([outcome(None, B, recorded(A, Truth.PAID)) for _ in range(MOST_LISTED)])
    sure = outcome(None, B, recorded(A, Truth.CONFIRMED))
    listing.add([sure, outcome(A, A)])
    assert listing.wrong[0] is sure
    assert len(listing.wrong) == len(listing.changed) == MOST_LISTED

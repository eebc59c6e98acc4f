"""What may be shown: nothing that spoils a confirmed answer, nothing that brings nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.learning.suggesting import wrong
from understudy.evaluation.domain import Tally, Truth
from understudy.learning import gate
from understudy.learning.gate import Collecting, Held, Policy, Replayed, Shown

POLICY = Policy(min_confidence=0.80, floor=0.85)
counts = st.integers(0, 50)
tallies = st.builds(Tally, counts, counts, counts, counts, counts, counts, counts, counts)


def test_what_catches_messages_and_spoils_none_is_shown() -> None:
    verdict = gate.judge(0.9, Replayed(Tally(messages=100, newly_caught=7)), POLICY)
    assert verdict == Shown(0.9)


@pytest.mark.parametrize("truth", [Truth.GOLDEN, Truth.CONFIRMED, Truth.CORRECTED])
def test_one_confirmed_answer_spoilt_holds_it_back(truth: Truth) -> None:
    found = Replayed(Tally(messages=100, newly_caught=90, newly_wrong=1), (wrong(truth=truth),))
    verdict = gate.judge(0.99, found, POLICY)
    assert isinstance(verdict, Held)
    assert verdict.because == "it would answer 1 message wrongly whose right answer is known"


def test_the_paid_model_may_be_contradicted_now_and_then() -> None:
    few = Replayed(Tally(messages=100, newly_caught=20, newly_wrong=1), (wrong(truth=Truth.PAID),))
    many = Replayed(Tally(messages=100, newly_caught=20, newly_wrong=4), tuple([wrong(truth=Truth.PAID)] * 4))
    assert isinstance(gate.judge(0.9, few, POLICY), Shown)
    assert isinstance(gate.judge(0.9, many, POLICY), Held)


def test_what_brings_nothing_goes_on_collecting() -> None:
    assert isinstance(gate.judge(0.9, Replayed(Tally(messages=100)), POLICY), Collecting)


def test_what_loses_more_than_it_brings_is_held_back() -> None:
    assert isinstance(gate.judge(0.9, Replayed(Tally(messages=100, newly_caught=3, lost=4)), POLICY), Held)


def test_below_the_companys_confidence_it_goes_on_collecting() -> None:
    verdict = gate.judge(0.75, Replayed(Tally(messages=100, newly_caught=3)), POLICY)
    assert isinstance(verdict, Collecting)
    assert verdict.because == "its confidence 0.75 is below 0.80"


@given(tallies, st.floats(0, 1))
def test_a_replay_never_makes_it_surer(tally: Tally, prior: float) -> None:
    assert 0 <= gate.judge(prior, Replayed(tally), POLICY).confidence <= prior


@given(tallies, st.integers(1, 1_000))
def test_a_thousand_messages_of_one_contact_count_no_more_than_one(tally: Tally, more: int) -> None:
    """What was caught may all be one contact's, who is in the prior already."""
    louder = Tally(tally.messages + more, tally.newly_caught + more)
    assert gate.confidence_of(0.75, louder) == 0.75


def test_what_would_break_is_told_in_words_without_personal_data() -> None:
    said = gate.told([wrong("Ann's card"), wrong("b", Truth.PAID)], lambda text: text.replace("Ann", "[NAME_1]"))
    assert said[0] == "“[NAME_1]'s card” would get card_arrival; exchange_rate is right"
    assert len(gate.told([wrong() for _ in range(50)], str)) == gate.TOLD

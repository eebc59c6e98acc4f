"""Phrases that tell: by people, not by repetitions."""

from __future__ import annotations

import pytest

from tests.learning.observed import observe
from understudy.learning.content.domain import padded
from understudy.learning.making.numbers.phrases import grams, log_odds, says_something, telling, variants

OTHERS = [padded(text) for text in ("where is my money", "my card was stolen", "what is the rate", "i lost it") * 5]


def test_what_people_say_for_this_and_nothing_else_tells() -> None:
    said = [observe(f"{who} has the tracking number of my card") for who in ("ann", "bob", "cy", "dan")]
    (first, *rest) = telling(said, OTHERS)
    assert "tracking number" in first.text
    assert first.inside == 4
    assert first.outside == 0
    assert all(first.text not in one.text for one in rest)


def test_a_phrase_that_is_said_elsewhere_too_tells_nothing() -> None:
    said = [observe(f"where is my thing {who}") for who in ("ann", "bob", "cy", "dan")]
    assert all(one.text != "where is my" for one in telling(said, OTHERS))


def test_one_contact_who_repeats_itself_a_thousand_times_says_it_once() -> None:
    lies = [observe("free money for everybody now", who="mallory") for _ in range(1_000)]
    assert telling(lies, OTHERS) == []
    two = [*lies, observe("free money for everybody now", who="eve")]
    assert telling(two, OTHERS) == []


def test_what_is_known_is_not_proposed_again() -> None:
    said = [observe(f"tracking number please {who}") for who in ("ann", "bob", "cy", "dan")]
    assert telling(said, OTHERS)
    assert telling(said, OTHERS, known=[padded(word) for word in ("tracking", "number", "please")]) == []


def test_numbers_and_short_words_say_nothing() -> None:
    assert not says_something("12345")
    assert not says_something("is it")
    assert not says_something("card")
    assert says_something("tracking")
    assert says_something("my parcel")
    assert "order 77" not in grams(["order", "77", "late"])


def test_log_odds_are_signed_and_grow_with_the_counts() -> None:
    assert log_odds((5, 10), (5, 10)) == pytest.approx(0)
    assert log_odds((9, 10), (1, 10)) > 0 > log_odds((1, 10), (9, 10))
    assert log_odds((90, 100), (10, 100)) > log_odds((9, 10), (1, 10))


def test_a_word_in_the_place_of_another_is_a_variant() -> None:
    said = [observe(f"where is my plastic {who}", who=who) for who in ("ann", "bob", "cy")]
    found = variants([padded("where is my card"), padded("my card")], said)
    assert len(found["card", "plastic"]) == 3
    assert variants([padded("my card")], said) == {}, "two words are too little to tell what is missing"

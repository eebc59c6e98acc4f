"""The n-grams of a text, which are counted anew or put together from words that came before."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from understudy.templates.matching import features
from understudy.templates.matching.features import KnownWords, Written, counted


def same(one: features.Grams, other: features.Grams) -> bool:
    return np.array_equal(one.buckets, other.buckets) and np.array_equal(one.weights, other.weights)


@given(st.text(), st.text())
def test_words_that_came_before_count_as_they_did(text: str, other: str) -> None:
    first = counted(text)
    counted(f"{text} {other}")
    assert same(counted(text), first)


def test_each_word_has_its_own_hashes_however_many_are_asked_for_together() -> None:
    words = ["card", "a", "card", "überweisung", "日", "card's"]
    together = KnownWords().of(words)
    alone = [KnownWords().of([word])[0] for word in words]
    assert all(np.array_equal(one, other) for one, other in zip(together, alone, strict=True))
    assert [len(one) for one in together[:2]] == [5 + 4 + 3 + 2, 2 + 1]


def test_a_flood_of_words_does_not_grow_what_is_known() -> None:
    known = KnownWords()
    for place in range(3 * KnownWords.CAPACITY // 100):
        known.of([f"word{place}x{number}" for number in range(100)])
    assert len(known) <= KnownWords.CAPACITY + 100


def test_a_message_is_counted_once_for_all_who_ask() -> None:
    message = Written("where is my card")
    assert message.grams() is message.grams()
    assert same(message.grams(), counted("where is my card"))

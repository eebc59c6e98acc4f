"""The identifier is believed only where it can be right."""

import pytest

from understudy.language.domain import Identified
from understudy.language.identification import trusted, word_count


def test_short_texts_are_not_identified():
    assert trusted("no hotel", "es", 0.99) == Identified(None, 0.99)


def test_low_scores_are_not_believed():
    assert trusted("one two three four", "en", 0.49).code is None
    assert trusted("one two three four", "en", 0.5).code == "en"


def test_kana_is_japanese_whatever_the_score():
    assert trusted("カードはどこ", "zh", 0.3).code == "ja"


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("one two", 2), ("我的卡在哪里", 3), ("it's 42 o'clock", 4), ("カード please", 2.5)]
)
def test_words_are_counted_where_there_are_no_spaces_too(text: str, count: float):
    assert word_count(text) == count

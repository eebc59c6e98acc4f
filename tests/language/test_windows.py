"""Which part of a text the encoder reads."""

from hypothesis import given
from hypothesis import strategies as st

from understudy.language.windows import by_length, ends, head_and_tail


def test_a_short_text_is_read_whole():
    assert head_and_tail(range(128), 64, 64) == list(range(128))


def test_of_a_long_text_the_first_and_the_last_are_read():
    assert head_and_tail(range(129), 64, 64) == [*range(64), *range(65, 129)]
    assert head_and_tail(range(10_000), 64, 64) == [*range(64), *range(9_936, 10_000)]


def test_a_tail_of_nothing_is_nothing():
    assert head_and_tail(range(200), 64, 0) == list(range(64))


def test_a_very_long_text_is_cut_before_it_is_split():
    text = "a" * 5_000 + "middle" + "z" * 5_000
    assert ends(text) == "a" * 4_000 + " " + "z" * 4_000
    assert ends("short") == "short"


@given(st.lists(st.integers(0, 200), max_size=100), st.integers(1, 20))
def test_batches_hold_every_text_once_shortest_first(lengths: list[int], max_batch: int):
    batches = list(by_length(lengths, max_batch))
    places = [place for batch in batches for place in batch]
    assert sorted(places) == list(range(len(lengths)))
    assert [lengths[place] for place in places] == sorted(lengths)
    assert all(len(batch) <= max_batch for batch in batches)

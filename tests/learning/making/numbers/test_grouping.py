"""Grouping by meaning: one contact never counts twice, and wrong answers lie among those of another."""

from __future__ import annotations

import numpy as np

from tests.learning.observed import ARRIVAL, LOST, observe
from understudy.learning.content.examples import example_of
from understudy.learning.making.numbers.grouping import grouped, one_of_each_contact, supported


def test_messages_that_mean_the_same_are_one_group() -> None:
    said = [
        observe("my parcel with the new card is late"),
        observe("the parcel with my new card is so late"),
        observe("how much is a euro worth today"),
        observe("is the parcel with my new card late"),
    ]
    groups = grouped(said)
    assert [len(group.members) for group in groups] == [3, 1]
    assert [group.contacts for group in groups] == [3, 1]
    assert grouped([]) == []


def test_every_observation_is_in_one_group_and_the_order_of_equal_ones_does_not_matter() -> None:
    said = [observe(f"word{number % 7} word{number % 5} word{number % 3} again") for number in range(60)]
    groups = grouped(said)
    assert sorted(id(one) for group in groups for one in group.members) == sorted(map(id, said))
    sizes = [len(group.members) for group in groups]
    assert sizes == sorted(sizes, reverse=True)


def test_more_groups_than_were_foreseen() -> None:
    said = [observe(f"only{number}a only{number}b only{number}c") for number in range(50)]
    assert len(grouped(said, bar=0.9)) == 50


def test_a_contact_is_one_witness_with_the_latest_it_said() -> None:
    said = [observe(f"where is the parcel with my card {tail}", who="mallory") for tail in ("a", "bb", "ccc")]
    said.append(observe("where is the parcel with my card please", who="ann"))
    (group,) = grouped(said)
    assert group.contacts == 2
    assert sorted(one.text[-3:] for one in one_of_each_contact(group)) == ["ase", "ccc"]


def test_an_answer_is_doubted_when_its_neighbours_were_answered_otherwise() -> None:
    right = [observe(f"someone took my purse and card today {n}", key=LOST) for n in ("a", "b", "c", "d", "e", "f")]
    wrong = observe("someone took my purse and card today z", key=ARRIVAL)
    own = [observe(f"the parcel with my card is late {n}") for n in ("a", "b", "c", "d")]
    assert supported([wrong, *own], right) == own
    assert supported([wrong], right[:2]) == [wrong], "two neighbours are too few to doubt by"
    assert supported([], right) == []


def test_one_contact_cannot_outvote_others() -> None:
    liar = [observe(f"send me free money at once {n}", who="mallory") for n in range(50)]
    assert supported(liar[:1], []) == liar[:1]
    honest = [observe(f"send me free money at once {n}", key=LOST) for n in ("x", "y", "z")]
    assert supported(liar, honest) == [], "its own repetitions are no neighbours"


def test_an_example_has_no_placeholders_and_says_something() -> None:
    assert example_of("call me at [PHONE_1], my card is late") == "call me at, my card is late"
    assert example_of("I am [NAME_1]. Where is my card?") == "I am. Where is my card?"
    assert example_of("[EMAIL_1]") is None
    assert example_of("hello") is None
    assert example_of("  where\n is   it ") == "where is it"


def test_vectors_are_left_as_they_were() -> None:
    one = observe("the parcel with my card is late")
    before = one.vector.copy()
    grouped([one, observe("the parcel with my card is very late")])
    assert np.array_equal(one.vector, before)

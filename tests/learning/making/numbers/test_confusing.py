"""Negatives, splits and merges from messages that came near to something else."""

from __future__ import annotations

from tests.learning.observed import ARRIVAL, LOST, content, missed, observe, subject
from tests.seeding import BANK
from understudy.answering.domain import RungName
from understudy.learning.domain import Issue
from understudy.learning.making.numbers.confusing import CONFUSED_CONTACTS, SPLIT_CONTACTS, merges, negatives, split

PEOPLE = tuple(f"person{number}" for number in range(8))


def test_words_of_a_near_miss_forbid_the_scenario_that_nearly_answered() -> None:
    said = [
        observe(f"where is my card holder you promised {who}", who=who, key=LOST, scores=missed(ARRIVAL))
        for who in PEOPLE
    ]
    about = subject(said, [observe(f"where is my card {n}") for n in range(6)], scenario="lost_card")
    (proposal,) = negatives(about)
    assert proposal.issue is Issue.TIGHTEN_NEGATIVE_TRIGGERS
    assert proposal.scenario == "card_arrival"
    (change,) = proposal.edit.scenarios
    assert any("holder" in text for text in change.negative_triggers)
    assert not change.triggers
    assert proposal.details["instead"] == [LOST]


def test_words_that_the_scenario_itself_is_asked_with_never_forbid_it() -> None:
    said = [observe(f"where is my card {who}", who=who, key=LOST, scores=missed(ARRIVAL)) for who in PEOPLE]
    assert list(negatives(subject(said, scenario="lost_card"))) == []


def test_a_low_score_or_the_scenario_itself_is_no_near_miss() -> None:
    for scores in (missed(ARRIVAL, 0.2), missed(LOST), missed(ARRIVAL, 0.6, RungName.SEMANTIC)):
        said = [observe(f"my card holder is gone {who}", who=who, key=LOST, scores=scores) for who in PEOPLE]
        assert list(negatives(subject(said, scenario="lost_card"))) == []


def test_two_meanings_under_one_name_are_split() -> None:
    parcels = [observe(f"courier parcel tracking number van {n}") for n in range(SPLIT_CONTACTS)]
    pins = [observe(f"secret digits letter envelope code {n}") for n in range(SPLIT_CONTACTS)]
    proposal = split(subject([*parcels, *pins]))
    assert proposal is not None
    assert proposal.issue is Issue.SPLIT_SCENARIO
    (new,) = proposal.edit.added
    assert new.scenario.name.startswith("card_arrival_")
    assert new.scenario.replies == content().scenarios["card_arrival"].replies
    after = proposal.edit.apply(BANK)
    assert len(list(after.scenarios())) == 4


def test_one_meaning_stays_one() -> None:
    assert split(subject([observe(f"courier parcel tracking number {n}") for n in range(20)])) is None
    few = [observe(f"courier parcel tracking {n}") for n in range(9)]
    assert split(subject([*few, observe("secret digits letter envelope")])) is None


def test_scenarios_taken_for_each_other_both_ways_are_proposed_to_be_one() -> None:
    there = [observe(f"card {n}", key=LOST, scores=missed(ARRIVAL)) for n in range(CONFUSED_CONTACTS)]
    back = [observe(f"card {n}", key=ARRIVAL, scores=missed(LOST)) for n in range(CONFUSED_CONTACTS)]
    (proposal,) = merges(content(), [*there, *back], language="en")
    assert proposal.edit.names == {"card_arrival", "lost_card"}
    assert len(proposal.edit.removed) == 1
    assert len(list(proposal.edit.apply(BANK).scenarios())) == 2
    assert list(merges(content(), there, language="en")) == []
    assert list(merges(content(), [*there, *back[1:]], language="en")) == []


def test_one_contact_alone_never_makes_two_scenarios_one() -> None:
    both = [
        observe(f"card {n}", who="mallory", key=key, scores=missed(other))
        for n in range(50)
        for key, other in ((LOST, ARRIVAL), (ARRIVAL, LOST))
    ]
    assert list(merges(content(), both, language="en")) == []

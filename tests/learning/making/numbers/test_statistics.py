"""Examples, keywords and synonyms from what was said."""

from __future__ import annotations

from dataclasses import replace

from tests.learning.observed import LOST, TEMPLATE_ID, content, observe, subject
from tests.seeding import BANK
from understudy.learning.domain import Issue
from understudy.learning.making.numbers.statistics import proposals

PEOPLE = ("ann", "bob", "cy", "dan", "eve")
LATE = [observe(f"the courier has the parcel with it since {who}", who=who) for who in PEOPLE]
STOLEN = [observe(f"a thief took the purse of {who}", key=LOST) for who in PEOPLE]


def test_what_several_people_asked_becomes_examples() -> None:
    found = {one.issue: one for one in proposals(subject(LATE, STOLEN))}
    examples = found[Issue.ADD_EXAMPLES]
    (change,) = examples.edit.scenarios
    assert set(change.examples) == {one.text for one in LATE}
    assert set(examples.sources) == {one.task_id for one in LATE}
    assert examples.edit.template_id == TEMPLATE_ID
    assert not examples.edit.in_overlay
    assert "5 people" in examples.reasoning


def test_what_one_person_says_a_thousand_times_becomes_nothing() -> None:
    lies = [observe(f"transfer all money to me at once {n}", who="mallory") for n in range(1_000)]
    assert list(proposals(subject(lies, STOLEN))) == []
    assert not any("money" in text for one in proposals(subject([*LATE, *lies], STOLEN)) for text in one.edit.texts)


def test_what_is_an_example_already_is_not_proposed_again() -> None:
    known = [observe("my new card has not come", who=who) for who in PEOPLE]
    assert [one for one in proposals(subject(known)) if one.issue is Issue.ADD_EXAMPLES] == []


def test_without_anything_new_nothing_is_proposed() -> None:
    about = subject(LATE, STOLEN)
    assert list(proposals(replace(about, fresh=frozenset()))) == []


def test_phrases_become_keywords_with_their_odds() -> None:
    found = {one.issue: one for one in proposals(subject(LATE, STOLEN))}
    keywords = found[Issue.ADD_KEYWORDS]
    (change,) = keywords.edit.scenarios
    assert any("parcel" in trigger for trigger in change.triggers)
    assert set(keywords.details["log_odds"]) == set(change.triggers)


def test_a_word_in_place_of_a_trigger_s_becomes_a_synonym_of_an_own_template_only() -> None:
    said = [observe(f"where is my plastic {who}", who=who) for who in PEOPLE]
    found = [one for one in proposals(subject(said)) if one.issue is Issue.ADD_SYNONYMS]
    assert found[0].edit.synonyms == {"card": ("plastic",)}
    followed = subject(said, about=content(is_own=False))
    assert all(one.edit.in_overlay for one in proposals(followed))
    assert not [one for one in proposals(followed) if one.issue is Issue.ADD_SYNONYMS]


def test_a_word_that_another_scenario_is_told_by_is_no_synonym() -> None:
    said = [observe(f"where is my rate {who}", who=who) for who in PEOPLE]
    assert not [one for one in proposals(subject(said)) if one.issue is Issue.ADD_SYNONYMS]


def test_the_edit_can_be_applied() -> None:
    for one in proposals(subject(LATE, STOLEN)):
        after = one.edit.apply(BANK).scenario("card_arrival")
        assert after is not None
        assert one.edit.texts <= {*after.triggers, *after.examples}

"""The same thing is proposed once, and what is known or was decided about is left out."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from tests.learning.observed import TEMPLATE_ID, content
from understudy.learning.domain import Issue, Maker, Proposal
from understudy.learning.editing import Edit, NewScenario, ScenarioEdit
from understudy.learning.queue.repeats import (
    MOST_EXAMPLES,
    capped,
    fingerprint,
    is_empty,
    merged,
    without_known,
    without_words,
)
from understudy.templates.domain import Scenario
from understudy.templates.matching.company.compiled import words_of


def adding(*examples: str, triggers: tuple[str, ...] = (), negatives: tuple[str, ...] = ()) -> Edit:
    """An edit of card_arrival."""
    change = ScenarioEdit("card_arrival", examples=examples, triggers=triggers, negative_triggers=negatives)
    return Edit(TEMPLATE_ID, scenarios=(change,))


def proposal(edit: Edit, issue: Issue = Issue.ADD_EXAMPLES) -> Proposal:
    """A proposal about card_arrival."""
    return Proposal(issue, "card_arrival", edit, "because", "en", Maker.STATISTICS, ())


def test_growing_issues_have_one_mark_whatever_texts_they_bring() -> None:
    first = proposal(adding("a parcel"))
    assert fingerprint(first) == fingerprint(proposal(adding("a letter")))
    assert fingerprint(first) != fingerprint(replace(first, language="de"))
    assert fingerprint(first) != fingerprint(replace(first, issue=Issue.ADD_KEYWORDS))
    assert fingerprint(first) != fingerprint(replace(first, edit=replace(first.edit, in_overlay=True)))
    assert fingerprint(first) != fingerprint(replace(first, edit=replace(first.edit, template_id=UUID(int=8))))


def test_others_are_told_by_what_they_are_about() -> None:
    one = proposal(Edit(TEMPLATE_ID, synonyms={"card": ("plastic",)}), Issue.ADD_SYNONYMS)
    assert fingerprint(one) != fingerprint(replace(one, edit=Edit(TEMPLATE_ID, synonyms={"rate": ("price",)})))
    up = replace(
        proposal(Edit(TEMPLATE_ID, thresholds={"rules": 0.8}), Issue.ADJUST_THRESHOLD), details={"direction": "up"}
    )
    assert fingerprint(up) == fingerprint(replace(up, edit=Edit(TEMPLATE_ID, thresholds={"rules": 0.9})))
    assert fingerprint(up) != fingerprint(replace(up, details={"direction": "down"}))


def test_what_any_scenario_has_is_left_out() -> None:
    edit = adding("My NEW card has not come!", "my card was stolen", "a new one", triggers=("lost my card", "parcel"))
    (left,) = without_known(edit, content(), ()).scenarios
    assert left.examples == ("a new one",)
    assert left.triggers == ("parcel",)


def test_what_was_decided_about_is_left_out() -> None:
    decided = [adding("the parcel is late", negatives=("holder",))]
    (left,) = without_known(
        adding("The parcel is late.", "another", negatives=("holder", "x y")), content(), decided
    ).scenarios
    assert left.examples == ("another",)
    assert left.negative_triggers == ("x y",)


def test_a_scenario_is_never_forbidden_by_its_own_words() -> None:
    (left,) = without_known(adding(negatives=("where is my card", "card holder")), content(), ()).scenarios
    assert left.negative_triggers == ("card holder",)


def test_texts_that_move_with_a_split_or_merge_are_not_known() -> None:
    moving = Edit(
        TEMPLATE_ID,
        scenarios=(ScenarioEdit("card_arrival", without_examples=("my new card has not come",)),),
        added=(NewScenario(Scenario("late", examples=("my new card has not come",))),),
    )
    assert without_known(moving, content(), ()).added[0].scenario.examples == ("my new card has not come",)
    one = ScenarioEdit("card_arrival", examples=("my card was stolen",))
    joined = Edit(TEMPLATE_ID, scenarios=(one,), removed=("lost_card",))
    assert without_known(joined, content(), ()).scenarios[0].examples == ("my card was stolen",)


def test_evidence_for_the_same_is_put_together_up_to_what_one_may_bring() -> None:
    both = merged(adding("one", "two"), adding("two", "three", triggers=("four",)))
    (change,) = both.scenarios
    assert change.examples == ("one", "two", "three")
    assert change.triggers == ("four",)
    many = adding(*(f"example {n}" for n in range(MOST_EXAMPLES + 30)))
    assert len(capped(many).scenarios[0].examples) == MOST_EXAMPLES
    assert len(merged(many, adding("one more")).scenarios[0].examples) == MOST_EXAMPLES


def test_empty_edits() -> None:
    assert is_empty(adding())
    assert is_empty(Edit(TEMPLATE_ID, added=(NewScenario(Scenario("b")),)))
    assert not is_empty(adding("one"))
    assert not is_empty(Edit(TEMPLATE_ID, thresholds={"rules": 0.5}))
    assert not is_empty(Edit(TEMPLATE_ID, removed=("b",)))


def test_words_of_somebody_erased_go() -> None:
    edit = without_words(adding("I am late", "my parcel"), frozenset({words_of("i am LATE")}))
    assert edit.scenarios[0].examples == ("my parcel",)

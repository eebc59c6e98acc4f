"""Several changes as one; those at odds are told apart."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.templates.examples import scenario, template
from understudy.learning.editing import Edit, NewScenario, ScenarioEdit
from understudy.learning.joining import at_odds, clash, joined

ID = UUID(int=7)


def adds(name: str, *examples: str) -> Edit:
    return Edit(ID, scenarios=(ScenarioEdit(name, examples=examples),))


def test_changes_of_one_scenario_become_one() -> None:
    whole, left_out = joined([adds("a", "one"), adds("a", "two"), adds("b", "three")])
    assert left_out == ()
    assert {one.scenario: one.examples for one in whole.scenarios} == {"a": ("one", "two"), "b": ("three",)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (adds("a", "the same"), adds("b", "The  Same")),
        (adds("a", "x"), Edit(ID, removed=("a",))),
        (adds("a", "x"), Edit(ID, scenarios=(ScenarioEdit("a", without_examples=("x",)),))),
        (Edit(ID, thresholds={"rules": 0.6}), Edit(ID, thresholds={"rules": 0.8})),
        (Edit(ID, added=(NewScenario(scenario("n")),)), Edit(ID, added=(NewScenario(scenario("n")),))),
    ],
)
def test_contradictions_are_seen_both_ways(one: Edit, other: Edit) -> None:
    assert at_odds(one, other)
    assert at_odds(other, one)
    assert joined([one, other]) == (one, (1,))


def test_a_text_of_another_scenario_clashes() -> None:
    bank = template(scenario("card", examples=("where is it",)), scenario("rate", triggers=("euros",)))
    assert clash(adds("rate", "Where is  it"), bank) == "“where is it” belongs to the scenario card already"
    assert clash(adds("card", "where is it"), bank) is None


def test_a_text_that_the_edit_moves_does_not_clash() -> None:
    bank = template(scenario("card", examples=("where is it",)), scenario("rate", triggers=("euros",)))
    moved = Edit(
        ID,
        scenarios=(
            ScenarioEdit("card", without_examples=("where is it",)),
            ScenarioEdit("rate", examples=("where is it",)),
        ),
    )
    assert clash(moved, bank) is None
    assert (
        clash(Edit(ID, scenarios=(ScenarioEdit("rate", examples=("where is it",)),), removed=("card",)), bank) is None
    )

"""What changed between two versions, as a person reads it before publishing."""

from hypothesis import given

from tests.templates.examples import scenario, template, templates
from understudy.templates.diff import Change, ChangeKind, FieldChange, diff
from understudy.templates.domain import Action, Category, Reply, Template


def test_nothing_changed_is_an_empty_diff():
    assert not diff(template(), template())
    assert diff(template(), template()).lines() == ()


def test_added_changed_and_removed_scenarios_are_told_apart():
    before = template(scenario("card"), scenario("pin"))
    after = template(scenario("card", follow_up="Else?"), scenario("loan"))
    assert diff(before, after).changes == (
        Change(ChangeKind.CHANGED, "scenario card", (FieldChange("follow_up", (), ("Else?",)),)),
        Change(ChangeKind.ADDED, "scenario loan"),
        Change(ChangeKind.REMOVED, "scenario pin"),
    )


def test_a_changed_field_says_what_it_lost_and_gained():
    before = scenario("card", triggers=("a", "b"), replies=(Reply("s", "f"),), priority=1)
    after = scenario("card", triggers=("b", "c", "c"), replies=(Reply("s", "g"),), action=Action.CALLBACK)
    (change,) = diff(template(before), template(after)).changes
    assert change.fields == (
        FieldChange("triggers", ("a",), ("c", "c")),
        FieldChange("replies", ("s | f",), ("s | g",)),
        FieldChange("priority", ("1",), ("0",)),
        FieldChange("action", ("none",), ("callback",)),
    )


def test_a_changed_order_is_told_because_it_decides_ties():
    (change,) = diff(template(scenario(triggers=("a", "b"))), template(scenario(triggers=("b", "a")))).changes
    assert change.fields == (FieldChange("triggers", reordered=True),)


def test_a_scenario_that_moved_to_another_category_has_changed():
    before = Template("Bank", "banking", (Category("A", (scenario("card"),)),))
    after = Template("Bank", "banking", (Category("B", (scenario("card"),)),))
    own, moved = diff(before, after).changes
    assert own.fields == (FieldChange("categories", ("A",), ("B",)),)
    assert moved.fields == (FieldChange("category", ("A",), ("B",)),)


def test_the_lines_are_readable_and_long_values_are_cut():
    before = template(scenario("card", examples=("old",)), synonyms={"card": ("plastic",)})
    after = template(scenario("card", examples=("new\nline " + "x" * 200,)))
    lines = diff(before, after).lines()
    assert lines[:5] == (
        "changed template",
        "  synonyms: 1 removed",
        "    - card: plastic",
        "changed scenario card",
        "  examples: 1 removed, 1 added",
    )
    assert lines[6].startswith("    + new line xxx")
    assert lines[6].endswith("…")
    assert all(len(line) < 120 for line in lines)


@given(templates, templates)
def test_a_diff_is_empty_exactly_when_nothing_differs_and_runs_both_ways(one, other):
    assert not diff(one, one)
    there, back = diff(one, other), diff(other, one)
    assert bool(there) == bool(back)
    assert {(c.subject, c.kind) for c in there.changes if c.kind is ChangeKind.ADDED} == {
        (c.subject, ChangeKind.ADDED) for c in back.changes if c.kind is ChangeKind.REMOVED
    }

"""What is taken back leaves everything as it was, and what others did meanwhile."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tests.templates.examples import scenario
from understudy.learning.editing import Edit, NewScenario, ScenarioEdit
from understudy.learning.undoing import Undo, as_document, from_document, is_done, undo_of
from understudy.templates.domain import Category, Overlay, Scenario, Template

ID = UUID(int=7)
words = st.sampled_from(["my card", "lost it", "where is it", "rate", "euros", "hello", "stolen"])
some = st.lists(words, max_size=3, unique=True).map(tuple)
kept = st.builds(
    Scenario,
    name=st.sampled_from(["a", "b", "c", "d"]),
    triggers=some,
    negative_triggers=some,
    examples=some,
)
templates = st.lists(kept, min_size=1, max_size=4, unique_by=lambda one: one.name).map(
    lambda found: Template("Bank", "banking", (Category("Cards", tuple(found)),), synonyms={"card": ("plastic",)})
)


@st.composite
def edits(draw: st.DrawFn) -> tuple[Template, Edit]:
    """A template and an edit that fits it."""
    template = draw(templates)
    names = [one.name for one in template.scenarios()]
    removed = draw(st.lists(st.sampled_from(names), max_size=1, unique=True))
    left = [name for name in names if name not in removed]
    changed = draw(st.lists(st.sampled_from(left), unique=True)) if left else []
    added = draw(st.lists(st.just(NewScenario(scenario("new", examples=("brand new",)), "Other")), max_size=1))
    parts = tuple(
        ScenarioEdit(name, draw(some), draw(some), draw(some), without_triggers=draw(some), without_examples=draw(some))
        for name in changed
    )
    synonyms = draw(st.dictionaries(st.sampled_from(["card", "rate"]), some.filter(bool), max_size=2))
    return template, Edit(ID, False, parts, tuple(added), tuple(removed), synonyms)


def texts(template: Template) -> dict[str, tuple[set[str], set[str], set[str]]]:
    return {
        one.name: (set(one.triggers), set(one.negative_triggers), set(one.examples)) for one in template.scenarios()
    }


@given(edits())
def test_an_edit_taken_back_leaves_what_was_there(made: tuple[Template, Edit]) -> None:
    template, edit = made
    undo = undo_of(edit, template, {})
    back = undo.apply(edit.apply(template))
    assert texts(back) == texts(template)
    assert {term: set(variants) for term, variants in back.synonyms.items()} == {
        term: set(variants) for term, variants in template.synonyms.items()
    }


@given(edits())
def test_an_undo_survives_being_stored(made: tuple[Template, Edit]) -> None:
    template, edit = made
    undo = undo_of(edit, template, {})
    assert from_document(as_document(undo), edit) == undo


@given(edits())
def test_in_an_overlay_too_and_then_nothing_is_left_of_it(made: tuple[Template, Edit]) -> None:
    template, edit = made
    edit = replace(edit, in_overlay=True, synonyms={})
    undo = undo_of(edit, template, {})
    back = undo.overlaid(template, edit.overlaid(template, Overlay()))
    assert texts(back.apply(template)) == texts(template)


@given(edits())
def test_taking_back_twice_changes_nothing_more(made: tuple[Template, Edit]) -> None:
    template, edit = made
    undo = undo_of(edit, template, {})
    once = undo.apply(edit.apply(template))
    assert texts(undo.apply(once)) == texts(once)


def bank(*examples: str) -> Template:
    return Template("Bank", "banking", (Category("Cards", (scenario("card", examples=examples),)),))


def test_what_was_there_before_stays_though_the_edit_named_it() -> None:
    edit = Edit(ID, scenarios=(ScenarioEdit("card", examples=("old", "new")),))
    undo = undo_of(edit, bank("old"), {})
    assert undo.apply(edit.apply(bank("old"))) == bank("old")


def test_what_others_added_meanwhile_stays() -> None:
    edit = Edit(ID, scenarios=(ScenarioEdit("card", examples=("new",)),))
    undo = undo_of(edit, bank("old"), {})
    assert undo.apply(bank("old", "new", "of somebody")) == bank("old", "of somebody")


def test_what_is_gone_meanwhile_stays_gone() -> None:
    edit = Edit(ID, scenarios=(ScenarioEdit("card", examples=("new",)),))
    undo = undo_of(edit, bank("old"), {})
    assert undo.apply(Template("Bank", "banking")) == Template("Bank", "banking")


@given(edits())
def test_done_is_seen(made: tuple[Template, Edit]) -> None:
    template, edit = made
    if all(not set(one.triggers) & set(one.without_triggers) for one in edit.scenarios):
        assert is_done(edit, edit.apply(template)) or any(
            set(one.examples) & set(one.without_examples) for one in edit.scenarios
        )


def test_thresholds_go_back_to_what_they_were() -> None:
    edit = Edit(ID, thresholds={"rules": 0.6})
    assert undo_of(edit, bank(), {"rules": 0.7, "semantic": 0.6}) == Undo(thresholds={"rules": 0.7})

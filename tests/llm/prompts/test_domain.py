"""Parts are validated, filled in once, labelled by their texts, and compared."""

from __future__ import annotations

import pytest

from understudy.llm.prompts.domain import (
    MAX_PART_CHARACTERS,
    Catalogue,
    InvalidPrompt,
    Part,
    PromptPartNotFound,
    check,
    difference,
    fill,
    problems_of,
)

BASE = Part("base", "First.", "You are the assistant.")
SOURCES = Part("sources", "Data.", "Sources:\n{sources}", frozenset({"sources"}), frozenset({"sources"}))
CATALOGUE = Catalogue({"base": BASE, "sources": SOURCES})


@pytest.mark.parametrize(
    ("part", "text", "fault"),
    [
        (BASE, "", "empty"),
        (BASE, "  \n ", "empty"),
        (BASE, "x" * (MAX_PART_CHARACTERS + 1), "12,001 characters"),
        (BASE, "a\x00b", "control characters"),
        (BASE, "as {sources} say", "unknown placeholders: {sources}"),
        (SOURCES, "There are sources.", "lacks {sources}"),
        (SOURCES, "{sources} {customer_name}", "unknown placeholders: {customer_name}"),
    ],
)
def test_a_faulty_text_is_refused(part: Part, text: str, fault: str) -> None:
    assert any(fault in str(problem) for problem in problems_of(part, text))
    with pytest.raises(InvalidPrompt):
        check(CATALOGUE, {part.name: text})


@pytest.mark.parametrize("text", ["Answer as JSON: {}", 'like {"a": 1} or { x }', "{Sources} is no placeholder"])
def test_braces_that_are_no_placeholders_are_fine(text: str) -> None:
    assert problems_of(BASE, text) == ()
    assert fill(text, {}) == text


def test_every_fault_is_listed() -> None:
    with pytest.raises(InvalidPrompt) as raised:
        check(CATALOGUE, {"base": "", "sources": "{x}"})
    assert len(raised.value.problems) == 3


def test_a_part_that_is_none_is_not_found() -> None:
    for look in (CATALOGUE.part, CATALOGUE.over(0, {}).text):
        with pytest.raises(PromptPartNotFound):
            look("tone")
    with pytest.raises(PromptPartNotFound):
        check(CATALOGUE, {"tone": "x"})


def test_what_is_filled_in_is_not_read_again() -> None:
    assert fill("{a} {b}", {"a": "{b}", "b": "x"}) == "{b} x"


def test_the_label_names_the_texts() -> None:
    changed = Catalogue({**CATALOGUE.parts, "base": Part("base", "First.", "Other words.")})
    assert CATALOGUE.over(0, {}).label == f"0@{CATALOGUE.label}"
    assert CATALOGUE.label != changed.label
    assert Catalogue(dict(list(CATALOGUE.parts.items())[::-1])).label == CATALOGUE.label


def test_own_texts_lie_over_the_shipped_ones() -> None:
    held = CATALOGUE.over(2, {"base": "Mine.", "gone": "of an earlier catalogue"})
    assert held.text("base") == "Mine."
    assert held.text("sources") == SOURCES.text
    assert held.own == {"base"}


def test_a_difference_is_told_line_by_line() -> None:
    lines = difference({"base": "one\ntwo"}, {"base": "one\nthree"}, names=("shipped", "version 1"))
    assert lines[:2] == ("--- shipped/base", "+++ version 1/base")
    assert lines[-2:] == ("-two", "+three")
    assert difference({"base": "x"}, {"base": "x"}, names=("a", "b")) == ()

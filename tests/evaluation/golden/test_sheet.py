"""Golden cases from files."""

from __future__ import annotations

import pytest

from understudy.evaluation.golden.domain import NewCase, check_cases, each_once
from understudy.evaluation.golden.sheet import UnreadableSheet, read_cases
from understudy.kit.errors import Invalid
from understudy.templates.formats.draft import UnreadableFile

CSV = "text,expected,note\nwhere is my card,card_arrival,often\nsell me a boat,,\n"
LINES = (
    '{"text": "where is my card", "expected": "card_arrival", "note": "often"}\n\n'
    '{"text": "sell me a boat", "expected": null}\n'
)
CASES = [NewCase("where is my card", "card_arrival", note="often"), NewCase("sell me a boat", None)]


@pytest.mark.parametrize(("name", "content"), [("cases.csv", CSV), ("CASES.CSV", CSV), ("cases.jsonl", LINES)])
def test_both_formats_give_the_same(name: str, content: str) -> None:
    assert read_cases(content.encode(), name) == CASES


def test_a_language_may_be_named() -> None:
    assert read_cases(b"text,expected,language\nhola,a,ES\n", "a.csv") == [NewCase("hola", "a", "es")]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "question,answer\na,b\n", "no header of ours"),
        ("a.csv", "text,expected,colour\na,b,red\n", "no header of ours"),
        ("a.csv", "text,expected\n,b\n", "row 2: has no text"),
        ("a.csv", "text,expected\n", "holds no case"),
        ("a.csv", 'text,expected\n"a,b\n', "unexpected end of data"),
        ("a.jsonl", "[1, 2]\n", "row 1: has no text"),
        ("a.jsonl", '{"text": "a"}\n', "does not say what is expected"),
        ("a.jsonl", '{"text": "a", "expected": 7}\n', "expected: not a text"),
        ("a.jsonl", '{"text": "a", "expected": "b", "colour": "red"}\n', "columns that are not ours: colour"),
        ("a.jsonl", "{\n", "line 1"),
    ],
)
def test_what_is_wrong_is_named_with_its_row(name: str, content: str, said: str) -> None:
    with pytest.raises(UnreadableSheet, match=said):
        read_cases(content.encode(), name)


def test_no_text_at_all_is_refused() -> None:
    with pytest.raises(UnreadableFile):
        read_cases(b"\x89PNG....", "a.csv")


@pytest.mark.parametrize(
    "given",
    [
        [],
        [NewCase("", "a")],
        [NewCase("x" * 5_000, "a")],
        [NewCase("a\x00", "a")],
        [NewCase("a", "b", note="n" * 501)],
    ],
)
def test_cases_that_cannot_be(given: list[NewCase]) -> None:
    with pytest.raises(Invalid):
        check_cases(given)


def test_a_text_expects_one_thing() -> None:
    assert each_once([NewCase("a", "b"), NewCase("a", "b", note="again")]) == [NewCase("a", "b")]
    with pytest.raises(Invalid, match="two things"):
        each_once([NewCase("a", "b"), NewCase("a", "c")])

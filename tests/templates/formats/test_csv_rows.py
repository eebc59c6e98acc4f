"""Labelled texts as CSV: with or without a header, up to 200,000 rows."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.templates.examples import names, texts
from understudy.templates.formats import csv_rows
from understudy.templates.formats.draft import Imported, UnreadableFile
from understudy.templates.validation import InvalidTemplate, check_draft, check_publishable


def read(text: str) -> Imported:
    return csv_rows.read(text.encode(), "rows.csv", name="Rows", trade="banking")


def examples(imported: Imported) -> dict[str, tuple[str, ...]]:
    return {one.name: one.examples for one in imported.template.scenarios()}


EXPECTED = {"card": ("where is it", "no card"), "pin": ("forgot, sorry",)}


@pytest.mark.parametrize(
    "text",
    [
        'text,label\nwhere is it,card\nno card,card\n"forgot, sorry",pin\n',
        "\ufefftext;intent\r\nwhere is it;card\r\nno card;card\r\nforgot, sorry;pin\r\n",
        "Category\tUtterance\ncard\twhere is it\ncard\tno card\npin\tforgot, sorry\n",
        'id,text,label\n1,where is it,card\n2,no card,card\n3,"forgot, sorry",pin\n',
        'where is it,card\nno card,card\n"forgot, sorry",pin\n',
        'card,where is it\ncard,no card\npin,"forgot, sorry"\ncard,where is it\n',
        '\n\nwhere is it,card\n\nno card,card\nno   card ,card\n"forgot, sorry",pin\n\n',
    ],
)
def test_the_columns_are_found_whatever_the_header_and_the_delimiter(text):
    assert examples(read(text)) == EXPECTED


def test_a_draft_without_replies_is_saved_and_says_that_it_cannot_be_published():
    imported = read("text,label\nwhere is it,card\n")
    check_draft(imported.template)
    assert imported.warnings == ("1 scenarios have no reply yet and can't be published: card",)
    with pytest.raises(InvalidTemplate, match="has no reply"):
        check_publishable(imported.template)


def test_how_columns_without_header_were_read_is_told():
    assert "the text, then the label" in read("a b,card\nc d,pin\n").warnings[0]
    assert "the label, then the text" in read("card,a\ncard,b\ncard,c\n").warnings[0]


def test_columns_that_are_not_read_are_named():
    assert read("text,label,source\na,card,web\n").warnings[0] == "columns left out: source"


def test_out_of_scope_rows_belong_to_no_scenario():
    imported = read("text,label\nwho won,oos\nwhere is it,card\n")
    assert imported.template.out_of_scope_examples == ("who won",)
    assert list(examples(imported)) == ["card"]


def test_rows_that_cannot_be_used_are_left_out_and_named_by_line():
    imported = read('text,label\n,card\n"two\nlines",card\nx,\n\x1bz,card\n' + "y" * 3_000 + ",card\n")
    assert examples(imported) == {"card": ("two lines",)}
    assert [warning for warning in imported.warnings if "rows left out" in warning] == [
        "2 rows left out because a cell is empty: lines 2, 5",
        "1 rows left out because a cell has control characters: lines 6",
        "1 rows left out because a cell is longer than 2,000 characters: lines 7",
    ]


def test_a_text_under_two_labels_is_pointed_out():
    assert 'stand under two scenarios: "a" (card, pin)' in read("text,label\na,card\na,pin\n").warnings[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("text\na\nb\n", "no two columns"),
        ("text,label\nI lost it, sorry,card\nok,card\n", "1 rows have more than 2 columns: lines 2"),
        ('"\n"', "no two columns"),
        ("text,label\n", "no row with a text and a label"),
        ('text,label\n"' + "a" * 200_000 + ",card\n", "field larger than field limit"),
    ],
)
def test_a_table_of_another_shape_is_refused(text, said):
    with pytest.raises(UnreadableFile, match=said) as caught:
        read(text)
    assert caught.value.remedy


def test_a_hundred_thousand_rows_work_and_too_many_are_refused():
    rows = "".join(f"this is message number {n},label {n % 150}\n" for n in range(100_000))
    imported = read("text,label\n" + rows)
    assert sum(map(len, examples(imported).values())) == 100_000
    check_draft(imported.template)
    with pytest.raises(UnreadableFile, match="more than 200,000 rows"):
        read("text,label\n" + "a,b\n" * 200_001)


@given(st.lists(st.tuples(texts, names), min_size=1, max_size=20))
def test_what_a_spreadsheet_writes_is_read(rows):
    written = io.StringIO(newline="")
    csv.writer(written).writerows([("text", "label"), *rows])
    try:
        imported = read(written.getvalue())
    except UnreadableFile as error:
        assert "no row" in error.message  # noqa: PT017
        return
    known = {" ".join(text.split()) for text, _ in rows}
    assert {text for each in examples(imported).values() for text in each} <= known


@given(st.text(alphabet='ab,;\t"\n\r|é', min_size=1))
def test_any_table_is_read_or_refused_with_a_remedy(text):
    try:
        read(text)
    except UnreadableFile as error:
        assert error.remedy  # noqa: PT017

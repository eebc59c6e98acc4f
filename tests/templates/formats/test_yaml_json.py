"""Our own format: what is written reads back exactly, and a wrong file names every problem."""

import json

import pytest
from hypothesis import given

from tests.templates.examples import scenario, template, templates
from understudy.templates.domain import Action, Reply, Scenario
from understudy.templates.formats.document import (
    from_document,
    scenario_document,
    scenario_from_document,
    to_document,
)
from understudy.templates.formats.draft import UnreadableFile
from understudy.templates.formats.yaml_json import read_json, read_yaml, to_json, to_yaml
from understudy.templates.validation import InvalidTemplate

HEAD = "format: understudy/template/1\nname: Bank\ntrade: banking\n"


def in_yaml(text: str):
    return read_yaml(text.encode(), "bank.yaml").template


@given(templates)
def test_what_is_written_reads_back_exactly(one):
    assert read_yaml(to_yaml(one).encode(), "a.yaml").template == one
    assert read_json(to_json(one).encode(), "a.json").template == one
    assert from_document(json.loads(json.dumps(to_document(one)))) == one


@given(templates)
def test_synonyms_and_scenarios_keep_their_order(one):
    read = read_yaml(to_yaml(one).encode(), "a.yaml").template
    assert list(read.synonyms) == list(one.synonyms)
    assert list(read.scenarios()) == list(one.scenarios())


def test_a_file_written_by_hand_is_read():
    read = in_yaml(
        HEAD
        + """
filler_words: [please]
synonyms: {card: [debit card, plastic]}
categories:
  - name: Cards
    scenarios:
      - name: card_arrival
        triggers: ["where is my card", no, 911, "/card (has|did) ?n.t arrived?/"]
        replies: [{short: Soon., full: Your card comes soon.}]
        follow_up:
        priority: 3
        action: callback
"""
    )
    assert read.synonyms == {"card": ("debit card", "plastic")}
    assert list(read.scenarios()) == [
        Scenario(
            "card_arrival",
            triggers=("where is my card", "no", "911", "/card (has|did) ?n.t arrived?/"),
            replies=(Reply("Soon.", "Your card comes soon."),),
            priority=3,
            action=Action.CALLBACK,
        )
    ]


def test_what_is_empty_is_left_out_of_the_file():
    assert to_document(template(Scenario("card", triggers=("card",)))) == {
        "format": "understudy/template/1",
        "name": "Retail bank",
        "trade": "banking",
        "categories": [{"name": "Cards", "scenarios": [{"name": "card", "triggers": ["card"]}]}],
    }


def test_a_single_scenario_goes_both_ways():
    one = scenario("card", follow_up="Else?", priority=-1)
    assert scenario_from_document(scenario_document(one)) == one
    with pytest.raises(InvalidTemplate):
        scenario_from_document({"name": "card", "trigers": []})


def test_every_problem_of_a_file_is_listed_with_its_path():
    with pytest.raises(InvalidTemplate) as caught:
        in_yaml(
            "format: understudy/template/2\nname: Bank\ncolour: red\nsynonyms: [a]\n"
            "categories:\n  - name: Cards\n    scenarios:\n      - name: card\n        trigers: [a]\n"
            "        triggers: where\n        priority: high\n        action: dance\n        replies: [{loud: a}, x]\n"
            "        examples: [{a: b}, [c], null]\n      - pin\n  - scenarios: []\n"
        )
    here = "categories[0].scenarios[0]"
    assert {one.field for one in caught.value.problems} == {
        "format",
        "trade",
        "colour",
        "synonyms",
        f"{here}.trigers",
        f"{here}.triggers",
        f"{here}.priority",
        f"{here}.action",
        f"{here}.replies[0].loud",
        f"{here}.replies[1]",
        f"{here}.examples[0]",
        f"{here}.examples[1]",
        f"{here}.examples[2]",
        "categories[0].scenarios[1]",
        "categories[1].name",
    }
    assert all(one.remedy for one in caught.value.problems)


@pytest.mark.parametrize("raw", [{}, [], None, "text", 3, {"format": "understudy/template/1"}])
def test_a_document_that_is_no_template_is_refused(raw):
    with pytest.raises(InvalidTemplate):
        from_document(raw)


@pytest.mark.parametrize("priority", [True, 1.5, "1.5", "x", [], "9" * 5_000])
def test_a_priority_is_a_whole_number(priority):
    with pytest.raises(InvalidTemplate, match="whole number"):
        scenario_from_document({"name": "card", "priority": priority})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1", "line 2: not valid YAML"),
        (HEAD + "name: Again\n", 'line 4: the key "name" stands twice'),
        (HEAD + "filler_words: &words [a]\nout_of_scope_examples: *words\n", r"line 5: an alias \(\*words\)"),
        (HEAD + "description: !!python/object/apply:os.system ['id']\n", "line 4: a tag"),
        (HEAD + "---\nname: Two\n", "a second document"),
        (HEAD + "description: " + "[" * 10_000, "nested deeper than 40 levels"),
        (HEAD + "description: " + "- " * 10_000, "line 4"),
        (HEAD + "? [a, b]\n: c\n", "a key that is not text"),
        (HEAD + "description: \x07\n", "not valid YAML"),
        (HEAD + "\tdescription: x\n", "line 4"),
    ],
)
def test_dangerous_and_broken_yaml_is_refused_with_its_line(text, said):
    with pytest.raises(UnreadableFile, match=said) as caught:
        in_yaml(text)
    assert caught.value.field == "bank.yaml"
    assert caught.value.remedy


def test_a_bomb_of_aliases_is_refused_before_it_grows():
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    with pytest.raises(UnreadableFile, match="an alias"):
        in_yaml(bomb)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1', "line 1: not valid JSON"),
        ('{"name": "a", "name": "b"}', 'the key "name" stands twice'),
        ("[" * 200_000, "nested too deeply"),
        ('{"priority": ' + "9" * 10_000 + "}", "not valid JSON"),
    ],
)
def test_dangerous_and_broken_json_is_refused(text, said):
    with pytest.raises(UnreadableFile, match=said):
        read_json(text.encode(), "bank.json")

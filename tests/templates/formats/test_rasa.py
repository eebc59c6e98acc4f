"""Rasa projects: intents with their examples, synonyms, expressions and responses."""

import pytest

from understudy.templates.formats import rasa
from understudy.templates.formats.draft import Imported, UnreadableFile
from understudy.templates.validation import check_draft, publishing_problems

NLU = """
version: "3.1"
nlu:
- intent: order_status
  examples: |
    - where is my order?
    - where is my [package](item)
    - status of [NYC]{"entity": "city", "value": "New York"} delivery
    - from [Berlin](city:berlin_de) to [here][{"entity": "place"}, {"entity": "x"}]
- intent: faq/opening_hours
  examples:
  - text: |
      when are you open
  - text: no
    metadata: {sentiment: neutral}
- intent: out_of_scope
  examples: |
    - who won the game
- synonym: refund
  examples: |
    - money back
    - reimbursement
- regex: order_status
  examples: |
    - order \\d{6}
    - order(?= number)
- regex: zip_code
  examples: |
    - \\d{5}
- lookup: city
  examples: |
    - Paris
"""
DOMAIN = """
version: "3.1"
intents: [order_status, faq]
slots: {city: {type: text}}
forms: {order_form: {required_slots: [city]}}
responses:
  utter_status:
  - text: It is on its way.
  - text: "Hello {first_name}, it is\\n\\non its way."
    buttons: [{title: Ok, payload: /ok}]
  - text: Only for Slack
    channel: slack
  utter_faq/opening_hours:
  - text: From nine to five.
  - image: https://example.com/a.png
rules:
- rule: status
  steps:
  - intent: order_status
  - action: action_look_up
  - action: utter_status
"""


def read(**files: str) -> Imported:
    return rasa.read({name: text.encode() for name, text in files.items()}, name="Shop", trade="retail")


def test_examples_lose_their_annotations_and_keep_their_words():
    read_here = read(nlu=NLU).template
    status = read_here.scenario("order_status")
    assert status is not None
    assert status.examples == (
        "where is my order?",
        "where is my package",
        "status of NYC delivery",
        "from Berlin to here",
    )
    assert read_here.scenario("faq/opening_hours").examples == ("when are you open", "no")  # type: ignore[union-attr]
    assert read_here.out_of_scope_examples == ("who won the game",)


def test_retrieval_intents_share_a_category():
    assert [one.name for one in read(nlu=NLU).template.categories] == ["Imported", "faq"]


def test_synonyms_come_from_blocks_and_from_annotations():
    assert read(nlu=NLU).template.synonyms == {
        "New York": ("NYC",),
        "berlin_de": ("Berlin",),
        "refund": ("money back", "reimbursement"),
    }


def test_expressions_called_like_an_intent_become_triggers_and_others_are_named():
    imported = read(nlu=NLU)
    assert imported.template.scenario("order_status").triggers == (r"/order \d{6}/",)  # type: ignore[union-attr]
    said = "\n".join(imported.warnings)
    assert 'scenario "order_status": expression /order(?= number)/ left out: look-ahead is not supported' in said
    assert 'expression "zip_code" left out: no intent has its name' in said
    assert 'lookup table "city" left out' in said


def test_responses_answer_the_intent_of_a_rule_or_of_their_name():
    imported = read(nlu=NLU, domain=DOMAIN)
    replies = {one.name: [reply.full for reply in one.replies] for one in imported.template.scenarios()}
    assert replies == {
        "order_status": ["It is on its way.", "Hello {first_name}, it is\n\non its way."],
        "faq/opening_hours": ["From nine to five."],
    }
    said = "\n".join(imported.warnings)
    assert "placeholders we don't have must be replaced before publishing: {first_name} (order_status)" in said
    assert "buttons of responses, forms, image of responses, responses for one channel or condition, slots" in said


def test_stories_answer_where_no_rule_does():
    stories = (
        "stories:\n- story: s\n  steps:\n  - or:\n    - intent: order_status\n    - intent: x\n  - action: utter_hi\n"
        "responses:\n  utter_hi: [{text: Hi.}]\n"
    )
    one = read(nlu=NLU, stories=stories).template.scenario("order_status")
    assert one is not None
    assert [reply.full for reply in one.replies] == ["Hi."]


def test_a_draft_may_be_saved_and_is_published_once_replies_stand():
    imported = read(nlu=NLU, domain=DOMAIN)
    check_draft(imported.template)
    assert {one.message for one in publishing_problems(imported.template)} == {"{first_name} is not a placeholder"}


@pytest.mark.parametrize(
    "text", ["nlu: []", "nlu: {}", "nlu: 3", "nlu: [3, [], {intent: {}}]", "version: '3.1'", "- a"]
)
def test_a_project_without_intents_is_refused(text):
    with pytest.raises(UnreadableFile, match="no intent with examples"):
        read(nlu=text)


@pytest.mark.parametrize(
    "odd",
    [
        "responses: [a]",
        "responses: {utter_a: text, utter_b: [3, null], utter_c: {text: [x]}}",
        "rules: [{steps: [3, {or: 3}, {or: [{intent: 3}]}, {action: {}}]}, 3]",
        "stories: text",
    ],
)
def test_files_of_odd_shape_do_no_harm(odd):
    assert read(nlu=NLU, odd=odd).template.scenario("order_status") is not None

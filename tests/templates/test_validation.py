"""All that is wrong with a template is found at once, each with its place and the way to mend it."""

from uuid import UUID

import pytest
from hypothesis import given

from tests.templates.examples import scenario, template, templates
from understudy.kit.errors import Invalid, Problem
from understudy.templates import validation
from understudy.templates.domain import (
    Action,
    Category,
    Overlay,
    OverlayChange,
    OverlayKind,
    QaEntry,
    Reply,
    Scenario,
    Template,
)
from understudy.templates.validation import (
    InvalidTemplate,
    check_draft,
    check_overlay,
    check_publishable,
    check_qa,
    draft_problems,
    overlay_problems,
    publishing_problems,
    qa_problems,
)

PLACE = "categories[0].scenarios[0]"


def only(problems: tuple[Problem, ...]) -> Problem:
    assert len(problems) == 1, [str(one) for one in problems]
    return problems[0]


def test_a_complete_template_has_no_problems():
    check_draft(template())
    check_publishable(template())


def test_two_scenarios_of_one_name_are_refused_wherever_they_stand():
    twins = Template("Bank", "banking", (Category("A", (scenario("card"),)), Category("B", (scenario("card"),))))
    found = only(draft_problems(twins))
    assert found.field == "categories[1].scenarios[0].name"
    assert found.message == 'a second scenario called "card"'
    assert found.remedy == "rename it; the first is at categories[0].scenarios[0].name"


def test_two_categories_of_one_name_are_refused():
    twins = Template("Bank", "banking", (Category("A", (scenario("card"),)), Category("A", (scenario("pin"),))))
    assert only(draft_problems(twins)).field == "categories[1].name"


def test_a_scenario_without_reply_may_be_saved_and_not_published():
    silent = template(scenario("card", replies=()))
    assert draft_problems(silent) == ()
    found = only(publishing_problems(silent))
    assert (found.field, found.message) == (f"{PLACE}.replies", 'scenario "card" has no reply')
    with pytest.raises(InvalidTemplate, match="has no reply"):
        check_publishable(silent)


def test_a_scenario_that_nothing_can_match_is_not_published():
    assert only(publishing_problems(template(scenario("card", triggers=())))).field == f"{PLACE}.triggers"
    assert publishing_problems(template(scenario("card", triggers=(), examples=("where is it",)))) == ()


def test_an_empty_template_is_not_published():
    assert only(publishing_problems(Template("Bank", "banking"))).message == "there is no scenario"


@pytest.mark.parametrize("written", ["{customer_name}", "{{ company_name }}", "{0}", "{}", "${name}", "{% if x %}"])
def test_an_unknown_placeholder_is_not_published(written):
    replies = (Reply(f"Hello {written}", f"Hello {written}, {{company_name}}"),)
    found = publishing_problems(template(scenario("card", replies=replies)))
    assert [one.field for one in found] == [f"{PLACE}.replies[0].short", f"{PLACE}.replies[0].full"]
    assert all("{company_name}" in (one.remedy or "") for one in found)


def test_a_placeholder_in_the_follow_up_is_checked_too():
    assert only(publishing_problems(template(scenario(follow_up="{x}?")))).field == f"{PLACE}.follow_up"


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("/card(?=s)/", "look-ahead is not supported"),
        ("/(?<!no )card/", "look-behind is not supported"),
        (r"/(card) \1/", "back-references are not supported"),
        ("/(card/", "not a valid expression: missing )"),
        ("//", "the expression is empty"),
        ("/.*/", "the expression matches any message"),
        ("/a?/", "the expression matches any message"),
        (f"/{'(abc|def){1,900}' * 20}/", "the expression is too large"),
    ],
)
def test_an_expression_that_cannot_be_used_is_refused_with_the_reason(expression, reason):
    found = only(draft_problems(template(scenario(triggers=("my card", expression)))))
    assert found.field == f"{PLACE}.triggers[1]"
    assert reason in found.message


def test_every_refused_expression_is_listed_in_its_row():
    refused = template(scenario("a", triggers=("/(?=a)/", "ok", "/(/")), scenario("b", negative_triggers=("/(?!b)/",)))
    assert [one.field for one in draft_problems(refused)] == [
        "categories[0].scenarios[0].triggers[0]",
        "categories[0].scenarios[0].triggers[2]",
        "categories[0].scenarios[1].negative_triggers[0]",
    ]


@pytest.mark.parametrize(
    ("trigger", "message"),
    [("", "is empty"), ("  ", "is empty"), ("?!", "'?!' contains no word"), ("a\x00b", "contains control characters")],
)
def test_a_trigger_without_words_is_refused(trigger, message):
    found = only(draft_problems(template(scenario(triggers=(trigger,)))))
    assert found.field == f"{PLACE}.triggers[0]"
    assert found.message.startswith(message)


def test_a_trigger_that_vetoes_itself_is_refused():
    both = template(scenario("card", triggers=("Where’s my card?",), negative_triggers=("where's my CARD",)))
    assert only(draft_problems(both)).field == f"{PLACE}.negative_triggers[0]"


def test_flows_are_refused_until_they_exist():
    found = only(draft_problems(template(scenario(action=Action.START_FLOW))))
    assert (found.field, found.remedy) == (f"{PLACE}.action", "use one of none, transfer, take_message, callback")


def test_a_variant_belongs_to_one_term():
    shared = template(synonyms={"card": ("plastic",), "bag": ("Plastic",), "plastic bag": ("card",)})
    assert [one.field for one in draft_problems(shared)] == ["synonyms.bag[0]", "synonyms.plastic bag[0]"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (template(scenario("")), f"{PLACE}.name"),
        (template(scenario(" card")), f"{PLACE}.name"),
        (template(scenario("x" * 201)), f"{PLACE}.name"),
        (template(scenario(examples=("x" * 2_001,))), f"{PLACE}.examples[0]"),
        (template(scenario(replies=(Reply("", " "),))), f"{PLACE}.replies[0]"),
        (template(scenario(replies=(Reply("", "x" * 4_001),))), f"{PLACE}.replies[0].full"),
        (template(scenario(replies=(Reply("a", "b"),) * 51)), f"{PLACE}.replies"),
        (template(scenario(follow_up="")), f"{PLACE}.follow_up"),
        (template(scenario(priority=2_000_000)), f"{PLACE}.priority"),
        (template(filler_words=("please", "")), "filler_words[1]"),
        (template(out_of_scope_examples=("\x1b[0m",)), "out_of_scope_examples[0]"),
        (template(description="\x00"), "description"),
        (Template("", "banking", (Category("Cards", (scenario(),)),)), "name"),
        (Template("Bank", " ", (Category("Cards", (scenario(),)),)), "trade"),
        (Template("Bank", "banking", (Category("", (scenario(),)),)), "categories[0].name"),
    ],
)
def test_names_texts_and_sizes_have_their_limits(wrong, field):
    assert only(draft_problems(wrong)).field == field


@pytest.mark.parametrize(
    ("limit", "field"),
    [
        ("SCENARIOS", "categories"),
        ("TRIGGERS", "categories"),
        ("EXPRESSIONS", "categories"),
        ("EXAMPLES", "categories"),
        ("FILLER_WORDS", "filler_words"),
        ("SYNONYM_VARIANTS", "synonyms"),
    ],
)
def test_the_whole_template_has_its_limits(limit, field, monkeypatch):
    monkeypatch.setattr(validation, limit, 0)
    full = template(
        scenario(triggers=("/cards?/",), examples=("my card",)),
        filler_words=("please",),
        synonyms={"card": ("plastic",)},
    )
    found = only(tuple(one for one in draft_problems(full) if one.message.startswith("1 ")))
    assert found.field == field


def test_the_error_names_the_first_problem_counts_the_others_and_carries_all():
    with pytest.raises(Invalid) as caught:
        check_draft(template(scenario("a", triggers=("",)), scenario("b", triggers=("",)), scenario("b")))
    assert caught.value.code == "invalid_template"
    assert len(caught.value.problems) == 3
    assert "and 2 more problems" in caught.value.message
    assert caught.value.field == caught.value.problems[0].field
    assert caught.value.remedy


@given(templates)
def test_validation_never_raises_and_every_problem_has_place_and_remedy(one):
    assert all(found.field and found.message and found.remedy for found in publishing_problems(one))
    assert set(draft_problems(one)) <= set(publishing_problems(one))


# Overlays and questions


def change(kind: OverlayKind, name: str, one: Scenario | None = None) -> Overlay:
    return Overlay((OverlayChange(kind, name, one),))


@pytest.mark.parametrize(
    ("overlay", "field"),
    [
        (change(OverlayKind.HIDE, "lost"), "changes[0].scenario_name"),
        (change(OverlayKind.CHANGE, "card"), "changes[0].scenario"),
        (change(OverlayKind.HIDE, "card", scenario("card")), "changes[0].scenario"),
        (change(OverlayKind.ADD, "pin", scenario("PIN")), "changes[0].scenario.name"),
        (change(OverlayKind.ADD, "pin", scenario("pin", replies=())), "changes[0].scenario.replies"),
        (change(OverlayKind.ADD, "pin", scenario("pin", triggers=("/(/",))), "changes[0].scenario.triggers[0]"),
        (Overlay((OverlayChange(OverlayKind.ADD, "pin", scenario("pin"), " "),)), "changes[0].category"),
    ],
)
def test_an_overlay_is_checked_against_its_template(overlay, field):
    assert only(overlay_problems(overlay, template(scenario("card")))).field == field
    with pytest.raises(InvalidTemplate, match="the overlay can't be used"):
        check_overlay(overlay, template(scenario("card")))


def test_an_overlay_may_change_what_it_added_itself():
    added = OverlayChange(OverlayKind.ADD, "pin", scenario("pin"))
    check_overlay(Overlay((added, OverlayChange(OverlayKind.HIDE, "pin"))), template(scenario("card")))


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (QaEntry(UUID(int=1), " ", (), Reply("", "Yes.")), "question"),
        (QaEntry(UUID(int=1), "Open?", ("",), Reply("", "Yes.")), "variants[0]"),
        (QaEntry(UUID(int=1), "Open?", (), Reply("", "")), "reply"),
        (QaEntry(UUID(int=1), "Open?", (), Reply("", "{x}")), "reply.full"),
    ],
)
def test_a_question_needs_words_and_an_answer(entry, field):
    assert only(qa_problems(entry)).field == field
    with pytest.raises(InvalidTemplate, match="the question can't be used"):
        check_qa(entry)

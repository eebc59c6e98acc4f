"""Replies go out in turn and with their placeholders filled in; nothing in them is ever executed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.templates.domain import Reply
from understudy.templates.rendering import (
    PLACEHOLDERS,
    VALUE_CHARACTERS,
    Form,
    compose,
    placeholders_in,
    render,
    unknown_placeholders,
)

THREE = tuple(Reply(f"s{n}", f"f{n}") for n in range(3))


def test_variations_take_turns():
    spoken = [compose(THREE, rotation=turn, form=Form.FULL, values={}).text for turn in range(5)]
    assert spoken == ["f0", "f1", "f2", "f0", "f1"]


def test_the_channel_chooses_the_form_and_a_reply_with_one_form_serves_both():
    assert compose(THREE, rotation=0, form=Form.SHORT, values={}).text == "s0"
    assert compose((Reply("", "full"),), rotation=0, form=Form.SHORT, values={}).text == "full"
    assert compose((Reply("short", ""),), rotation=0, form=Form.FULL, values={}).text == "short"


def test_known_placeholders_are_filled_in():
    assert render("{company_name}: {support_phone}", {"company_name": "Acme", "support_phone": "555"}) == "Acme: 555"


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Hello {contact_name}, welcome.", "Hello, welcome."),
        ("{contact_name} welcome", "welcome"),
        ("Call us at {contact_name}", "Call us at"),
    ],
)
def test_a_value_that_is_not_known_leaves_with_the_space_before_it(text, spoken):
    assert render(text, {}) == spoken
    assert render(text, {"contact_name": None}) == spoken
    assert render(text, {"contact_name": " \n"}) == spoken


def test_a_variation_that_needs_an_unknown_value_gives_its_turn_away():
    replies = (Reply("", "Call {support_phone}."), Reply("", "Write to us."))
    composed = compose(replies, rotation=0, form=Form.FULL, values={})
    assert (composed.text, composed.variation, composed.missing) == ("Write to us.", 1, ())


def test_when_every_variation_lacks_a_value_one_goes_out_and_says_what_is_missing():
    composed = compose((Reply("", "Call {support_phone}."),), rotation=7, form=Form.FULL, values={})
    assert (composed.text, composed.missing) == ("Call.", ("support_phone",))


@pytest.mark.parametrize(
    "attack",
    [
        "{contact_name.__class__.__mro__}",
        "{contact_name!r}",
        "{0.__globals__}",
        "{{7*7}}",
        "{% for x in ().__class__.__bases__ %}{% endfor %}",
        "${7*7}",
        "%(company_name)s",
        "{company_name:>999999999}",
    ],
)
def test_nothing_is_executed_neither_in_the_text_nor_in_a_value(attack):
    assert render(attack, {"company_name": "Acme", "contact_name": "Ann"}) == attack
    assert render("Hi {contact_name}", {"contact_name": attack}) == f"Hi {attack}"


def test_a_value_that_looks_like_a_placeholder_stays_as_it_is():
    assert render("{contact_name}", {"contact_name": "{website}", "website": "x.example"}) == "{website}"


def test_values_from_strangers_come_on_one_line_without_control_characters_and_cut():
    assert render("Hi {contact_name}!", {"contact_name": "Ann\r\n\x1b[2J\u202eBob"}) == "Hi Ann [2J Bob!"
    assert len(render("{contact_name}", {"contact_name": "x" * 10_000})) == VALUE_CHARACTERS


def test_known_and_unknown_placeholders_are_told_apart():
    text = 'Hi {contact_name} {customer} {contact_name} {{company_name}} {"json": 1} { }'
    assert placeholders_in(text)[0] == "contact_name"
    assert unknown_placeholders(text) == ("{customer}", "{{company_name}}", "{ }")


def test_without_replies_there_is_nothing_to_say():
    with pytest.raises(ValueError, match="without replies"):
        compose((), rotation=0, form=Form.FULL, values={})


@given(st.text(), st.dictionaries(st.sampled_from(PLACEHOLDERS), st.text()), st.integers(0))
def test_rendering_never_raises(text, values, rotation):
    compose((Reply(text, text),), rotation=rotation, form=Form.FULL, values=values)
    unknown_placeholders(text)

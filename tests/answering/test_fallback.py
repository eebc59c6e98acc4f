"""What is said when no rung answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.answering.domain import FallbackKind
from understudy.answering.settings import EscalationOption, FallbackSettings, FallbackTexts, Tone
from understudy.answering.wording import fallback
from understudy.answering.wording.phrases import ASKED_FOR, EMERGENCY_REPLY, FALLBACKS, OFFERED
from understudy.templates.domain import Action
from understudy.templates.rendering import unknown_placeholders

VALUES = {"company_name": "Harbour Bank"}


def test_every_tone_has_variations_for_every_kind() -> None:
    for tone in Tone:
        for kind in FallbackKind:
            texts = FALLBACKS[tone][kind]
            assert len(set(texts)) >= 2, (tone, kind)
            assert not any(unknown_placeholders(text) for text in texts)
    assert set(OFFERED) == set(ASKED_FOR) == set(EscalationOption)
    assert EMERGENCY_REPLY


@given(st.sampled_from(list(Tone)), st.sampled_from(list(FallbackKind)), st.integers(0, 10_000))
def test_two_turns_in_a_row_differ(tone: Tone, kind: FallbackKind, turn: int) -> None:
    settings = FallbackSettings(tone=tone)
    first = fallback.compose(kind, settings, turn=turn, values=VALUES)
    assert first != fallback.compose(kind, settings, turn=turn + 1, values=VALUES)
    assert "{" not in first


def test_ways_to_a_person_are_offered_as_the_company_allows() -> None:
    two = FallbackSettings(escalation_options=(EscalationOption.CALLBACK, EscalationOption.TAKE_MESSAGE))
    text = fallback.compose(FallbackKind.NO_MATCH, two, turn=0, values=VALUES)
    assert text.endswith("You can also be called back or leave a message.")
    none = FallbackSettings(escalation_options=())
    assert "You can also" not in fallback.compose(FallbackKind.NO_MATCH, none, turn=0, values=VALUES)
    assert fallback.offer_of(FallbackKind.NO_MATCH, none) is None


def test_what_the_company_does_not_do_offers_no_person() -> None:
    text = fallback.compose(FallbackKind.OUT_OF_SCOPE, FallbackSettings(), turn=0, values=VALUES)
    assert text == "That is not something Harbour Bank can help with."


def test_own_texts_come_first_in_their_turn() -> None:
    own = FallbackSettings(texts=FallbackTexts(no_match=("Hm.", "Well.")), escalation_options=())
    said = [fallback.compose(FallbackKind.NO_MATCH, own, turn=turn, values=VALUES) for turn in range(3)]
    assert said == ["Hm.", "Well.", "Hm."]


@pytest.mark.parametrize("text", ["", "  ", "Hello {first_name}", "x" * 1_001])
def test_texts_that_cannot_go_out_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no_match"):
        FallbackTexts(no_match=(text,))


def test_an_offered_key_names_its_action() -> None:
    assert fallback.chosen_action("escalate:callback") is Action.CALLBACK
    assert fallback.chosen_action("scenario:Bank/x") is None

"""What is said when no rung answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.answering.domain import FallbackKind
from understudy.answering.settings import EscalationOption, FallbackSettings, FallbackTexts, Tone
from understudy.answering.wording import fallback
from understudy.answering.wording.fallback import Tongues
from understudy.answering.wording.languages.spoken import PHRASES
from understudy.templates.domain import Action
from understudy.templates.rendering import unknown_placeholders

VALUES = {"company_name": "Harbour Bank"}


LANGUAGES = ("en", "es", "fr", "de", "ja", "zh")
CASES = [(language, tone, kind) for language in LANGUAGES for tone in Tone for kind in FallbackKind]


@pytest.mark.parametrize(("language", "tone", "kind"), CASES)
def test_every_language_has_variations_for_every_tone_and_kind(language: str, tone: Tone, kind: FallbackKind) -> None:
    texts = PHRASES[language].fallbacks[tone][kind]
    assert len(set(texts)) == len(texts) >= 2
    assert not any(unknown_placeholders(text) for text in texts)
    assert all(text == text.strip() and text[-1] in ".!?。!?" for text in texts)
    assert [("{company_name}" in text) for text in texts].count(True) == (
        len(texts) if kind is FallbackKind.OUT_OF_SCOPE else 0
    )


def test_no_two_languages_or_tones_say_the_same() -> None:
    said = [text for language, tone, kind in CASES for text in PHRASES[language].fallbacks[tone][kind]]
    assert len(said) == len(set(said)) == len(LANGUAGES) * len(Tone) * 10


@given(st.sampled_from(CASES), st.integers(0, 10_000))
def test_two_turns_in_a_row_differ(case: tuple[str, Tone, FallbackKind], turn: int) -> None:
    language, tone, kind = case
    settings, tongues = FallbackSettings(tone=tone), Tongues(language)
    first, second = (
        fallback.compose(kind, settings, turn=place, values=VALUES, tongues=tongues) for place in (turn, turn + 1)
    )
    assert first != second
    assert "{" not in first


@pytest.mark.parametrize(
    ("language", "end"),
    [
        ("es", " También puede hablar con una persona, dejar un mensaje o pedir que le llamen."),
        ("fr", " Vous pouvez aussi parler à une personne, laisser un message ou demander à être rappelé."),
        (
            "de",
            " Sie können auch mit einem Menschen sprechen, eine Nachricht hinterlassen oder sich zurückrufen lassen.",
        ),
        ("ja", "。担当者と話す、伝言を残す、または折り返し電話を受けることもできます。"),
        ("zh", "。您也可以联系人工客服、留言或预约回电。"),
        ("pt", " You can also talk to a person, leave a message or be called back."),
        ("unknown", " You can also talk to a person, leave a message or be called back."),
    ],
)
def test_the_fallback_speaks_the_language_of_the_message_and_english_otherwise(language: str, end: str) -> None:
    text = fallback.compose(
        FallbackKind.NO_MATCH, FallbackSettings(), turn=0, values=VALUES, tongues=Tongues(language, "fr")
    )
    assert text.endswith(end)


def test_own_texts_win_in_every_language_and_are_followed_in_the_language_of_the_company() -> None:
    own = FallbackSettings(texts=FallbackTexts(no_match=("Das wissen wir nicht.",)))
    text = fallback.compose(FallbackKind.NO_MATCH, own, turn=0, values=VALUES, tongues=Tongues("ja", "de"))
    assert text.startswith("Das wissen wir nicht. Sie können auch ")


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

"""Reading the answer to a question back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.answering.domain import FallbackKind, Offer, Option, RungName
from understudy.answering.settings import FallbackSettings
from understudy.answering.wording import fallback
from understudy.answering.wording.clarify import Chosen, Declined, may_choose, read, spoken_title
from understudy.answering.wording.fallback import Tongues

OFFER = Offer(
    RungName.SEMANTIC,
    (Option("scenario:Bank/card_arrival", "card arrival"), Option("scenario:Bank/card_lost", "lost or stolen card")),
)
WAYS = fallback.offer_of(FallbackKind.NO_MATCH, FallbackSettings())


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("the first", 0),
        ("The first one, please!", 0),
        ("1", 0),
        ("1)", 0),
        ("option 2", 1),
        ("2.", 1),
        ("the second one", 1),
        ("no, the second", 1),
        ("the latter", 1),
        ("yes", 0),
        ("yes please", 0),
        ("Yes, that's right", 0),
        ("yes, the second", 1),
        ("arrival", 0),
        ("I mean the arrival of my card", 0),
        ("stolen", 1),
        ("my card was stolen", 1),
        ("la segunda", 1),
        ("le deuxième", 1),
        ("das zweite bitte", 1),
        ("最初", 0),
        ("第二个", 1),
    ],
)
def test_a_choice_is_understood(text: str, place: int) -> None:
    chosen = read(text, OFFER)
    assert isinstance(chosen, Chosen), text
    assert chosen.option == OFFER.options[place]


@pytest.mark.parametrize("text", ["no", "neither", "none of them", "Nein", "no thanks"])
def test_a_no_declines_both(text: str) -> None:
    assert read(text, OFFER) == Declined()


@pytest.mark.parametrize(
    "text",
    [
        "card",
        "what is your phone number",
        "the third",
        "the first or the second?",
        "not the first",
        "how long does a transfer to a bank in another country take usually",
        "exchange rates",
        "",
        "???",
    ],
)
def test_anything_else_is_a_message_of_its_own(text: str) -> None:
    assert read(text, OFFER) is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("talk to a person", "escalate:transfer"),
        ("a human please", "escalate:transfer"),
        ("can someone call me back", "escalate:callback"),
        ("leave a message", "escalate:take_message"),
        ("yes", "escalate:transfer"),
    ],
)
def test_ways_to_a_person_are_chosen_by_their_words(text: str, key: str) -> None:
    assert WAYS is not None
    chosen = read(text, WAYS)
    assert isinstance(chosen, Chosen), text
    assert chosen.option.key == key


@pytest.mark.parametrize("text", ["my phone was stolen", "is there a card message", "who is my contact person here"])
def test_a_new_question_does_not_choose_a_way(text: str) -> None:
    assert WAYS is not None
    assert read(text, WAYS) is None


def test_titles_are_offered_as_words() -> None:
    assert spoken_title("card_arrival") == "card arrival"
    assert spoken_title("Do you deliver?") == "Do you deliver?"


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    found = read(text, OFFER)
    assert found is None or may_choose(text)


@pytest.mark.parametrize(
    ("language", "text", "way"),
    [
        ("es", "quiero hablar con una persona", "transfer"),
        ("es", "llámenme por favor", "callback"),
        ("es", "dejar un mensaje", "take_message"),
        ("fr", "un conseiller s'il vous plaît", "transfer"),
        ("fr", "rappelez moi", "callback"),
        ("fr", "laisser un message", "take_message"),
        ("de", "mit einem Menschen sprechen", "transfer"),
        ("de", "bitte um Rückruf", "callback"),
        ("de", "eine Nachricht hinterlassen", "take_message"),
        ("ja", "担当者と話したい", "transfer"),
        ("ja", "オペレーター", "transfer"),
        ("ja", "折り返し電話してください", "callback"),
        ("ja", "伝言を残す", "take_message"),
        ("zh", "转人工", "transfer"),
        ("zh", "请给我回电话", "callback"),
        ("zh", "留言", "take_message"),
        ("zh", "我的电话号码变了,怎么修改资料", None),
        ("ja", "電話番号を変更したいのですがどうすればいいですか", None),
        ("es", "mi tarjeta no funciona", None),
    ],
)
def test_ways_to_a_person_are_chosen_in_the_language_they_were_offered_in(
    language: str, text: str, way: str | None
) -> None:
    offer = fallback.offer_of(FallbackKind.NO_MATCH, FallbackSettings(), Tongues(language))
    assert offer is not None
    chosen = read(text, offer)
    assert (chosen.option.key if isinstance(chosen, Chosen) else None) == (f"escalate:{way}" if way else None)

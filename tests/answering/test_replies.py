"""The words of a hand-over, while people are there, while they are not, and in an emergency."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from understudy.answering.domain import FallbackKind, RungName
from understudy.answering.guards import Service
from understudy.answering.ladder import Ambiguity
from understudy.answering.policy import Clarify, FallBack, HandOff
from understudy.answering.settings import FallbackSettings, Holiday
from understudy.answering.wording.fallback import Tongues
from understudy.answering.wording.languages import spoken
from understudy.answering.wording.languages.english import PHRASES
from understudy.answering.wording.replies import CLOSED, Manner, word
from understudy.templates.domain import Action, Reply
from understudy.templates.matching.company_matcher import Match
from understudy.templates.rendering import Form

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
LEAVE = "Leave the house. Our on-call technician is on the way."
GAS = Match(
    key="scenario:HVAC/gas_smell",
    title="gas_smell",
    confidence=1.0,
    matched="smell gas",
    replies=(Reply(LEAVE, LEAVE),),
    follow_up=None,
    action=Action.TRANSFER,
    category="Emergencies",
    template="HVAC",
)


OPEN = Service(is_open=True)
CLOSED_UNTIL_NINE = Service(is_open=False, opens_next=NOW.replace(hour=9))
ON_HOLIDAY = Service(False, Holiday(day=NOW.date(), name="Fiesta"), NOW.replace(hour=9))


def said(*, is_open: bool, is_emergency: bool) -> tuple[str, tuple[str, ...]]:
    service = Service(is_open, opens_next=None if is_open else NOW.replace(hour=9))
    manner = Manner(Form.FULL, {}, FallbackSettings(), service, NOW, is_emergency=is_emergency)
    wording = word(HandOff(Action.TRANSFER, RungName.RULES, GAS), manner)
    return wording.text, wording.notices


def test_while_people_are_there_it_says_who_takes_over() -> None:
    assert said(is_open=True, is_emergency=False) == (f"{LEAVE}\n\n{PHRASES.handed_over[Action.TRANSFER]}", ())


def test_outside_hours_it_says_so() -> None:
    text, notices = said(is_open=False, is_emergency=False)
    assert text.startswith(f"{LEAVE}\n\n{PHRASES.closed.nobody_in}")
    assert notices == (CLOSED,)


def test_in_an_emergency_office_hours_do_not_contradict_what_was_written_for_it() -> None:
    assert said(is_open=False, is_emergency=True)[0] == LEAVE


LANGUAGES = sorted(spoken.PHRASES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("action", [Action.TRANSFER, Action.TAKE_MESSAGE, Action.CALLBACK])
def test_hand_overs_are_worded_in_every_language(language: str, action: Action) -> None:
    phrases = spoken.PHRASES[language]
    for service in (OPEN, CLOSED_UNTIL_NINE, Service(is_open=False), ON_HOLIDAY):
        manner = Manner(Form.FULL, {}, FallbackSettings(), service, NOW, tongues=Tongues(language))
        text = word(HandOff(action, RungName.FALLBACK), manner).text
        assert not set("{}") & set(text)
        assert "  " not in text
        assert ("09:00" in text) is (service.opens_next is not None)
        assert ("Fiesta" in text) is (service.holiday is not None)
        assert service.is_open is (text == phrases.handed_over[action])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_back_and_closing_times_are_worded_in_every_language(language: str) -> None:
    doubt = Ambiguity(RungName.SEMANTIC, GAS, replace(GAS, title="no_heat"))
    manner = Manner(Form.FULL, {}, FallbackSettings(), CLOSED_UNTIL_NINE, NOW, tongues=Tongues(language))
    asked = {word(Clarify(doubt), replace(manner, turn=turn)).text for turn in (0, 1)}
    assert len(asked) == 2
    assert all("1) gas smell" in text and "2) no heat" in text for text in asked)
    announced = word(FallBack(FallbackKind.NO_MATCH), replace(manner, announces=True)).text
    assert spoken.PHRASES[language].closed.nobody_in in announced
    assert "09:00" in announced


@pytest.mark.parametrize("language", LANGUAGES)
def test_moments_name_the_day(language: str) -> None:
    moments = spoken.PHRASES[language].moments
    assert (len(set(moments.days)), len(set(moments.months))) == (7, 12)
    said = [moments.spoken(NOW + timedelta(days=days), NOW) for days in (0, 1, 3, 30)]
    assert len(set(said)) == 4
    assert all("03:00" in text and "{" not in text for text in said)
    assert moments.days[0] in said[2]
    assert moments.months[11] in said[3]


def test_every_language_is_in_its_own_words() -> None:
    everything = [
        (one.emergency, one.offering.sentence, *one.offering.ways.values(), *one.clarifying, *one.handed_over.values())
        for one in spoken.PHRASES.values()
    ]
    texts = [text for one in everything for text in one]
    assert len(set(texts)) == len(texts)
    assert spoken.phrases_in("pt") is spoken.phrases_in("unknown") is spoken.PHRASES["en"]

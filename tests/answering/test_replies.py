"""The words of a hand-over, while people are there, while they are not, and in an emergency."""

from __future__ import annotations

from datetime import UTC, datetime

from understudy.answering.domain import RungName
from understudy.answering.guards import Service
from understudy.answering.policy import HandOff
from understudy.answering.settings import FallbackSettings
from understudy.answering.wording.phrases import HANDED_OVER, NOBODY_IN
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


def said(*, is_open: bool, is_emergency: bool) -> tuple[str, tuple[str, ...]]:
    service = Service(is_open, opens_next=None if is_open else NOW.replace(hour=9))
    manner = Manner(Form.FULL, {}, FallbackSettings(), service, NOW, is_emergency=is_emergency)
    wording = word(HandOff(Action.TRANSFER, RungName.RULES, GAS), manner)
    return wording.text, wording.notices


def test_while_people_are_there_it_says_who_takes_over() -> None:
    assert said(is_open=True, is_emergency=False) == (f"{LEAVE}\n\n{HANDED_OVER[Action.TRANSFER]}", ())


def test_outside_hours_it_says_so() -> None:
    text, notices = said(is_open=False, is_emergency=False)
    assert text.startswith(f"{LEAVE}\n\n{NOBODY_IN}")
    assert notices == (CLOSED,)


def test_in_an_emergency_office_hours_do_not_contradict_what_was_written_for_it() -> None:
    assert said(is_open=False, is_emergency=True)[0] == LEAVE

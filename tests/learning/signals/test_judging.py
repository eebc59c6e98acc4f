"""Judging an answer by what came after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from understudy.answering.domain import Outcome
from understudy.infra.system import utc_now
from understudy.learning.signals.domain import Signal
from understudy.learning.signals.judging import (
    ASKED_AGAIN,
    Next,
    by_correction,
    by_next,
    by_operator,
    by_opinion,
    is_judged,
)

ANSWERED_AT = utc_now()
OTHER = Next(
    at=ANSWERED_AT + timedelta(minutes=1),
    text="what are your opening hours",
    likeness=0.1,
    is_same_text=False,
    outcome=Outcome.ANSWERED,
    answered_by="scenario:Bank/hours",
)
SCENARIO_OF_A_PERSON = "scenario:Bank/call_me"


def signals(said: Next) -> list[Signal]:
    return [signal for signal, is_right in by_next(ANSWERED_AT, said) if not is_right]


def test_another_question_says_nothing_of_the_answer() -> None:
    assert signals(OTHER) == []


@pytest.mark.parametrize(
    "said",
    [
        replace(OTHER, likeness=ASKED_AGAIN),
        replace(OTHER, likeness=None, is_same_text=True),
        replace(OTHER, text="that did not help"),
        replace(OTHER, text="das hilft mir nicht"),
    ],
)
def test_asking_again_does(said: Next) -> None:
    assert signals(said) == [Signal.RE_ASK]


def test_what_was_written_before_the_answer_came_says_nothing() -> None:
    early = replace(OTHER, at=ANSWERED_AT, likeness=1.0, is_same_text=True)
    assert signals(early) == []


@pytest.mark.parametrize(
    ("by", "counts"),
    [
        ("trigger:wants_person", True),
        ("llm:frustration", True),
        ("trigger:failed_attempts", True),
        (SCENARIO_OF_A_PERSON, True),
        ("contact", True),
        ("trigger:security", False),
        ("trigger:legal", False),
        ("llm:outage", False),
    ],
)
def test_asking_for_a_person_counts_and_a_matter_of_its_own_does_not(by: str, counts: bool) -> None:
    assert (signals(replace(OTHER, outcome=Outcome.HANDED_OVER, answered_by=by)) == [Signal.HAND_OVER]) is counts


@pytest.mark.parametrize(
    ("helpful", "rating", "expected"),
    [(True, 1, True), (False, None, False), (None, 5, True), (None, 4, True), (None, 3, None), (None, 2, False)],
)
def test_thumbs_go_before_stars(helpful: bool | None, rating: int | None, expected: bool | None) -> None:
    assert by_opinion(is_helpful=helpful, rating=rating) is expected


def test_a_correction_to_what_was_answered_confirms_it() -> None:
    assert by_correction(is_right=True, right_key=None, key="qa:1")
    assert by_correction(is_right=False, right_key="qa:1", key="qa:1")
    assert not by_correction(is_right=False, right_key="qa:2", key="qa:1")
    assert not by_correction(is_right=False, right_key=None, key=None)


@pytest.mark.parametrize(
    ("to_reply", "to_question", "expected"),
    [(0.95, 0.5, True), (0.2, 0.6, False), (0.6, 0.6, None), (0.2, 0.1, None)],
)
def test_a_persons_reply_confirms_or_contradicts_or_is_a_greeting(
    to_reply: float, to_question: float, expected: bool | None
) -> None:
    assert by_operator(to_reply=to_reply, to_question=to_question) is expected


def test_small_talk_is_not_judged() -> None:
    assert not is_judged("scenario:Small talk/greeting")
    assert not is_judged(None)
    assert is_judged("scenario:Bank/card_arrival")
    assert is_judged("llm:written")

"""Events put into words: nothing in them that cannot be read aloud."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from understudy.llm.events import BudgetReached, HoldTooSmall, ProviderBack, ProviderDown, ProviderSlow
from understudy.monitoring.domain import Code, Severity
from understudy.monitoring.wording import Event, money_in_words, month_in_words, put_into_words

COMPANY, PROVIDER = uuid4(), uuid4()
EVENTS: list[tuple[Event, Code, Severity, str]] = [
    (BudgetReached(COMPANY, "answering", "2026-11", 50), Code.BUDGET_50, Severity.WARNING, "50 per cent of the budget"),
    (BudgetReached(COMPANY, "answering", "2026-11", 80), Code.BUDGET_80, Severity.WARNING, "November 2026"),
    (BudgetReached(COMPANY, "answering", "2026-11", 100), Code.BUDGET_100, Severity.CRITICAL, "is used up"),
    (BudgetReached(COMPANY, "learning", "2026-01", 100), Code.BUDGET_100, Severity.CRITICAL, "learning budget"),
    (HoldTooSmall(COMPANY, "openai/m", 1_000, 1_300), Code.HOLD_TOO_SMALL, Severity.WARNING, "openai/m"),
    (ProviderDown(None, PROVIDER, "openai", "timed_out"), Code.LLM_DOWN, Severity.CRITICAL, "openai is down"),
    (ProviderSlow(COMPANY, PROVIDER, "openai", 4.23), Code.LLM_SLOW, Severity.WARNING, "openai is slow"),
    (ProviderBack(None, PROVIDER, "openai"), Code.LLM_BACK, Severity.INFO, "openai is back"),
]


@pytest.mark.parametrize(("event", "code", "severity", "title"), EVENTS)
def test_an_event_becomes_a_notice(event: Event, code: Code, severity: Severity, title: str):
    raised = put_into_words(event)
    assert (raised.code, raised.code.severity, raised.company_id) == (code, severity, event.company_id)
    assert title in raised.title
    assert raised.text.endswith(".")
    assert not re.search(r"[_%$µ<>{}]", raised.title + raised.text)
    assert "company_id" not in raised.details


def test_what_is_about_the_same_has_the_same_subject():
    down, back = EVENTS[5][0], EVENTS[7][0]
    assert put_into_words(down).subject == put_into_words(back).subject
    assert put_into_words(EVENTS[0][0]).subject == put_into_words(EVENTS[1][0]).subject
    assert put_into_words(EVENTS[2][0]).subject != put_into_words(EVENTS[3][0]).subject
    assert set(Code.LLM_BACK.settles) == {Code.LLM_DOWN, Code.LLM_SLOW}


def test_amounts_and_months_are_said_as_people_say_them():
    assert month_in_words("2026-02") == "February 2026"
    assert month_in_words("2026-13") == "2026-13"
    assert money_in_words(1_250_000) == "1.25 dollars"
    assert money_in_words(420) == "0.00042 dollars"
    assert money_in_words(3_000_000) == "3 dollars"

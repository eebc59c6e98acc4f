"""What is known of a contact, in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from understudy.answering.prompting.assembling import customer_lines
from understudy.answering.prompting.customers import customer_of
from understudy.answering.prompting.domain import Customer

TODAY = date(2026, 11, 20)


def test_attributes_become_words() -> None:
    attributes = {
        "plan": "gold",
        "customer_since": "2023-05-01",
        "lifetime_value": 1234.5,
        "open_tickets": 2,
        "last_contact": "2026-11-02",
        "secret_note": "never told",
    }
    known = customer_of("Ann", attributes, TODAY)
    assert known == Customer("Ann", "gold", "3 years", "1234.5", "2", "2026-11-02")
    assert customer_lines(known)[0] == "name: Ann"
    assert len(customer_lines(known)) == 6


@pytest.mark.parametrize(
    ("attributes", "age"),
    [
        ({"account_age": "4 years"}, "4 years"),
        ({"account_age_days": 45}, "1 month"),
        ({"account_age_days": 12}, "12 days"),
        ({"customer_since": "2025-12-01T08:00:00Z"}, "11 months"),
        ({"customer_since": "soon"}, ""),
        ({"customer_since": "2030-01-01"}, ""),
        ({"plan": None, "tier": "basic"}, ""),
        ({}, ""),
    ],
)
def test_the_age_of_an_account(attributes: dict[str, Any], age: str) -> None:
    assert customer_of(None, attributes, TODAY).account_age == age


def test_what_is_not_known_is_not_told() -> None:
    assert customer_lines(customer_of(None, {}, TODAY)) == ()


def test_a_long_value_is_cut_and_stands_on_one_line() -> None:
    plan = customer_of(None, {"plan": "x\ny " * 500}, TODAY).plan
    assert len(plan) <= 120
    assert "\n" not in plan

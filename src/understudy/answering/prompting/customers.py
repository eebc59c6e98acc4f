"""What is known of a contact, as the words that stand in a prompt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from understudy.answering.prompting.domain import Customer

MAX_VALUE_CHARACTERS = 120
"""Attributes come from other systems and from strangers: a longer value is no plan, amount or date."""
_FIELDS: Mapping[str, tuple[str, ...]] = {
    # What stands in the prompt → the names under which contacts' attributes hold it, the first one counts.
    "plan": ("plan", "tier", "subscription", "package"),
    "lifetime_value": ("lifetime_value", "ltv", "total_spent", "revenue"),
    "open_tickets": ("open_tickets", "open_cases", "tickets_open"),
    "last_contact": ("last_contact", "last_contact_at", "last_seen_at"),
}
_SINCE = ("customer_since", "account_created_at", "signed_up_at")
_AGE = ("account_age", "account_age_days")
DAYS_OF_MONTH, DAYS_OF_YEAR = 30.44, 365.25
MONTHS_BEFORE_YEARS = 24


def customer_of(name: str | None, attributes: Mapping[str, Any], today: date) -> Customer:
    """The customer of a contact's name and attributes; what is not known stays empty."""
    values = {field: _first(attributes, names) for field, names in _FIELDS.items()}
    return Customer(name=_short(name or ""), account_age=_age(attributes, today), **values)


def _first(attributes: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((_short(str(attributes[name])) for name in names if attributes.get(name) not in (None, "")), "")


def _short(value: str) -> str:
    return " ".join(value[:MAX_VALUE_CHARACTERS].split())


def _age(attributes: Mapping[str, Any], today: date) -> str:
    told = _first(attributes, _AGE)
    if told.isdecimal():
        return _in_words(int(told))
    if told:
        return told
    try:
        since = datetime.fromisoformat(_first(attributes, _SINCE)).date()
    except ValueError:
        return ""
    return _in_words((today - since).days) if since <= today else ""


def _in_words(days: int) -> str:
    months = int(days / DAYS_OF_MONTH)
    if months < 1:
        number, unit = days, "day"
    elif months < MONTHS_BEFORE_YEARS:
        number, unit = months, "month"
    else:
        number, unit = int(days / DAYS_OF_YEAR), "year"
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"

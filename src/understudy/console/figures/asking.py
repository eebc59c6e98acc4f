"""What the pages of sums are asked for: a company or all, and a range of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query

from understudy.companies.domain import Company
from understudy.console.views import Choice
from understudy.kit.errors import Invalid
from understudy.llm.ledger.domain import Span, span_of

MOST_DAYS = 92
"""Longest range of a page: a quarter, so that each day keeps its place on the chart."""
USUAL_DAYS = 30


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What the address asks for; days such as 2026-11-20."""

    company: Annotated[str, Query(max_length=100)] = ""
    since: Annotated[str, Query(max_length=20)] = ""
    until: Annotated[str, Query(max_length=20)] = ""


Asked = Annotated[AskedFor, Depends()]


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A range that is often wanted, as a link."""

    label: str
    query: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What a page of sums is about, and what else can be chosen."""

    company: Company | None
    span: Span
    companies: tuple[Choice, ...]
    shortcuts: tuple[Shortcut, ...]
    now: datetime


def frame(asked: AskedFor, companies: list[Company], now: datetime) -> Frame:
    """Reads what is asked for; raises `Invalid`."""
    company = next((company for company in companies if company.slug == asked.company), None)
    if asked.company and company is None:
        raise Invalid(f"there is no company {asked.company!r}", field="company", remedy="choose one from the list")
    span = span_of(_day(asked.since, "since"), _day(asked.until, "until"), now=now, days=USUAL_DAYS)
    if span.days > MOST_DAYS:
        raise Invalid(f"a page shows {MOST_DAYS} days at most", field="since", remedy="choose a shorter range")
    return Frame(
        company=company,
        span=span,
        companies=tuple(Choice(one.slug, one.name, one == company) for one in companies),
        shortcuts=tuple(_shortcut(label, usual, span, asked.company) for label, usual in _usual(now)),
        now=now,
    )


def _usual(now: datetime) -> list[tuple[str, Span]]:
    today = Span.last(1, now).until
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    return [
        ("Today", Span(today, today)),
        ("7 days", Span.last(7, now)),
        ("30 days", Span.last(30, now)),
        ("This month", Span(month, today)),
        ("Last month", Span(before.replace(day=1), before)),
    ]


def _shortcut(label: str, usual: Span, chosen: Span, company: str) -> Shortcut:
    asked = {"company": company, "since": usual.since.isoformat(), "until": usual.until.isoformat()}
    query = urlencode({name: value for name, value in asked.items() if value})
    return Shortcut(label, f"?{query}", usual == chosen)


def _day(text: str, field: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(f"{text!r} is not a day", field=field, remedy="write it as 2026-11-20") from None

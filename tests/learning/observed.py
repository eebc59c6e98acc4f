"""Observations and content for tests that need no database."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.seeding import BANK
from understudy.answering.domain import RungName
from understudy.language.adapters.scripted import ScriptedEncoder
from understudy.learning.content.domain import Content
from understudy.learning.domain import Scored
from understudy.learning.making.domain import Observation, Subject
from understudy.templates.domain import Template

ENCODER = ScriptedEncoder()
TEMPLATE_ID = UUID(int=7)
START = datetime(2026, 11, 1, tzinfo=UTC)
ARRIVAL = "scenario:Small bank/card_arrival"
LOST = "scenario:Small bank/lost_card"
RATE = "scenario:Small bank/exchange_rate"


def person(name: str) -> UUID:
    """The contact of a name."""
    return UUID(int=zlib.crc32(name.encode()))


def observe(text: str, who: str = "", key: str = ARRIVAL, **values: Any) -> Observation:
    """Something that somebody said; without `who` somebody new."""
    given: dict[str, Any] = {
        "task_id": uuid4(),
        "contact_id": person(who) if who else uuid4(),
        "language": "en",
        "confidence": 0.95,
        "at": START + timedelta(seconds=len(text)),
        "vector": ENCODER.encode([text])[0],
    }
    return Observation(text=text, key=key, **(given | values))


def missed(key: str, score: float = 0.6, rung: RungName = RungName.RULES) -> tuple[Scored, ...]:
    """What a rung had as its best candidate before the model was asked."""
    return (Scored(rung, score, 0.7, key),)


def content(template: Template = BANK, *, is_own: bool = True) -> Content:
    """A template as a company has it."""
    made = Content.of_template(template, TEMPLATE_ID, "small-bank@1")
    return Content(made.template_id, made.name, made.version, is_own, made.scenarios, made.categories, made.synonyms)


def subject(
    own: Sequence[Observation],
    others: Sequence[Observation] = (),
    *,
    scenario: str = "card_arrival",
    about: Content | None = None,
) -> Subject:
    """A scenario and what was said about it; all of it is new."""
    known = about or content()
    fresh = frozenset(one.task_id for one in own if one.task_id is not None)
    return Subject(known, known.scenarios[scenario], "en", tuple(own), tuple(others), fresh)

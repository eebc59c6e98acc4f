"""What an inbound message must be like, checked before anything is stored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from understudy.conversations.domain import Channel, ContactRef, IdentityKind, Inbound, Modality
from understudy.kit.errors import Invalid, Problem
from understudy.kit.text import control_characters

MAX_EXTERNAL_ID = 200
MAX_IDENTITY = 200
MAX_NAME = 120
MAX_ATTRIBUTES = 30
MAX_ATTRIBUTE_CHARS = 500
MAX_OPERATOR_CHARS = 8_000
MAX_NUMBER = 1e15
"""Above it a float no longer tells whole numbers apart safely, and no attribute of a customer is so large."""
FUTURE_TOLERANCE = timedelta(minutes=5)
"""A sender's clock may be ahead by so much; the time window that webhook signatures commonly allow."""
FIRST_WAIT_SECONDS = 0.01
LONGEST_WAIT_SECONDS = 0.25
WAIT_GROWTH = 1.6

ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]{0,59}")
LANGUAGE = re.compile(r"[a-z]{2}")
E_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
PHONE = re.compile(r"\+?[0-9]{4,15}")
PHONE_PUNCTUATION = re.compile(r"[\s().\-/]")
PLAIN = re.compile(r"[\t\n\r\x20-\x7e\u00a0-\ud7ff\ue000-\U0010ffff]*")
"""Texts of these alone hold no control character; most messages are cleared by one pass of the expression."""


class InvalidMessage(Invalid):
    """The message cannot be taken; nothing was stored."""

    code = "invalid_message"


def check_inbound(inbound: Inbound, *, now: datetime, max_chars: int) -> None:
    """Raises `InvalidMessage` listing every fault of an inbound message by field, with its remedy."""
    found = chain(
        text_problems("text", inbound.text, max_chars),
        _choice("channel", inbound.channel, [*Channel]),
        _choice("modality", inbound.modality, [*Modality]),
        name_problems("external_id", inbound.external_id, MAX_EXTERNAL_ID),
        _contact_problems(inbound.contact),
        _time_problems(inbound.sent_at, now),
    )
    refuse(tuple(found))


def refuse(problems: tuple[Problem, ...]) -> None:
    """Raises `InvalidMessage` if there are problems."""
    if problems:
        first = problems[0]
        message = "; ".join(f"{problem.field}: {problem.message}" for problem in problems)
        raise InvalidMessage(message, field=first.field, remedy=first.remedy, problems=problems)


def text_problems(field: str, text: str, max_chars: int) -> Iterator[Problem]:
    """What keeps a text from being a message."""
    if len(text) > max_chars:
        yield Problem(
            field,
            f"has {len(text):,} characters; the limit is {max_chars:,}",
            "send a shorter text, or raise conversations.max_message_chars",
        )
    elif not PLAIN.fullmatch(text) and (controls := control_characters(text)):
        yield _controls(field, controls)
    elif all(unicodedata.category(c)[0] in "ZC" for c in text):
        yield Problem(field, "is empty", "send at least one visible character")


def name_problems(field: str, value: str, limit: int) -> Iterator[Problem]:
    """What keeps a value from being an id or a name on one line."""
    if not value.strip() or len(value) > limit:
        yield Problem(field, f"has {len(value):,} characters; allowed are 1 to {limit}", "give a shorter one")
    elif controls := control_characters(value) or sorted({f"U+{ord(c):04X}" for c in value if c in "\n\r\t"}):
        yield _controls(field, controls)


def identity_value(kind: str, value: str) -> str:
    """The one way of writing an identity, so that the same contact is found again."""
    if kind == IdentityKind.EMAIL:
        return value.strip().lower()
    if kind == IdentityKind.PHONE:
        return PHONE_PUNCTUATION.sub("", value)
    return value.strip()


def waits(total_seconds: float) -> Iterator[float]:
    """How long to sleep before each look whether it is one's turn: growing steps that add up to the total."""
    step, left = FIRST_WAIT_SECONDS, total_seconds
    while left > 0:
        yield min(step, left)
        left -= step
        step = min(step * WAIT_GROWTH, LONGEST_WAIT_SECONDS)


def _controls(field: str, controls: list[str]) -> Problem:
    shown = ", ".join(controls[:5])
    return Problem(field, f"holds characters that are no text: {shown}", "send plain text without control characters")


def _choice(field: str, value: str, known: list[Any]) -> Iterator[Problem]:
    if value not in known:
        yield Problem(field, f"{value[:40]!r} is not known", "use one of " + ", ".join(known))


def _contact_problems(contact: ContactRef) -> Iterator[Problem]:
    yield from _choice("contact.kind", contact.kind, [*IdentityKind])
    yield from name_problems("contact.value", contact.value, MAX_IDENTITY)
    value = identity_value(contact.kind, contact.value)
    if contact.kind == IdentityKind.EMAIL and not E_MAIL.fullmatch(value):
        yield Problem("contact.value", "is no e-mail address", "give an address such as ann@example.com")
    if contact.kind == IdentityKind.PHONE and not PHONE.fullmatch(value):
        yield Problem("contact.value", "is no phone number", "give digits, such as +15550100")
    if contact.display_name is not None:
        yield from name_problems("contact.display_name", contact.display_name, MAX_NAME)
    if contact.language is not None and not LANGUAGE.fullmatch(contact.language):
        yield Problem("contact.language", "is no language code", "use two letters, such as en")
    yield from _attribute_problems(contact.attributes)


def _attribute_problems(attributes: Mapping[str, Any]) -> Iterator[Problem]:
    if len(attributes) > MAX_ATTRIBUTES:
        yield Problem("contact.attributes", f"are more than {MAX_ATTRIBUTES}", "leave some out")
        return
    for name, value in attributes.items():
        field = f"contact.attributes.{name[:60]}"
        if not ATTRIBUTE.fullmatch(name):
            yield Problem("contact.attributes", f"{name[:60]!r} cannot be a name", "use a word such as lifetime_value")
        elif isinstance(value, str):
            if len(value) > MAX_ATTRIBUTE_CHARS:
                yield Problem(field, f"is longer than {MAX_ATTRIBUTE_CHARS} characters", "shorten it")
            elif controls := control_characters(value):
                yield _controls(field, controls)
        elif not isinstance(value, int | float) or not -MAX_NUMBER <= value <= MAX_NUMBER:
            yield Problem(field, "is no text, truth value or number of normal size", "leave it out")


def _time_problems(sent_at: datetime | None, now: datetime) -> Iterator[Problem]:
    if sent_at is None:
        return
    if sent_at.tzinfo is None:
        yield Problem("sent_at", "has no time zone", "end it with Z or an offset such as +02:00")
    elif sent_at > now + FUTURE_TOLERANCE:
        yield Problem("sent_at", "lies more than five minutes in the future", "set the sender's clock, or leave it out")

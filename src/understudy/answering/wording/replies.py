"""From a decision to the words that go out: reply, follow-up, what happens next, notices. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from understudy.answering.domain import Offer, Option
from understudy.answering.guards import Service, spoken
from understudy.answering.policy import Clarify, FallBack, HandOff, Hold, Step
from understudy.answering.settings import FallbackSettings
from understudy.answering.wording import fallback
from understudy.answering.wording.clarify import spoken_title
from understudy.answering.wording.phrases import (
    BACK,
    CLARIFYING,
    CLOSED_FOR_HOLIDAY,
    CLOSED_FOR_NAMED_HOLIDAY,
    HANDED_OVER,
    HANDED_OVER_CLOSED,
    NOBODY_IN,
    WHEN_BACK,
)
from understudy.templates.domain import Action
from understudy.templates.matching.company_matcher import Match
from understudy.templates.rendering import Form, compose, render

SHORT_CHANNELS = frozenset(("sms", "voice"))
"""Channels that cost by the letter or are heard."""
SHORT_MODALITIES = frozenset(("voice",))
CLARIFY_KEY = "clarify"
"""What answers when a question goes back."""
RATE_LIMITED = "rate_limited"
CLOSED = "closed"
HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Manner:
    """How this reply is to be worded.

    `values` fill placeholders; `turn` counts how often this contact heard this answer; `announces`: whether to say that
    nobody is in, also where nobody is needed; `is_emergency`: the message sounded like one.
    """

    form: Form
    values: Mapping[str, str | None]
    fallback: FallbackSettings
    service: Service
    now: datetime
    turn: int = 0
    announces: bool = False
    is_emergency: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    """The words that go out, the codes of the notices in them, and what they offer to choose from."""

    text: str
    notices: tuple[str, ...] = ()
    offer: Offer | None = None


def form_of(channel: str, modality: str) -> Form:
    """The form of a reply on a channel, where the caller asks for none."""
    return Form.SHORT if channel in SHORT_CHANNELS or modality in SHORT_MODALITIES else Form.FULL


def turn_key(step: Step, settings: FallbackSettings) -> str | None:
    """The name under which turns of an answer are counted; None where there is nothing to take turns."""
    if isinstance(step, FallBack):
        return fallback.key_of(step.kind) if len(fallback.variations(step.kind, settings)) > 1 else None
    if isinstance(step, Clarify):
        return CLARIFY_KEY
    if isinstance(step, Hold):
        return None
    match = step.match
    return match.key if match and len(match.replies) > 1 else None


def word(step: Step, manner: Manner) -> Wording:
    """The words of a step; none where nothing goes out."""
    if isinstance(step, Hold):
        return Wording(render(step.notice or "", manner.values), (RATE_LIMITED,) if step.notice else ())
    if isinstance(step, Clarify):
        return _question(step, manner)
    if isinstance(step, FallBack):
        text = fallback.compose(step.kind, manner.fallback, turn=manner.turn, values=manner.values)
        return _announced(Wording(text, offer=fallback.offer_of(step.kind, manner.fallback)), manner)
    if isinstance(step, HandOff):
        line, notices = _what_happens(step.action, manner)
        said = _reply(step.match, manner) if step.match else ""
        if said and manner.is_emergency and not manner.service.is_open:
            line = ""  # what was written for the emergency says what happens; office hours would only confuse
        return Wording("\n\n".join(part for part in (said, line) if part), notices)
    return _announced(Wording(_reply(step.match, manner)), manner)


def _reply(match: Match, manner: Manner) -> str:
    said = compose(match.replies, rotation=manner.turn, form=manner.form, values=manner.values).text
    if match.follow_up and manner.form is Form.FULL:
        return f"{said}\n\n{render(match.follow_up, manner.values)}"
    return said


def _question(step: Clarify, manner: Manner) -> Wording:
    first, second = step.ambiguity.first, step.ambiguity.second
    titles = spoken_title(first.title), spoken_title(second.title)
    text = CLARIFYING[manner.turn % len(CLARIFYING)].replace("{first}", titles[0]).replace("{second}", titles[1])
    options = (Option(first.key, titles[0]), Option(second.key, titles[1]))
    return Wording(text, offer=Offer(step.ambiguity.rung, options))


def _what_happens(action: Action, manner: Manner) -> tuple[str, tuple[str, ...]]:
    service = manner.service
    if service.is_open:
        return HANDED_OVER[action], ()
    then = WHEN_BACK.format(opens_next=spoken(service.opens_next, manner.now)) if service.opens_next else ""
    line = HANDED_OVER_CLOSED[action].format(then=then)
    closed, notices = _closed(service)
    return f"{closed} {line}", notices


def _announced(wording: Wording, manner: Manner) -> Wording:
    service = manner.service
    if service.is_open or not manner.announces:
        return wording
    closed, notices = _closed(service)
    back = BACK.format(opens_next=spoken(service.opens_next, manner.now)) if service.opens_next else ""
    return Wording(f"{wording.text}\n\n{closed} {back}".rstrip(), notices, wording.offer)


def _closed(service: Service) -> tuple[str, tuple[str, ...]]:
    if service.holiday is None:
        return NOBODY_IN, (CLOSED,)
    name = service.holiday.name
    text = CLOSED_FOR_NAMED_HOLIDAY.replace("{holiday}", name) if name else CLOSED_FOR_HOLIDAY
    return text, (CLOSED, HOLIDAY)

"""From a decision to the words that go out: reply, follow-up, what happens next, notices. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from understudy.answering.domain import Offer, Option
from understudy.answering.guards import Service
from understudy.answering.policy import Clarify, FallBack, HandOff, Hold, SendWritten, Step
from understudy.answering.settings import FallbackSettings
from understudy.answering.wording import fallback
from understudy.answering.wording.clarify import spoken_title
from understudy.answering.wording.fallback import IN_ENGLISH, Tongues
from understudy.answering.wording.languages.phrases import Phrases
from understudy.answering.wording.languages.spoken import phrases_in
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
    nobody is in, also where nobody is needed; `is_emergency`: the message sounded like one; `tongues`: its language
    and the company's.
    """

    form: Form
    values: Mapping[str, str | None]
    fallback: FallbackSettings
    service: Service
    now: datetime
    turn: int = 0
    announces: bool = False
    is_emergency: bool = False
    tongues: Tongues = IN_ENGLISH

    @property
    def phrases(self) -> Phrases:
        """The built-in sentences in the language of the message."""
        return phrases_in(self.tongues.heard)


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
    if isinstance(step, Hold | SendWritten):
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
        text = fallback.compose(
            step.kind, manner.fallback, turn=manner.turn, values=manner.values, tongues=manner.tongues
        )
        return _announced(Wording(text, offer=fallback.offer_of(step.kind, manner.fallback, manner.tongues)), manner)
    if isinstance(step, HandOff):
        line, notices = _what_happens(step.action, manner)
        said = _reply(step.match, manner) if step.match else ""
        if said and manner.is_emergency and not manner.service.is_open:
            line = ""  # what was written for the emergency says what happens; office hours would only confuse
        return Wording("\n\n".join(part for part in (said, line) if part), notices)
    said = step.written.text if isinstance(step, SendWritten) else _reply(step.match, manner)
    return _announced(Wording("\n\n".join(part for part in (said, step.disclaimer) if part)), manner)


def _reply(match: Match, manner: Manner) -> str:
    said = compose(match.replies, rotation=manner.turn, form=manner.form, values=manner.values).text
    if match.follow_up and manner.form is Form.FULL:
        return f"{said}\n\n{render(match.follow_up, manner.values)}"
    return said


def _question(step: Clarify, manner: Manner) -> Wording:
    first, second = step.ambiguity.first, step.ambiguity.second
    titles = spoken_title(first.title), spoken_title(second.title)
    asked = manner.phrases.clarifying
    text = asked[manner.turn % len(asked)].replace("{first}", titles[0]).replace("{second}", titles[1])
    options = (Option(first.key, titles[0]), Option(second.key, titles[1]))
    return Wording(text, offer=Offer(step.ambiguity.rung, options))


def _what_happens(action: Action, manner: Manner) -> tuple[str, tuple[str, ...]]:
    service, phrases = manner.service, manner.phrases
    if service.is_open:
        return phrases.handed_over[action], ()
    then = phrases.closed.when_back.format(opens_next=_opens_next(manner)) if service.opens_next else ""
    line = phrases.handed_over_closed[action].format(then=then)
    closed, notices = _closed(manner)
    return f"{closed}{phrases.offering.gap}{line}", notices


def _announced(wording: Wording, manner: Manner) -> Wording:
    service, phrases = manner.service, manner.phrases
    if service.is_open or not manner.announces:
        return wording
    closed, notices = _closed(manner)
    back = phrases.closed.back.format(opens_next=_opens_next(manner)) if service.opens_next else ""
    return Wording(f"{wording.text}\n\n{closed}{phrases.offering.gap}{back}".rstrip(), notices, wording.offer)


def _opens_next(manner: Manner) -> str:
    opens_next = manner.service.opens_next
    return manner.phrases.moments.spoken(opens_next, manner.now) if opens_next else ""


def _closed(manner: Manner) -> tuple[str, tuple[str, ...]]:
    closed, holiday = manner.phrases.closed, manner.service.holiday
    if holiday is None:
        return closed.nobody_in, (CLOSED,)
    text = closed.named_holiday.replace("{holiday}", holiday.name) if holiday.name else closed.holiday
    return text, (CLOSED, HOLIDAY)

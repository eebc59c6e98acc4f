"""One message on its way to its answer, and what of it and its company the steps need. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from understudy.answering.domain import Decision, Hearing
from understudy.answering.guards import Traffic, service_at
from understudy.answering.ladder import Bars
from understudy.answering.question.asked import Situation
from understudy.answering.settings import FallbackSettings, HoursSettings, LadderSettings, LimitSettings
from understudy.answering.wording.fallback import Tongues
from understudy.answering.wording.replies import Manner, form_of
from understudy.companies.domain import Company
from understudy.companies.settings import Profile
from understudy.conversations.domain import ConversationState, Direction, Lease, Message, Received
from understudy.language.domain import Urgency
from understudy.templates.rendering import Form

TOLD_WITHIN = timedelta(minutes=1)
"""Who was told to slow down within this time is not told again."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the caller asks for: a confidence that every rung must reach, and the reply's form.

    `min_confidence` only tightens: where it lies below the company's threshold of a rung, that threshold holds.
    """

    min_confidence: float | None = None
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A received message, its company, what the caller wishes, and when work on it began (timer's microseconds)."""

    received: Received
    company: Company
    wish: Wish
    is_vip: bool
    started_us: int

    @property
    def bars(self) -> Bars:
        """What each rung must reach."""
        return Bars(self.company.settings.get(LadderSettings).thresholds, self.wish.min_confidence or 0.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a message: no `reply` when nothing was sent, no `decision` when a person answered."""

    decision: Decision | None
    reply: Message | None
    state: ConversationState


def traffic_of(case: Case, now: datetime) -> Traffic:
    """How much this contact wrote lately, and whether it was told to slow down."""
    received, notice = case.received, case.company.settings.get(LimitSettings).notice
    was_told = any(
        said.direction is Direction.OUT and said.text == notice and said.at > now - TOLD_WITHIN
        for said in received.history
    )
    return Traffic(received.messages_last_minute, received.messages_last_day, was_told)


def situation_of(case: Case, lease: Lease, hearing: Hearing, now: datetime) -> Situation:
    """What the message of a case stands in, for rungs that need more than its words."""
    received = case.received
    return Situation(
        company=case.company,
        contact=received.contact,
        message_id=received.message.id,
        conversation_id=received.conversation.id,
        modality=received.message.modality,
        hearing=hearing,
        history=received.history,
        seconds_left=(lease.until - now).total_seconds(),
        now=now,
    )


def manner_of(case: Case, hearing: Hearing, *, now: datetime, turn: int) -> Manner:
    """How the reply of a case is to be worded."""
    settings, received = case.company.settings, case.received
    hours, zone = settings.get(HoursSettings), settings.get(Profile).zone
    has_replied = any(said.direction is Direction.OUT for said in received.history)
    return Manner(
        form=case.wish.form or form_of(received.message.channel, received.message.modality),
        values=values_of(case),
        fallback=settings.get(FallbackSettings),
        service=service_at(now, hours, zone),
        now=now,
        turn=turn,
        announces=hours.announce_closed and not has_replied,
        is_emergency=hearing.urgency == Urgency.EMERGENCY,
        tongues=Tongues(hearing.language, settings.get(Profile).language),
    )


def values_of(case: Case) -> Mapping[str, str | None]:
    """What placeholders stand for."""
    return {**company_values(case.company), "contact_name": case.received.contact.display_name}


def company_values(company: Company) -> dict[str, str | None]:
    """What placeholders stand for that say nothing of a contact."""
    profile = company.settings.get(Profile)
    return {
        "company_name": company.name,
        "support_phone": profile.support_phone,
        "support_email": profile.support_email,
        "opening_hours": profile.opening_hours,
        "website": profile.website,
    }

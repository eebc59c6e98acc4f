"""Decisions as the ladder makes them, for the pages to show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from understudy.answering.domain import (
    Candidate,
    Choice,
    Circumstances,
    Decision,
    FallbackKind,
    Hearing,
    Outcome,
    RungName,
    RungTrace,
    Spending,
    Subject,
    Verdict,
)
from understudy.companies.domain import Company
from understudy.companies.settings import CompanySettings
from understudy.conversations.domain import Contact, Conversation, ConversationState, Direction, Message, Thread
from understudy.kit.ids import uuid_at

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
CONTACT = uuid_at(1, b"contact 00")
CONVERSATION = uuid_at(1, b"conversati")


def made(number: int, ago_seconds: float = 0) -> UUID:
    """The identifier of the thing made so long before NOW."""
    at = NOW - timedelta(seconds=ago_seconds)
    return uuid_at(int(at.timestamp() * 1000), number.to_bytes(10, "big"))


COMPANY = Company(
    id=made(1),
    slug="harbour-bank",
    name="Harbour Bank",
    trade="banking",
    created_at=NOW,
    archived_at=None,
    settings=CompanySettings({}, {}),
    settings_version=3,
)
QUIET = (
    RungTrace(RungName.COMPANY_QA, Verdict.NOTHING, "company_qa@17", latency_us=210),
    RungTrace(
        RungName.TRADE_QA,
        Verdict.BELOW,
        "banking@4",
        0.31,
        0.75,
        Candidate("trade_qa:1", "How do I activate my card?", 0.31, "How do I activate my card?"),
        latency_us=180,
    ),
    RungTrace(
        RungName.RULES,
        Verdict.ABSTAINED,
        "Retail bank@3",
        0.42,
        0.70,
        Candidate("scenario:Retail bank/card_delivery_estimate", "card_delivery_estimate", 0.42, "how long"),
        latency_us=38,
        reason='near_miss: negation "hasn\'t"',
    ),
)
BY_MEANING = RungTrace(
    RungName.SEMANTIC,
    Verdict.ANSWERED,
    "Retail bank@3",
    0.914,
    0.60,
    Candidate("scenario:Retail bank/card_arrival", "card_arrival", 0.914, "I am still waiting on my card?"),
    Candidate("scenario:Retail bank/lost_or_stolen_card", "lost_or_stolen_card", 0.04, "I lost my card"),
    latency_us=3_420,
)


def decision(**changes: Any) -> Decision:
    """A decision: the semantic rung answered, unless told otherwise."""
    usual = Decision(
        id=made(7),
        decided_at=NOW,
        about=Subject(made(5), CONVERSATION, CONTACT, made(6)),
        choice=Choice(
            outcome=Outcome.ANSWERED,
            path="trade_qa 0.31 < rules 0.42 < semantic 0.91",
            rung=RungName.SEMANTIC,
            confidence=0.914,
            answered_by="scenario:Retail bank/card_arrival",
        ),
        rungs=(*QUIET, BY_MEANING),
        spending=Spending(0, 412, "estimate: message + reply + 1,200 tokens"),
        hearing=Hearing("en", -0.41, "normal"),
        circumstances=Circumstances(settings_version=3),
        latency_us=11_800,
    )
    return replace(usual, **changes)


def fell_back() -> Decision:
    """A climb to the top, with a rung that raised and one that was not configured."""
    failed = RungTrace(RungName.SEMANTIC, Verdict.FAILED, "Retail bank@3", latency_us=900, error="EncoderBroken")
    skipped = RungTrace(RungName.LLM, Verdict.SKIPPED, reason="not configured")
    top = RungTrace(RungName.FALLBACK, Verdict.ANSWERED, latency_us=12)
    return decision(
        choice=Choice(
            Outcome.FELL_BACK, "rules 0.42 < fallback", RungName.FALLBACK, fallback_kind=FallbackKind.NO_MATCH
        ),
        rungs=(*QUIET, failed, skipped, top),
        spending=Spending(0, 0, "nothing was spared"),
    )


def message(number: int, position: int, text: str, **changes: Any) -> Message:
    """A message of the conversation: inbound, unless told otherwise."""
    usual = Message(
        id=made(number),
        conversation_id=CONVERSATION,
        contact_id=CONTACT,
        position=position,
        direction=Direction.IN,
        author="contact",
        channel="webchat",
        modality="text",
        text=text,
        external_id=str(number),
        at=NOW,
        sent_at=None,
        in_reply_to=None,
        awaits_reply=False,
    )
    return replace(usual, **changes)


def thread(*messages: Message) -> Thread:
    """The conversation with these messages in it."""
    state = ConversationState.OPEN
    conversation = Conversation(CONVERSATION, CONTACT, "webchat", state, 2, len(messages), NOW, NOW, None)
    return Thread(conversation, Contact(CONTACT, None, "en", {}, NOW), messages, ())


ASKED = message(5, 3, "I ordered my card two weeks ago and it still hasn't arrived. How much longer do I have to wait?")
REPLIED = message(
    6,
    4,
    "Cards usually arrive within 5 to 7 working days. If yours has taken longer than that, we can cancel it and send a "
    "new one at no cost.\n\nShall I order a replacement for you?",
    direction=Direction.OUT,
    author="understudy",
    in_reply_to=made(5),
)

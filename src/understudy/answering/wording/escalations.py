"""What a person is told when a conversation is handed over: why, a summary, and what was collected. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from understudy.answering.domain import Hearing
from understudy.answering.paid import EscalationReason
from understudy.answering.policy import HandOff
from understudy.conversations.domain import EscalationKind, NewEscalation
from understudy.kit.text import excerpt
from understudy.templates.domain import Action

SUMMARY_CHARACTERS = 200
EMERGENCY_REASON = "the message could not be answered"
REASONS: Mapping[EscalationReason, str] = {
    EscalationReason.WANTS_PERSON: "the contact asks for a person",
    EscalationReason.FRUSTRATION: "the contact is losing patience",
    EscalationReason.BILLING: "a billing dispute over the company's limit",
    EscalationReason.SECURITY: "the security or privacy of an account",
    EscalationReason.FAILED_ATTEMPTS: "earlier messages could not be answered either",
    EscalationReason.LEGAL: "a legal matter",
    EscalationReason.COMPLAINT: "a formal complaint",
    EscalationReason.REFUND: "a refund to be authorised",
    EscalationReason.OUTAGE: "an outage",
    EscalationReason.SYSTEM_ACCESS: "needs a system that only people can reach",
}
"""How a person is told why."""
_PHONE = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){6,14}")
"""Seven to fifteen digits as people group them; fifteen is the most a number has (ITU-T E.164)."""


def escalation_of(step: HandOff, text: str, hearing: Hearing) -> NewEscalation:
    """The escalation of a hand-over: its kind, who or what asked for it, and the fields for its action."""
    asked_by, reason = "contact", "the contact chose it"
    fields: dict[str, Any] = {"language": hearing.language, "urgency": hearing.urgency}
    if step.match is not None:
        asked_by, reason = step.match.key, f"scenario {step.match.title}"
    elif step.why is not None:
        asked_by, reason = step.why.by, REASONS[step.why.reason]
        fields |= {"escalation_reason": step.why.reason.value, "sign": step.why.sign}
    fields["asked_by"] = asked_by
    if step.action is Action.TAKE_MESSAGE:
        fields["message"] = text
    if step.action is Action.CALLBACK and (phone := phone_in(text)):
        fields["phone"] = phone
    return NewEscalation(EscalationKind(step.action.value), reason, excerpt(text, SUMMARY_CHARACTERS), fields)


def emergency(text: str, error: Exception) -> NewEscalation:
    """The escalation when even the fallback failed; names the kind of error, none of its words."""
    fields = {"error": type(error).__name__}
    return NewEscalation(EscalationKind.EMERGENCY, EMERGENCY_REASON, excerpt(text, SUMMARY_CHARACTERS), fields)


def phone_in(text: str) -> str | None:
    """The first telephone number in a text, as it was written."""
    found = _PHONE.search(text)
    return found.group() if found else None

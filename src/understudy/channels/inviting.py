"""Inviting contacts to say what they think of replies."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from understudy.answering.domain import Decision, DecisionQuery
from understudy.answering.service import Answering
from understudy.companies.domain import Company
from understudy.conversations.domain import Contact, IdentityKind, Thread
from understudy.conversations.feedback.domain import Invitation, Invited
from understudy.conversations.feedback.service import Feedback
from understudy.learning.settings import LearningSettings
from understudy.learning.signals.asking import asks

SHOWN_AT_MOST = 200


class Inviting:
    """Makes invitations. Whoever is not known gets none: what they say is no evidence."""

    def __init__(self, *, feedback: Feedback, answering: Answering) -> None:
        self.feedback = feedback
        self._answering = answering

    def to(self, company: Company, contact: Contact, kind: str, decision: Decision | None) -> Invitation | None:
        """The invitation for the reply that a decision sent; None where nothing was sent. `kind`: of the identity."""
        if decision is None or decision.about.reply_id is None or kind == IdentityKind.ANONYMOUS:
            return None
        is_asked = asks(company.settings.get(LearningSettings).feedback_prompts, contact, decision)
        return self.feedback.invite(company.id, decision.about.reply_id, asks=is_asked)

    async def in_thread(self, company: Company, thread: Thread) -> Mapping[UUID, Invited]:
        """The invitations of a known contact's conversation, by reply, with what was said."""
        query = DecisionQuery(limit=SHOWN_AT_MOST, conversation_id=thread.conversation.id)
        decisions = await self._answering.decisions(company.id, query)
        made = [self.to(company, thread.contact, IdentityKind.EXTERNAL, decision) for decision in decisions]
        invitations = {
            decision.about.reply_id: invitation
            for decision, invitation in zip(decisions, made, strict=True)
            if invitation is not None and decision.about.reply_id is not None
        }
        given = await self.feedback.given(company.id, list(invitations))
        return {
            reply_id: Invited(invitation, given[reply_id].given.is_helpful if reply_id in given else None)
            for reply_id, invitation in invitations.items()
        }

"""Taking messages: receive, then answer; and answering what was left unanswered."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from understudy.answering.decision.case import Answer, Wish
from understudy.answering.service import NO_WISH, Answering
from understudy.channels.inviting import Inviting
from understudy.channels.settings import SweeperSettings
from understudy.companies.domain import Company
from understudy.companies.service import Companies
from understudy.conversations.domain import Inbound, LeaseLost, Message, Received
from understudy.conversations.feedback.domain import Invitation
from understudy.conversations.service import Conversations
from understudy.conversations.settings import ConversationSettings
from understudy.infra.telemetry import counter, get_logger
from understudy.kit.errors import Invalid

SWEPT_AT_ONCE = 100

log = get_logger(__name__)
_left = counter("understudy_left_messages_total", "Messages that the sweeper found unanswered.", ("outcome",))


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that was taken in, and what came of it. `invitation`: to say what one thinks of the reply, if any."""

    message: Message
    answer: Answer
    is_replay: bool
    invitation: Invitation | None


class Channels:
    """What every channel does with a message once it has verified and translated it."""

    def __init__(
        self,
        *,
        companies: Companies,
        conversations: Conversations,
        answering: Answering,
        inviting: Inviting,
        sweeper: SweeperSettings,
    ) -> None:
        self.sweeper = sweeper
        self.inviting = inviting
        self._companies = companies
        self.conversations = conversations
        self._answering = answering

    async def take(self, company_id: UUID, inbound: Inbound, *, wish: Wish = NO_WISH) -> Taken:
        """Stores a message once and answers it; the same external id again gives back the same reply.

        Raises `Invalid` on bad input (nothing is stored), what `Conversations.receive` raises, and `Unavailable` when
        the database goes away in the middle: then the message, if it is stored, is answered later by the sweeper.
        """
        check_wish(wish)
        company = await self._companies.show(company_id)
        received = await self._receive(company, inbound)
        try:
            answer = await self._answering.answer(received, company=company, wish=wish)
        except LeaseLost:  # somebody else answered it meanwhile: give back what they said
            received = await self._receive(company, inbound)
            answer = await self._answering.answer(received, company=company, wish=wish)
        invitation = self.inviting.to(company, received.contact, inbound.contact.kind, answer.decision)
        return Taken(received.message, answer, received.is_replay, invitation)

    async def left(self) -> list[tuple[UUID, UUID]]:
        """Company and message of what was left unanswered, over all companies, oldest first, a hundred at most."""
        older_than = timedelta(seconds=self.sweeper.left_after_seconds)
        return await self.conversations.unanswered(older_than=older_than, limit=SWEPT_AT_ONCE)

    async def answer_left(self, company_id: UUID, message_id: UUID) -> bool:
        """Answers a message that was left; says False when it is not its turn, or somebody is at it."""
        company = await self._companies.show(company_id)
        settings = company.settings.get(ConversationSettings)
        received = await self.conversations.resume(company_id=company_id, message_id=message_id, settings=settings)
        if received is None or received.lease is None:
            return False
        answer = await self._answering.answer(received, company=company)
        outcome = answer.decision.choice.outcome.value if answer.decision else ""
        _left.labels(outcome).inc()
        log.info("left_message_answered", message_id=str(message_id), outcome=outcome)
        return True

    async def _receive(self, company: Company, inbound: Inbound) -> Received:
        settings = company.settings.get(ConversationSettings)
        return await self.conversations.receive(company_id=company.id, inbound=inbound, settings=settings)


def check_wish(wish: Wish) -> None:
    """Raises `Invalid` when the confidence asked for is no probability."""
    asked = wish.min_confidence
    if asked is not None and not (math.isfinite(asked) and 0 <= asked <= 1):
        raise Invalid(
            f"a confidence lies between 0 and 1, not {asked}",
            field="min_confidence",
            remedy="give a number such as 0.8",
        )

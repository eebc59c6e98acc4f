"""Feedback: contacts say what they think of replies, once for each and with a change of mind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.conversations.domain import Direction
from understudy.conversations.feedback import store, tokens
from understudy.conversations.feedback.domain import (
    Given,
    Invitation,
    Opinion,
    OpinionQuery,
    OpinionSettled,
    TokenRefused,
    check_given,
)
from understudy.conversations.feedback.events import FeedbackGiven
from understudy.conversations.feedback.ports import Signer
from understudy.infra.database import Database
from understudy.infra.outbox import Outbox
from understudy.infra.telemetry import counter
from understudy.kit.clock import Clock

MAX_PAGE = 200
_given = counter("understudy_feedback_total", "Opinions of replies, by what they say.", ("helpful",))


class Feedback:
    """What contacts think of replies. Whoever holds a reply's token may speak for its contact."""

    def __init__(self, *, database: Database, outbox: Outbox, signer: Signer, clock: Clock) -> None:
        self._database = database
        self._outbox = outbox
        self._signer = signer
        self._clock = clock

    def invite(self, company_id: UUID, reply_id: UUID, *, asks: bool) -> Invitation | None:
        """The invitation that goes out with a reply; None where the installation has no key to sign with."""
        token = tokens.make(self._signer, company_id, reply_id)
        return Invitation(token, asks) if token else None

    def about(self, token: str) -> tuple[UUID, UUID]:
        """The company and the reply that a token is about; raises `TokenRefused`."""
        return tokens.read(self._signer, token, self._clock())

    async def submit(self, token: str, given: Given, *, may_ask: bool | None = None) -> Opinion | None:
        """Takes what the contact says, in the place of what it said before; None: it takes it back.

        `may_ask`: whether the contact may be asked again, None as before. Raises `TokenRefused`, `InvalidFeedback`,
        `MessageNotFound` and `OpinionSettled`.
        """
        now = self._clock()
        company_id, reply_id = tokens.read(self._signer, token, now)
        check_given(given)
        async with self._database.transaction(company_id) as tx:
            reply = await store.find_message(tx, reply_id)
            if reply.direction is not Direction.OUT:
                raise TokenRefused("feedback is about replies", remedy="use the token that came with a reply")
            if may_ask is not None:
                await store.set_refusal(tx, reply.contact_id, None if may_ask else now)
            if given.is_nothing:
                if may_ask is None and await store.drop_opinion(tx, reply_id):
                    await self._outbox.announce(tx, FeedbackGiven(company_id, reply_id))
                return None
            opinion = await store.keep_opinion(tx, reply, given, now)
            if opinion is None:
                raise OpinionSettled("this opinion was changed too often", remedy="say it in a new message")
            await self._outbox.announce(tx, FeedbackGiven(company_id, reply_id))
        _given.labels("" if given.is_helpful is None else str(given.is_helpful).lower()).inc()
        return opinion

    async def given(self, company_id: UUID, reply_ids: Sequence[UUID]) -> Mapping[UUID, Opinion]:
        """What was said of some replies of a company."""
        if not reply_ids:
            return {}
        async with self._database.transaction(company_id) as tx:
            return {opinion.message_id: opinion for opinion in await store.opinions_of(tx, reply_ids)}

    async def list(self, principal: Principal, query: OpinionQuery) -> list[Opinion]:
        """Opinions of the company's replies, the newest reply first."""
        principal.demand(Permission.FEEDBACK_READ)
        async with self._database.transaction(principal.company) as tx:
            return await store.list_opinions(tx, query)

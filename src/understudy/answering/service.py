"""Answering: a received message becomes a reply, a hand-over or silence, with a decision, in one commit."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from understudy.answering import guards, store
from understudy.answering.decision.case import Answer, Case, Wish, situation_of, traffic_of
from understudy.answering.decision.recording import Recording
from understudy.answering.decision.thinking import Heard, Thinking, Thought
from understudy.answering.domain import Decision, DecisionQuery, Offer
from understudy.answering.exchanges.domain import Exchange
from understudy.answering.exchanges.store import exchanges_of
from understudy.answering.guards import Admission
from understudy.answering.policy import Hold
from understudy.answering.settings import LimitSettings, VipSettings
from understudy.answering.wording.clarify import may_choose
from understudy.companies.domain import Company
from understudy.conversations.domain import UNDERSTUDY, ConversationState, Lease, Received
from understudy.conversations.service import Conversations
from understudy.infra.database import Database
from understudy.infra.telemetry import get_logger
from understudy.kit.clock import Clock
from understudy.kit.errors import UnderstudyError

MAX_PAGE = 200
NO_WISH = Wish()
log = get_logger(__name__)


class Answering:
    """Turns received messages into answers, and keeps the decisions."""

    def __init__(
        self,
        *,
        database: Database,
        conversations: Conversations,
        thinking: Thinking,
        recording: Recording,
        clock: Clock,
    ) -> None:
        self._database = database
        self._conversations = conversations
        self._thinking = thinking
        self._recording = recording
        self._clock = clock

    async def answer(self, received: Received, *, company: Company, wish: Wish = NO_WISH) -> Answer:
        """Answers a message whose turn it is; without a lease gives back what was answered before.

        Thinks with no transaction open, then records decision and reply in one. Raises `LeaseLost` when somebody else
        answered meanwhile and `Unavailable` when the database is away: then nothing was recorded, and the sweeper
        answers. Anything else that goes wrong ends in the emergency reply and a hand-over.
        """
        is_vip = guards.is_vip(received.contact.attributes, company.settings.get(VipSettings))
        case = Case(received, company, wish, is_vip, self._thinking.timer())
        if received.lease is None:
            return await self._already(case)
        heard = Heard.unheard(received.message.text)
        try:
            heard = self._thinking.hear(heard.text, company)
            thought = self._held(case)
            if thought is None:
                heard = await self._thinking.encode(heard)
                offer = await self._last_offer(case)
                situation = situation_of(case, received.lease, heard.hearing, self._clock())
                thought = await self._thinking.think(
                    heard, company=company, bars=case.bars, offer=offer, situation=situation
                )
            return await self._recording.record(case, received.lease, heard, thought)
        except UnderstudyError:
            await self._give_back(case, received.lease)
            raise
        except Exception as error:  # noqa: BLE001 - around the last rung: the customer always gets a line
            log.error(
                "emergency_reply", message_id=str(received.message.id), error=type(error).__name__, at=_place(error)
            )
            return await self._rescue(case, received.lease, heard, error)

    async def decision(self, company_id: UUID, decision_id: UUID) -> Decision:
        """A decision; raises `DecisionNotFound`."""
        async with self._database.transaction(company_id) as tx:
            return await store.find_decision(tx, decision_id)

    async def exchanges(self, company_id: UUID, decision_id: UUID) -> Sequence[Exchange]:
        """What was said to providers for a decision, masked as they saw it; none where no model was asked.

        Raises `DecisionNotFound`.
        """
        async with self._database.transaction(company_id) as tx:
            decision = await store.find_decision(tx, decision_id)
            return await exchanges_of(tx, decision.about.message_id)

    async def decision_of(self, company_id: UUID, message_id: UUID) -> Decision | None:
        """The decision about a message, if one was made."""
        async with self._database.hot(company_id) as tx:
            return await store.decision_of(tx, message_id)

    async def decisions(self, company_id: UUID, query: DecisionQuery) -> list[Decision]:
        """Decisions of a company, newest first."""
        async with self._database.transaction(company_id) as tx:
            return await store.list_decisions(tx, replace(query, limit=min(query.limit, MAX_PAGE)))

    async def _already(self, case: Case) -> Answer:
        """What was answered before; a message that is left to a person gets a decision that says so."""
        received = case.received
        decision = await self.decision_of(case.company.id, received.message.id)
        is_left = received.conversation.state is ConversationState.WAITING_FOR_PERSON
        if decision is None and received.earlier_reply is None and is_left:
            heard = await self._thinking.encode(self._thinking.hear(received.message.text, case.company))
            return await self._recording.record_left(case, heard)
        return Answer(decision, received.earlier_reply, received.conversation.state)

    def _held(self, case: Case) -> Thought | None:
        """Why the message doesn't climb: its contact wrote too much. It is not encoded either."""
        settings = case.company.settings
        limits, is_exempt = settings.get(LimitSettings), case.is_vip and settings.get(VipSettings).skip_limits
        admission = guards.admit(traffic_of(case, self._clock()), limits, is_exempt=is_exempt)
        if admission is Admission.ADMITTED:
            return None
        return Thought(Hold(limits.notice if admission is Admission.TOLD else None), ())

    async def _last_offer(self, case: Case) -> Offer | None:
        """What the reply just before this message offered; looked up only where the message could be a choice."""
        last = case.received.history[-1] if case.received.history else None
        if last is None or last.author != UNDERSTUDY or last.in_reply_to is None:
            return None
        if not may_choose(case.received.message.text):
            return None
        decision = await self.decision_of(case.company.id, last.in_reply_to)
        return decision.choice.offer if decision else None

    async def _rescue(self, case: Case, lease: Lease, heard: Heard, error: Exception) -> Answer:
        try:
            return await self._recording.record_emergency(case, lease, heard, error)
        except BaseException:
            await self._give_back(case, lease)
            raise

    async def _give_back(self, case: Case, lease: Lease) -> None:
        """Gives the turn back at once; with the database away it runs out by itself."""
        with suppress(UnderstudyError):
            await self._conversations.release(company_id=case.company.id, lease=lease)


def _place(error: Exception) -> str:
    """Where an error was raised: its message may hold a customer's words, and stays out of the log."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""

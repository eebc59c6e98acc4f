"""Recording: decision, reply or hand-over, embedding, and the turn given back, in one commit."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.answering import store
from understudy.answering.decision import money
from understudy.answering.decision.case import Answer, Case, manner_of
from understudy.answering.decision.choice import choice_of, spending_of
from understudy.answering.decision.thinking import Heard, Thought
from understudy.answering.domain import (
    Choice,
    Circumstances,
    Decision,
    Outcome,
    RungName,
    RungTrace,
    Spending,
    Subject,
    Verdict,
)
from understudy.answering.exchanges.domain import Exchange
from understudy.answering.exchanges.store import add_exchange
from understudy.answering.ladder import Timer, path_of
from understudy.answering.policy import HandOff
from understudy.answering.question.looked import Sent
from understudy.answering.settings import FallbackSettings
from understudy.answering.wording.escalations import emergency, escalation_of
from understudy.answering.wording.languages.spoken import phrases_in
from understudy.answering.wording.replies import Wording, turn_key, word
from understudy.conversations.domain import ConversationState, Lease, Message
from understudy.conversations.service import Conversations
from understudy.infra.database import Database, Tx
from understudy.infra.telemetry import counter
from understudy.kit.clock import Clock
from understudy.kit.ids import NewId
from understudy.templates.domain import Action

_answers = counter("understudy_answers_total", "Messages by what came of them.", ("outcome", "rung"))


@dataclass(frozen=True, slots=True)
class _Made:
    """What the decision says beside the case: what was chosen, what the rungs said, what it saved."""

    choice: Choice
    traces: tuple[RungTrace, ...]
    spending: Spending
    reply: Message | None = None


class Recording:
    """Writes what came of a message."""

    def __init__(
        self, *, database: Database, conversations: Conversations, clock: Clock, new_id: NewId, timer: Timer
    ) -> None:
        self._database = database
        self._conversations = conversations
        self._clock = clock
        self._new_id = new_id
        self._timer = timer

    async def record(self, case: Case, lease: Lease, heard: Heard, thought: Thought) -> Answer:
        """Words the step and records it; raises `LeaseLost`, and then nothing is recorded."""
        step, now = thought.step, self._clock()
        async with self._database.hot(case.company.id) as tx:
            key = turn_key(step, case.company.settings.get(FallbackSettings))
            turn = await store.next_turn(tx, case.received.contact.id, key, now) if key else 0
            wording = word(step, manner_of(case, heard.hearing, now=now, turn=turn))
            reply = await self._say(tx, lease, heard, thought, wording)
            made = _Made(
                choice_of(step, thought.traces, wording),
                thought.traces,
                spending_of(step, thought.traces, (heard.text, wording.text), median_micros=thought.median_micros),
                reply,
            )
            decision = await self._keep(tx, case, heard, made)
            if thought.sent is not None:
                await self._keep_exchange(tx, decision, thought.sent)
        is_handed_over = isinstance(step, HandOff)
        state = ConversationState.WAITING_FOR_PERSON if is_handed_over else case.received.conversation.state
        return _counted(Answer(decision, reply, state))

    async def record_left(self, case: Case, heard: Heard) -> Answer:
        """Records that the message is left to the person who has the conversation."""
        made = _Made(Choice(Outcome.WAITING, Outcome.WAITING.value), (), money.unsaved())
        async with self._database.hot(case.company.id) as tx:
            decision = await self._keep(tx, case, heard, made)
        return _counted(Answer(decision, None, case.received.conversation.state))

    async def record_emergency(self, case: Case, lease: Lease, heard: Heard, error: Exception) -> Answer:
        """Sends the emergency reply and hands over, because even the fallback failed."""
        trace = RungTrace(RungName.FALLBACK, Verdict.FAILED, error=type(error).__name__)
        choice = Choice(Outcome.HANDED_OVER, path_of((trace,)), RungName.FALLBACK, action=Action.TRANSFER)
        async with self._database.hot(case.company.id) as tx:
            escalation = emergency(heard.text, error)
            text = phrases_in(heard.hearing.language).emergency
            reply, _ = await self._conversations.hand_over(tx, lease=lease, text=text, escalation=escalation)
            made = _Made(choice, (trace,), money.unsaved(), reply)
            decision = await self._keep(tx, case, heard, made)
        return _counted(Answer(decision, reply, ConversationState.WAITING_FOR_PERSON))

    async def _say(self, tx: Tx, lease: Lease, heard: Heard, thought: Thought, wording: Wording) -> Message | None:
        if isinstance(thought.step, HandOff):
            escalation = escalation_of(thought.step, heard.text, heard.hearing)
            reply, _ = await self._conversations.hand_over(tx, lease=lease, text=wording.text, escalation=escalation)
            return reply
        if wording.text:
            return await self._conversations.reply(tx, lease=lease, text=wording.text)
        await self._conversations.settle(tx, lease=lease)
        return None

    async def _keep_exchange(self, tx: Tx, decision: Decision, sent: Sent) -> None:
        paid = [trace.paid for trace in decision.rungs if trace.paid]
        made = Exchange(
            id=self._new_id(),
            message_id=decision.about.message_id,
            contact_id=decision.about.contact_id,
            prompt=sent.prompt,
            completion=sent.completion,
            prompt_version=next((one.prompt_version for one in paid if one.prompt_version), ""),
            at=decision.decided_at,
            call_ids=tuple(call.id for one in paid for call in one.calls),
        )
        await add_exchange(tx, made)

    async def _keep(self, tx: Tx, case: Case, heard: Heard, made: _Made) -> Decision:
        message = case.received.message
        reply_id = made.reply.id if made.reply else None
        decision = Decision(
            id=self._new_id(),
            decided_at=self._clock(),
            about=Subject(message.id, message.conversation_id, message.contact_id, reply_id),
            choice=made.choice,
            rungs=made.traces,
            spending=made.spending,
            hearing=heard.hearing,
            circumstances=Circumstances(case.company.settings_version, case.is_vip, case.wish.min_confidence),
            latency_us=self._timer() - case.started_us,
        )
        await store.add_decision(tx, decision)
        if heard.embedding is not None:
            await self._conversations.keep_embedding(
                tx, message_id=message.id, encoder=heard.encoder, vector=heard.embedding
            )
        return decision


def _counted(answer: Answer) -> Answer:
    if answer.decision is not None:
        choice = answer.decision.choice
        _answers.labels(choice.outcome.value, choice.rung.value if choice.rung else "").inc()
    return answer

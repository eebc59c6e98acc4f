"""The verbs of the front door: admit an enquiry, let it climb, record what answered it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from understudy.answering import policy, store
from understudy.answering.decision.case import Answer, Case, Wish
from understudy.answering.decision.recording import Recording
from understudy.answering.decision.thinking import Heard, Ladder, MatcherSource, Thinking, Thought
from understudy.answering.domain import Circumstances, Decision, Subject
from understudy.answering.ladder import Bars, Question, climb
from understudy.answering.passthrough.domain import (
    Climbed,
    Enquiry,
    HandedOn,
    choice_of,
    spending_of,
    storable,
    trace_of,
)
from understudy.answering.passthrough.scribe import Scribe
from understudy.answering.service import Answering
from understudy.answering.settings import LadderSettings
from understudy.companies.domain import Company
from understudy.conversations.domain import CONTACT, UNDERSTUDY, ContactRef, Direction, Lease, Received
from understudy.conversations.exchanges.domain import Begun
from understudy.conversations.exchanges.service import Exchanges
from understudy.conversations.service import Conversations
from understudy.conversations.settings import ConversationSettings
from understudy.infra.database import Database, Tx
from understudy.kit.clock import Clock
from understudy.kit.ids import NewId
from understudy.templates.matching.company_matcher import CompanyMatcher, Match, Message

HISTORY = 6
"""Turns before the question that come along: as many as of a message that is stored with its conversation."""


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind it. `ladder`: the free rungs, in order."""

    database: Database
    exchanges: Exchanges
    conversations: Conversations
    thinking: Thinking
    recording: Recording
    answering: Answering
    matchers: MatcherSource
    ladder: Ladder
    scribe: Scribe


class Passthrough:
    """Answers enquiries from the free rungs, and keeps what the model asked for answered to the others."""

    def __init__(self, *, behind: Behind, clock: Clock, new_id: NewId) -> None:
        self._behind = behind
        self._clock = clock
        self._new_id = new_id

    def admit(self, company: Company, contact: ContactRef, text: str, *, wish: Wish, key: str | None) -> Enquiry:
        """An enquiry, nothing stored yet; raises `InvalidMessage` where the text or the contact cannot be stored."""
        max_chars = company.settings.get(ConversationSettings).max_message_chars
        new = self._behind.exchanges.prepare(contact=contact, text=text, key=key, max_chars=max_chars)
        return Enquiry(company, new, self._new_id(), self._behind.thinking.timer(), wish)

    async def begin(self, enquiry: Enquiry) -> Enquiry | Answer:
        """Stores an enquiry that has a key before anything is done about it; the answer, if there is one already.

        Raises `MessageDiffers`, and `ConversationBusy` while the same enquiry is being answered.
        """
        async with self._behind.database.hot(enquiry.company.id) as tx:
            begun = await self._behind.exchanges.begin(tx, enquiry.new)
            if begun.lease is not None:
                return replace(enquiry, begun=begun)
            decision = await store.decision_of(tx, begun.message.id)
        return Answer(decision, begun.reply, begun.conversation.state)

    def hear(self, enquiry: Enquiry, *, listens: bool) -> Climbed:
        """An enquiry that does not climb; its language and mood are looked at where it `listens`."""
        text = enquiry.new.text
        return Climbed(self._behind.thinking.hear(text, enquiry.company) if listens else Heard.unheard(text), ())

    async def climb(self, enquiry: Enquiry) -> Climbed:
        """Lets an enquiry climb the free rungs. It is never asked back: the model asked for answers instead."""
        company, thinking = enquiry.company, self._behind.thinking
        heard = await thinking.encode(thinking.hear(enquiry.new.text, company))
        settings = company.settings.get(LadderSettings)
        message = Message(text=heard.text, embedding=heard.embedding, language=heard.hearing.language)
        question = Question(message, await self._matcher(company), settings, heard.failure)
        bars = Bars(settings.thresholds, enquiry.wish.min_confidence or 0.0)
        climbed = await climb(self._behind.ladder.of(settings), question, bars, thinking.timer)
        if not isinstance(climbed.answer, Match) or climbed.rung is None:
            return Climbed(heard, climbed.traces)
        return Climbed(heard, climbed.traces, policy.answer_with(climbed.answer, climbed.rung))

    async def say(self, enquiry: Enquiry, climbed: Climbed) -> Answer:
        """Says what a free rung answers, and records it; hands over where its scenario asks for a person."""
        assert climbed.step is not None
        begun = await self._begun(enquiry)
        assert begun.lease is not None
        thought = Thought(climbed.step, climbed.traces)
        return await self._behind.recording.record(_case(enquiry, begun), begun.lease, climbed.heard, thought)

    async def answer(self, enquiry: Enquiry, *, said: Sequence[tuple[bool, str]]) -> Answer:
        """Answers like any message: from the whole ladder. `said`: by the contact or not, and the words, oldest first.

        What was said is what the program tells; nothing of it is stored.
        """
        begun = await self._begun(enquiry)
        asked, author = begun.message, (UNDERSTUDY, CONTACT)
        history = tuple(
            replace(
                asked,
                id=self._new_id(),
                direction=Direction.IN if is_contacts else Direction.OUT,
                author=author[is_contacts],
                text=text,
                external_id=None,
            )
            for is_contacts, text in said[-HISTORY:]
        )
        received = replace(_case(enquiry, begun).received, history=history)
        return await self._behind.answering.answer(received, company=enquiry.company, wish=enquiry.wish)

    async def record(self, enquiry: Enquiry, climbed: Climbed, handed: HandedOn) -> None:
        """Records what became of an enquiry that was handed on: question, reply and decision in one commit.

        Whoever asked has the answer by now or gets it next, and keeps the conversation; so it is written behind the
        reply, unless the caller gave a key and may ask again.
        """
        if enquiry.begun is None:
            new = enquiry.new
            about = Subject(new.message_id, new.conversation_id, new.contact_id)
            decision = self._decision(enquiry, climbed, handed, about)
            entry = partial(self._keep, enquiry, climbed.heard, decision, storable(handed.reply))
            await self._behind.scribe.write(enquiry.company.id, entry)
            return
        async with self._behind.database.hot(enquiry.company.id) as tx:
            begun = enquiry.begun
            assert begun.lease is not None
            reply_id = await self._keep_reply(tx, begun.lease, storable(handed.reply))
            message = begun.message
            about = Subject(message.id, message.conversation_id, message.contact_id, reply_id)
            await store.drop_decision(tx, message.id)  # an earlier try may have failed, and been decided about
            await store.add_decision(tx, self._decision(enquiry, climbed, handed, about))
            await self._keep_embedding(tx, message.id, climbed.heard)

    async def settle(self) -> None:
        """Waits until what is written behind the replies is written."""
        await self._behind.scribe.settle()

    async def _keep(self, enquiry: Enquiry, heard: Heard, decision: Decision, reply: str | None, tx: Tx) -> None:
        reply_id = await self._behind.exchanges.keep(tx, enquiry.new, reply)
        about = replace(decision.about, reply_id=reply_id)
        await store.add_decision_about_kept(tx, replace(decision, about=about))
        await self._keep_embedding(tx, enquiry.new.message_id, heard)

    async def _begun(self, enquiry: Enquiry) -> Begun:
        if enquiry.begun is not None:
            return enquiry.begun
        async with self._behind.database.hot(enquiry.company.id) as tx:
            return await self._behind.exchanges.begin(tx, enquiry.new)

    async def _keep_reply(self, tx: Tx, lease: Lease, text: str | None) -> UUID | None:
        if text is None:
            await self._behind.conversations.settle(tx, lease=lease)
            return None
        return (await self._behind.conversations.reply(tx, lease=lease, text=text)).id

    async def _keep_embedding(self, tx: Tx, message_id: UUID, heard: Heard) -> None:
        if heard.embedding is not None:
            await self._behind.conversations.keep_embedding(
                tx, message_id=message_id, encoder=heard.encoder, vector=heard.embedding
            )

    def _decision(self, enquiry: Enquiry, climbed: Climbed, handed: HandedOn, about: Subject) -> Decision:
        latency_us = self._behind.thinking.timer() - enquiry.started_us
        spent_below = sum(trace.latency_us for trace in climbed.traces)
        traces = (*climbed.traces, trace_of(handed, latency_us - spent_below, enquiry.why_not))
        return Decision(
            id=enquiry.decision_id,
            decided_at=self._clock(),
            about=about,
            choice=choice_of(handed, traces),
            rungs=traces,
            spending=spending_of(handed),
            hearing=climbed.heard.hearing,
            circumstances=Circumstances(enquiry.company.settings_version, min_confidence=enquiry.wish.min_confidence),
            latency_us=latency_us,
        )

    async def _matcher(self, company: Company) -> CompanyMatcher | Exception:
        try:
            return await self._behind.matchers.of(company.id)
        except Exception as error:  # noqa: BLE001 - around the rungs that need it, which raise it again
            return error


def _case(enquiry: Enquiry, begun: Begun) -> Case:
    """The enquiry as a message on its way to its answer. Its writer's limits do not hold: a program is in between."""
    received = Received(begun.message, begun.conversation, begun.contact, begun.lease, None, (), False, 0, 0)
    return Case(received, enquiry.company, enquiry.wish, False, enquiry.started_us)

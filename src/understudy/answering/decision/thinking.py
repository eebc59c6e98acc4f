"""Thinking: from a message to the step to take, with no transaction open. The same for live messages and for replay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from understudy.answering import policy
from understudy.answering.decision.money import NOTHING_PAID_YET
from understudy.answering.domain import Candidate, FallbackKind, Hearing, Offer, RungName, RungTrace, Verdict
from understudy.answering.ladder import Bars, Question, Rung, Timer, climb
from understudy.answering.policy import FallBack, HandOff, Step
from understudy.answering.ports import PaidCosts
from understudy.answering.question.asked import Situation
from understudy.answering.question.looked import Sent
from understudy.answering.settings import LadderSettings
from understudy.answering.triggers.reading import wish_in
from understudy.answering.wording import clarify, fallback
from understudy.answering.wording.clarify import Chosen, Declined
from understudy.companies.domain import Company
from understudy.companies.settings import Profile
from understudy.language.domain import UNKNOWN, Vector
from understudy.language.service import Language
from understudy.templates.matching.company_matcher import CompanyMatcher, Message

CHOSEN = 1.0
"""The confidence of what the contact chose itself."""
DECLINED = "none of those offered"


class MatcherSource(Protocol):
    """Gives what a company answers from."""

    async def of(self, company_id: UUID) -> CompanyMatcher:
        """The matcher of a company as it is now, usually from memory."""
        ...


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs in order; `basic` are those that run for a company whose gatekeeper is off."""

    rungs: Sequence[Rung]
    basic: Sequence[Rung]
    timer: Timer

    def of(self, settings: LadderSettings) -> Sequence[Rung]:
        """The rungs that run under these settings, before the fallback."""
        return self.rungs if settings.gatekeeper else self.basic


@dataclass(frozen=True, slots=True)
class Heard:
    """A message with how it sounds, its embedding and the encoder's name; `failure`: what encoding raised."""

    text: str
    hearing: Hearing
    embedding: Vector | None = None
    encoder: str = ""
    failure: Exception | None = None

    @classmethod
    def unheard(cls, text: str) -> Heard:
        """A message of which nothing is known yet."""
        return cls(text, Hearing(UNKNOWN))


@dataclass(frozen=True, slots=True)
class Thought:
    """The step to take, what every rung said on the way to it, and what was said to providers.

    `median_micros`: what the company's own paid answers cost, where it has enough of them.
    """

    step: Step
    traces: tuple[RungTrace, ...]
    sent: Sent | None = None
    median_micros: int | None = None


class Thinking:
    """What turns a message into a step."""

    def __init__(
        self, *, language: Language, matchers: MatcherSource, ladder: Ladder, paid_costs: PaidCosts = NOTHING_PAID_YET
    ) -> None:
        self._language = language
        self._matchers = matchers
        self._ladder = ladder
        self._paid_costs = paid_costs
        self.timer = ladder.timer

    def hear(self, text: str, company: Company) -> Heard:
        """How a message sounds, without encoding it."""
        reading = self._language.read(text)
        language = reading.language_or(company.settings.get(Profile).language)
        sentiment = reading.sentiment.compound if reading.sentiment else None
        return Heard(text, Hearing(language, sentiment, reading.urgency.value))

    async def encode(self, heard: Heard) -> Heard:
        """The message with its embedding. What encoding raises is kept: the rungs that need none go on without."""
        try:
            return replace(heard, embedding=await self._language.encode(heard.text), encoder=self._language.model.key)
        except Exception as error:  # noqa: BLE001 - around the rungs that need it, which raise it again
            return replace(heard, failure=error)

    async def think(
        self, heard: Heard, *, company: Company, bars: Bars, offer: Offer | None, situation: Situation | None = None
    ) -> Thought:
        """Reads the message against what was offered last; otherwise lets it climb.

        Without a `situation` only the free rungs can answer.
        """
        thought = await self._thought(heard, company, bars, offer, situation)
        return replace(thought, median_micros=await self._paid_costs.median(company.id))

    async def _thought(
        self, heard: Heard, company: Company, bars: Bars, offer: Offer | None, situation: Situation | None
    ) -> Thought:
        answer = clarify.read(heard.text, offer) if offer else None
        if isinstance(answer, Chosen) and offer and (chosen := await self._chosen(answer, offer, company)):
            return chosen
        is_answer_to_question = offer is not None and offer.rung is not RungName.FALLBACK
        if isinstance(answer, Declined) and offer and is_answer_to_question:
            trace = RungTrace(offer.rung, Verdict.ABSTAINED, reason=DECLINED)
            return _fallen((trace,), FallbackKind.CLARIFICATION_NEEDED)
        settings = company.settings.get(LadderSettings)
        message = Message(text=heard.text, embedding=heard.embedding, language=heard.hearing.language)
        question = Question(message, await self._matcher(company.id), settings, heard.failure, situation)
        return await self._climb(question, bars, may_ask=not is_answer_to_question)

    async def _chosen(self, answer: Chosen, offer: Offer, company: Company) -> Thought | None:
        option, reason = answer.option, f"chosen: {answer.by}"
        if action := fallback.chosen_action(option.key):
            trace = RungTrace(RungName.FALLBACK, Verdict.ANSWERED, reason=reason)
            return Thought(HandOff(action, RungName.FALLBACK), (trace,))
        match = (await self._matchers.of(company.id)).find(option.key)
        if match is None:
            return None
        match = replace(match, confidence=CHOSEN)
        candidate = Candidate(match.key, match.title, CHOSEN, match.matched)
        trace = RungTrace(offer.rung, Verdict.ANSWERED, score=CHOSEN, best=candidate, reason=reason)
        return Thought(policy.answer_with(match, offer.rung), (trace,))

    async def _climb(self, question: Question, bars: Bars, *, may_ask: bool) -> Thought:
        settings = question.settings
        climbed = await climb(self._ladder.of(settings), question, bars, self.timer)
        step = policy.decide(climbed, may_clarify=may_ask and settings.clarify)
        if settings.gatekeeper and policy.outranks(climbed) and (wish := wish_in(question.message.text)):
            step = policy.hand_off(wish)
        if isinstance(step, FallBack):
            return replace(_fallen(climbed.traces, step.kind), sent=climbed.sent)
        if isinstance(step, HandOff) and step.why is not None and step.rung is RungName.FALLBACK:
            seen = RungTrace(RungName.FALLBACK, Verdict.ANSWERED, reason=f"hand-over: {step.why.reason}")
            return Thought(step, (*climbed.traces, seen), climbed.sent)
        return Thought(step, climbed.traces, climbed.sent)

    async def _matcher(self, company_id: UUID) -> CompanyMatcher | Exception:
        """One and the same for the whole climb, also when it is swapped meanwhile."""
        try:
            return await self._matchers.of(company_id)
        except Exception as error:  # noqa: BLE001 - around the rungs that need it, which raise it again
            return error


def _fallen(traces: tuple[RungTrace, ...], kind: FallbackKind) -> Thought:
    return Thought(FallBack(kind), (*traces, RungTrace(RungName.FALLBACK, Verdict.ANSWERED, reason=kind.value)))

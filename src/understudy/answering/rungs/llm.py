"""The paid rung: one structured call over the candidates that the free rungs found and what else lies near.

Before anything is paid, triggers say whether a person is needed: they are free, and hold also where no provider is set
up. What the free rungs answered does not come here; of those answers, only an explicit wish for a person takes
precedence (see `policy.outranks`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from understudy.answering.decision.case import company_values
from understudy.answering.domain import RungName
from understudy.answering.ladder import Question
from understudy.answering.paid import AnswerKind, PaidTrace
from understudy.answering.policy import HALF_SURE
from understudy.answering.ports import KnowledgeSource, PaidModel, Past, PromptSource, Recall
from understudy.answering.prompting.assembling import Count, assemble
from understudy.answering.prompting.domain import Assembled, Briefing, Source
from understudy.answering.question.asked import Situation
from understudy.answering.question.looked import Failed, Looked, Opinion, Sent, Skipped, Written
from understudy.answering.rungs.briefing import Mask, briefing_of, known_of, masker_of
from understudy.answering.rungs.candidates import Offered, beside, offered
from understudy.answering.rungs.sureness import ASSUMED, Sureness
from understudy.answering.rungs.verdicts import Given, Judgement, reader, shape
from understudy.answering.settings import EscalationSettings
from understudy.answering.triggers.meaning import Meaning
from understudy.answering.triggers.reading import Heard, says_unsolved, spotted
from understudy.companies.settings import Profile
from understudy.conversations.domain import UNDERSTUDY, Direction
from understudy.infra.computing import in_thread
from understudy.language.masking.masking import Masker
from understudy.llm.asking import AllFailed, Ask, Told
from understudy.llm.bills import Bill, NoPrice, NotConfigured, OverBudget
from understudy.llm.domain import Completion, Pot, Prompt, Tier
from understudy.llm.settings import AtTop, BudgetSettings, LlmSettings
from understudy.templates.matching.company_matcher import CompanyMatcher

NOT_CONFIGURED = "not configured"
"""Why the paid rung is skipped while no provider is set up."""
DISABLED = "disabled"
"""Why the paid rung is skipped where the company switched it off."""
OVER_BUDGET = "over budget"
NO_PRICE = "no price"
CIRCUIT_OPEN = "circuit open"
"""No provider could be asked: all that there are are left alone just now."""
ALL_FAILED = "all providers failed"
OUT_OF_TIME = "out of time"
NO_TIME = "no time left"
HELD_AT_TOP = "not sure enough at the top tier"
SHARE_OF_TURN = 0.8
"""Share of what is left of the turn that the rung may take: the rest is for recording the answer."""
GRACE_SECONDS = 0.5
"""How much longer the rung waits than it gives the paid side, which can then still tell what it spent."""
LEAST_SECONDS = 0.05
AT_ONCE_CHARACTERS = 2_000
"""Up to so many are masked and assembled on the event loop, in 3 ms; 25,000 took 40."""
FROM_MEMORY = "as it was for the same question a moment ago"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the rung asks, and asks with. `count`: tokens of a text; without `knowledge` Q&A and replies are sources.

    `meaning`: what reads hand-overs from embeddings of this installation's encoder, if there is one for it.
    """

    model: PaidModel
    prompts: PromptSource
    recall: Recall
    count: Count
    knowledge: KnowledgeSource | None = None
    sureness: Sureness = ASSUMED
    meaning: Meaning | None = None


@dataclass(frozen=True, slots=True)
class UnconfiguredLlm:
    """Stands where there is no paid side at all, such as in a benchmark of the free rungs, and says so."""

    name: RungName = RungName.LLM

    async def look(self, question: Question) -> Skipped:
        """Says that it is switched off, or not configured."""
        return Skipped(NOT_CONFIGURED if question.settings.llm_enabled else DISABLED)


@dataclass(frozen=True, slots=True)
class LlmRung:
    """Asks a model, within the turn's time and the company's budget."""

    desk: Desk
    name: RungName = RungName.LLM

    async def look(self, question: Question) -> Looked:
        """What triggers see, else what a model came to, else why none was asked. Raises what the database raises."""
        situation = question.situation
        if situation is None:
            return Skipped(NOT_CONFIGURED if question.settings.llm_enabled else DISABLED)
        past = await self._past(situation)
        company = situation.company
        heard = _heard(question, situation, past)
        if why := spotted(heard, company.settings.get(EscalationSettings), self.desk.meaning):
            return why
        if not question.settings.llm_enabled:
            return Skipped(DISABLED)
        if isinstance(question.matcher, Exception):
            raise question.matcher
        seconds = min(question.settings.llm_seconds, situation.seconds_left * SHARE_OF_TURN - GRACE_SECONDS)
        if seconds < LEAST_SECONDS:
            return Skipped(NO_TIME)
        start = _start(past, question.message.text)
        asking = await self._asking(question, situation, question.matcher, start)
        return await self._ask(asking, asking.ask(start, seconds), seconds)

    async def _past(self, situation: Situation) -> Past:
        """What became of the conversation so far; not looked up where nothing was answered in it yet."""
        if not any(said.author == UNDERSTUDY for said in situation.history):
            return Past()
        return await self.desk.recall.past(situation.company.id, situation.conversation_id)

    async def _asking(
        self, question: Question, situation: Situation, matcher: CompanyMatcher, start: Tier | None
    ) -> _Asking:
        company = situation.company
        passages: Sequence[Source] = await self.desk.knowledge.find(question) if self.desk.knowledge else ()
        prompts = await self.desk.prompts.of(company.id)

        def prepared() -> _Asking:
            found = offered(question, matcher, passages, company_values(company))
            masker = masker_of(situation) if company.settings.get(LlmSettings).mask_personal_data else None
            briefing = briefing_of(question, situation, found, prompts, _mask(masker))
            asking = _Asking(question, situation, found, briefing, masker, self.desk, {})
            asking.prompt_of(start or Tier.SMALL)
            return asking

        characters = len(question.message.text) + sum(len(said.text) for said in situation.history)
        return await in_thread(prepared) if characters > AT_ONCE_CHARACTERS else prepared()

    async def _ask(self, asking: _Asking, ask: Ask[Judgement], seconds: float) -> Looked:
        sent = Sent(ask.prompt)
        try:
            async with asyncio.timeout(seconds + GRACE_SECONDS):
                told = await self.desk.model.ask(ask)
        except NotConfigured as error:
            return _passed(NOT_CONFIGURED, error, ask)
        except OverBudget as error:
            return _passed(OVER_BUDGET, error, ask)
        except NoPrice as error:
            return _passed(NO_PRICE, error, ask)
        except AllFailed as error:
            if not (error.calls or error.is_shared):
                return Skipped(CIRCUIT_OPEN)
            return Failed(ALL_FAILED, type(error).__name__, _spent(error, ask), sent)
        except TimeoutError as error:
            return Failed(OUT_OF_TIME, type(error).__name__, sent=sent)
        return asking.opinion(told)


@dataclass(slots=True)
class _Asking:
    """One question on its way to a model and back. `prompts`: the assembled prompt of each tier that was needed."""

    question: Question
    situation: Situation
    offered: Offered
    briefing: Briefing
    masker: Masker | None
    desk: Desk
    prompts: dict[Tier, Assembled]
    method: str = FROM_MEMORY

    @property
    def settings(self) -> LlmSettings:
        return self.situation.company.settings.get(LlmSettings)

    def ask(self, start: Tier | None, seconds: float) -> Ask[Judgement]:
        """The question as the paid side takes it."""
        company, matcher = self.situation.company, self.question.matcher
        assert isinstance(matcher, CompanyMatcher)
        return Ask(
            bill=Bill(
                company_id=company.id,
                zone=company.settings.get(Profile).timezone,
                cap_micros=company.settings.get(BudgetSettings).cap_of(Pot.ANSWERING),
                message_id=self.situation.message_id,
            ),
            prompt=self.prompt_of(start or Tier.SMALL),
            shape=shape(),
            settings=self.settings,
            question=self.question.message.text,
            turns=len(self.situation.history),
            language=self.question.message.language,
            read=reader(self.given),
            sure=self.sure,
            context_version=f"{matcher.version}; settings {company.settings_version}",
            prompt_version=self.briefing.prompts.label,
            start=start,
            hint=self.question.closest,
            for_tier=self.prompt_of,
            within_seconds=seconds,
        )

    def prompt_of(self, tier: Tier) -> Prompt:
        """The prompt of a tier: tiers are instructed differently."""
        if tier not in self.prompts:
            briefing = replace(self.briefing, tier=tier)
            self.prompts[tier] = assemble(briefing, count=self.desk.count, max_tokens=self.settings.max_input_tokens)
        return self.prompts[tier].prompt

    def given(self) -> Given:
        """What the model was given: in every prompt that was made, where tiers had room for different things."""
        first, *others = (one.cited for one in self.prompts.values())
        cited = {name: key for name, key in first.items() if all(other.get(name) == key for other in others)}
        return Given(
            cited=cited,
            texts=self.offered.texts,
            pickable=frozenset(self.offered.matches),
            known=(*known_of(self.situation.company), self.briefing.question),
            placeholders=self.masker.found if self.masker else None,
        )

    def sure(self, judged: Judgement, completion: Completion) -> float:
        """How sure the answer is, calibrated."""
        likelihood = completion.likelihood
        self.method = self.desk.sureness.method(has_likelihood=likelihood is not None)
        return self.desk.sureness.of(judged.rating, likelihood)

    def opinion(self, told: Told[Judgement]) -> Opinion:
        """What the answer comes to."""
        judged, settings = told.value, self.settings
        unsure = told.confidence < settings.routes.cascade_below
        has_disclaimer = told.needs_disclaimer and settings.at_top is AtTop.DISCLAIMER
        opinion = Opinion(
            version=f"prompts {self.briefing.prompts.label}",
            confidence=told.confidence,
            paid=self._trace(told),
            disclaimer=settings.disclaimer if has_disclaimer else "",
            sent=Sent(self.prompt_of(told.tier), judged.raw),
        )
        if judged.kind is AnswerKind.SCENARIO and judged.key is not None:
            match = replace(self.offered.matches[judged.key], confidence=told.confidence)
            second = beside(self.question, match) if told.confidence >= HALF_SURE else None
            return replace(opinion, match=match, second=second)
        if judged.kind is AnswerKind.WRITTEN:
            text = self.masker.restore(judged.text) if self.masker else judged.text
            held = HELD_AT_TOP if unsure and settings.at_top is AtTop.FALLBACK else None
            return replace(opinion, written=Written(text, judged.sources, told.confidence), held=held)
        return opinion

    def _trace(self, told: Told[Judgement]) -> PaidTrace:
        judged = told.value
        return PaidTrace(
            calls=told.calls,
            prompt_version=self.briefing.prompts.label,
            kind=judged.kind,
            rationale=judged.rationale,
            escalation=judged.escalation,
            confidence_method=self.method,
            sources=judged.sources,
            tier=told.tier,
            reason=told.reason,
            complexity=told.complexity,
            from_cache=told.from_cache,
        )


def _heard(question: Question, situation: Situation, past: Past) -> Heard:
    before = [said.text for said in situation.history if said.direction is Direction.IN]
    message, matcher = question.message, question.matcher
    is_known = isinstance(matcher, CompanyMatcher) and message.language in matcher.languages
    row = message.embedding if is_known else None
    return Heard(message.text, before[-1:], situation.hearing.sentiment, past.failed, row)


def _start(past: Past, text: str) -> Tier | None:
    """One tier higher than last time for a question that comes back unsolved."""
    if past.tier is None or not (past.failed or says_unsolved(text)):
        return None
    return past.tier.above or past.tier


def _mask(masker: Masker | None) -> Mask:
    def mask(text: str) -> str:
        return masker.mask(text).text if masker else text

    return mask


def _passed(reason: str, error: NotConfigured | OverBudget | NoPrice, ask: Ask[Judgement]) -> Skipped:
    """Skipped, with what had been spent by then, if anything was."""
    return Skipped(reason, _spent(error, ask), Sent(ask.prompt)) if error.calls else Skipped(reason)


def _spent(error: NotConfigured | OverBudget | NoPrice | AllFailed, ask: Ask[Judgement]) -> PaidTrace:
    return PaidTrace(calls=error.calls, prompt_version=ask.prompt_version)

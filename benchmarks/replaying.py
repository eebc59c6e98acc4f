"""Traffic asked of the real gateway, with stand-ins answering in place of providers.

Routing, cascade, failover, meter, budget, ledger and learned router are the product's, over the real database; prompts
are assembled as the paid rung assembles them, and their tokens counted. Simulated are the models' answers (recorded),
the moments at which messages come, and the providers' prompt caches.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from benchmarks.ladder_in_process import ENGLISH, InProcess
from benchmarks.stand_ins import SEED, Part, Recording
from understudy.answering.paid import AnswerKind
from understudy.answering.policy import Send
from understudy.answering.prompting.assembling import assemble
from understudy.answering.prompting.domain import Assembled, Briefing, Identity
from understudy.answering.question.asked import Question
from understudy.answering.rungs.candidates import offered
from understudy.answering.rungs.sureness import ASSUMED
from understudy.answering.rungs.verdicts import Given, Judgement, ModelAnswer, reader, shape
from understudy.answering.settings import LadderSettings
from understudy.infra.system import elapsed, new_id, utc_now
from understudy.language.tokens import Tokens
from understudy.llm.adapters.plain.forwarding import Forwarding
from understudy.llm.adapters.scripted import Asked, Cue, ScriptedDialer
from understudy.llm.asking import Ask
from understudy.llm.bills import Bill
from understudy.llm.domain import Completion, Prompt, Tier, Usage
from understudy.llm.failover import Failover, Pace
from understudy.llm.gateway import Gateway, Parts
from understudy.llm.meter import Lines, Meter, Till
from understudy.llm.saving.answers import Answers
from understudy.llm.settings import LlmSettings
from understudy.templates.matching.company_matcher import CompanyMatcher, Message
from understudy.wiring.product import Product
from understudy.wiring.prompts import shipped_prompts

COMPANY = Identity(name="Harbour Bank", trade="banking")
CAP_MICROS = 10**10
BETWEEN_SECONDS = 28.8
"""Simulated time from one message to the next: a thousand in eight hours."""
KEPT_SECONDS = 300.0
"""How long a provider keeps a prompt's stable beginning after it was last used, simulated."""
LEAST_CACHED_TOKENS = 1_024
"""Shorter beginnings are cached by none of the three providers (their documentation, as of 2025)."""
RATIONALE = "The customer's words and the examples given with this scenario say the same thing."


@dataclass
class Written:
    """A message with everything that a model would be told, and what the free rungs make of it.

    `free`: what the free rungs answer, an intent, with this `confidence`; None: they pass it on. `hint`: the best of
    their scores.
    """

    text: str
    truth: str
    matcher: CompanyMatcher
    message: Message
    free: str | None
    confidence: float
    hint: float
    tokens: Tokens
    texts: Mapping[str, str] = field(default_factory=dict)
    _prompts: dict[Tier, Assembled] = field(default_factory=dict)

    def assembled(self, tier: Tier) -> Assembled:
        """The prompt of a tier, as the paid rung assembles it."""
        if tier not in self._prompts:
            found = offered(Question(self.message, self.matcher, LadderSettings()), self.matcher, (), {})
            self.texts = found.texts
            briefing = Briefing(
                prompts=shipped_prompts().over(0, {}),
                company=COMPANY,
                question=self.text,
                tier=tier,
                candidates=found.candidates,
            )
            most = LlmSettings().max_input_tokens
            self._prompts[tier] = assemble(briefing, count=self.tokens.count, max_tokens=most)
        return self._prompts[tier]

    def given(self) -> Given:
        """What an answer is checked against."""
        cited = next(iter(self._prompts.values())).cited
        return Given(cited=cited, texts=self.texts, pickable=frozenset(cited.values()))


async def written(ladder: InProcess, part: Part, tokens: Tokens) -> list[Written]:
    """The messages of a part, after the free rungs have seen them."""
    found = []
    for text, truth in zip(part.texts, part.labels, strict=True):
        thought = await ladder.answer(text)
        match = thought.step.match if isinstance(thought.step, Send) else None
        free, confidence = (intent_of(match.key), match.confidence) if match else (None, 0.0)
        hint = max((trace.score for trace in thought.traces if trace.score is not None), default=0.0)
        message = Message(text, await ladder.language.encode(text), ENGLISH)
        found.append(Written(text, truth, ladder.matcher, message, free, confidence, hint, tokens))
    return found


def intent_of(key: str | None) -> str:
    """The intent behind the key of a scenario."""
    return (key or "").rpartition("/")[2]


@dataclass
class StandIns:
    """What answers in place of providers: for the message at hand, as it is recorded for the tier of the model."""

    recording: Recording
    tiers: Mapping[str, Tier]
    tokens: Tokens
    caches: bool = False
    current: Written | None = None
    at: float = 0.0
    _used: dict[tuple[str, str], float] = field(default_factory=dict)

    def cue(self, asked: Asked) -> Cue:
        """The recorded answer in the form that is asked for, with the tokens that it would have used."""
        assert self.current is not None
        tier = self.tiers[asked.target.name]
        said = self.recording[tier][self.current.text]
        assembled = self.current.assembled(tier)
        identifier = next((name for name, key in assembled.cited.items() if intent_of(key) == said.label), None)
        answer = ModelAnswer(
            rationale=RATIONALE,
            kind=AnswerKind.SCENARIO if identifier else AnswerKind.UNCLEAR,
            key=identifier,
            text=None,
            sources=[],
            confidence=said.confidence,
            language=ENGLISH,
            escalation=None,
        ).model_dump(mode="json")
        count = self.tokens.count
        schema = count(json.dumps(asked.options.shape.schema)) if asked.options.shape else 0
        cached, put = self._cached(asked.target.name, asked.prompt)
        usage = Usage(assembled.tokens + schema, count(json.dumps(answer)), cached, put)
        return Cue(reply=answer, usage=usage)

    def _cached(self, model: str, prompt: Prompt) -> tuple[int, int]:
        """Tokens of the stable beginning that the provider has in its cache, and that it puts there."""
        stable = [section.text for section in prompt.sections if section.is_stable]
        tokens = sum(map(self.tokens.count, stable))
        if not self.caches or tokens < LEAST_CACHED_TOKENS:
            return 0, 0
        beginning = (model, "\0".join(stable))
        is_kept = self.at - self._used.get(beginning, float("-inf")) <= KEPT_SECONDS
        self._used[beginning] = self.at
        return (tokens, 0) if is_kept else (0, tokens)


def gateway_over(product: Product, stand_ins: StandIns) -> Gateway:
    """The product's gateway with stand-ins on its lines; chance is drawn from a seed."""
    paid, settings, chance = product.paid, product.configuration.llm, random.Random(SEED).random
    forwarder = Forwarding(transport_for=paid.connections.transport_for)
    meter = Meter(
        database=product.database,
        till=Till(paid.budget, paid.tokens),
        lines=Lines(ScriptedDialer(stand_ins.cue), forwarder),
        clock=utc_now,
        timer=elapsed,
    )
    pace = Pace(settings, elapsed, chance)
    failover = Failover(meter=meter, circuits=paid.circuits, shares=paid.shares, pace=pace)
    answers = Answers(timer=elapsed)
    parts = Parts(
        meter, paid.providers, failover, paid.circuits, answers, paid.routers, product.database, elapsed, chance
    )
    return Gateway(parts=parts, clock=utc_now, new_id=new_id)


@dataclass(frozen=True, slots=True)
class Row:
    """A way of choosing models. `only`: always this tier.

    `free_from`: the free rungs come first, and answer from this confidence on if they would at all; None: they don't.
    """

    name: str
    words: str
    settings: LlmSettings
    only: Tier | None = None
    caches: bool = False
    free_from: float | None = None


@dataclass
class Course:
    """What became of the messages of a row: right ones, cost, and for those that were paid for how it went."""

    messages: int = 0
    right: int = 0
    cost_micros: int = 0
    calls: int = 0
    free: int = 0
    went_up: int = 0
    confidences: list[float] = field(default_factory=list)

    @property
    def paid(self) -> int:
        """Messages that a model was asked about."""
        return self.messages - self.free

    @property
    def dollars_per_thousand(self) -> float:
        """Cost of a thousand messages, dollars."""
        return self.cost_micros / max(1, self.messages) / 1e3

    @property
    def share_right(self) -> float:
        """Right answers, percent of all messages."""
        return 100 * self.right / max(1, self.messages)

    @property
    def share_up(self) -> float:
        """Of the messages that a model was asked about, percent that went on to a higher tier."""
        return 100 * self.went_up / max(1, self.paid)

    @property
    def confidence(self) -> float:
        """Mean confidence of the answers that were paid for."""
        return sum(self.confidences) / max(1, self.paid)


async def replayed(
    gateway: Gateway, stand_ins: StandIns, row: Row, company_id: UUID, messages: Sequence[Written]
) -> Course:
    """Asks all messages of a row, one after the other."""
    course, stand_ins.caches = Course(messages=len(messages)), row.caches
    for number, message in enumerate(messages):
        if row.free_from is not None and message.free is not None and message.confidence >= row.free_from:
            course.free += 1
            course.right += message.free == message.truth
            continue
        stand_ins.current, stand_ins.at = message, number * BETWEEN_SECONDS
        told = await gateway.ask(ask_of(message, row, company_id))
        course.right += intent_of(told.value.key) == message.truth
        course.cost_micros += told.cost_micros
        course.calls += len(told.calls)
        course.went_up += told.calls[0].route.tier is not told.tier
        course.confidences.append(told.confidence)
    return course


def ask_of(message: Written, row: Row, company_id: UUID) -> Ask[Judgement]:
    """A message as the paid rung asks it."""

    def prompt_of(tier: Tier) -> Prompt:
        return message.assembled(row.only or tier).prompt

    def sure(judged: Judgement, completion: Completion) -> float:
        return ASSUMED.of(judged.rating, completion.likelihood)

    return Ask(
        bill=Bill(company_id, "UTC", CAP_MICROS),
        prompt=prompt_of(Tier.SMALL),
        shape=shape(),
        settings=row.settings,
        question=message.text,
        turns=0,
        read=reader(message.given),
        sure=sure,
        context_version=message.matcher.version,
        prompt_version="shipped",
        hint=message.hint,
        for_tier=prompt_of,
    )

"""The free ladder without database or HTTP: a company that follows one large template, and its encoder."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from understudy.answering.decision.thinking import Ladder, Thinking, Thought
from understudy.answering.ladder import Bars
from understudy.answering.rungs.free import BASIC_RUNGS, FREE_RUNGS
from understudy.answering.rungs.llm import UnconfiguredLlm
from understudy.answering.settings import LadderSettings
from understudy.companies.domain import Company
from understudy.companies.settings import SettingsSchema
from understudy.language.adapters.fasttext_identifier import FastTextIdentifier
from understudy.language.adapters.onnx_encoder import OnnxEncoder
from understudy.language.adapters.thread import OneThread
from understudy.language.adapters.vader_gauge import VaderGauge
from understudy.language.domain import EncoderModel, Matrix
from understudy.language.service import BatchingEncoder, Language
from understudy.language.settings import LanguageSettings
from understudy.templates.domain import Template
from understudy.templates.formats.yaml_json import to_json
from understudy.templates.matching.company.compiled import compile_questions, compile_template
from understudy.templates.matching.company_matcher import Asked, CompanyMatcher, Evidence, Followed, Message
from understudy.templates.matching.fitting import fit, training_set
from understudy.templates.matching.head import Head
from understudy.wiring.configuration import COMPANY_SETTINGS
from understudy.wiring.parts import elapsed_us, small_talk

ROOT = Path(__file__).resolve().parent.parent
HEADS = ROOT / ".cache" / "benchmarks"
ENGLISH = "en"
MATCHING = ROOT / "src" / "understudy" / "templates" / "matching"


class TimedEncoder:
    """The shipped encoder; adds up the time spent in it."""

    def __init__(self, name: str) -> None:
        self._onnx = OnnxEncoder.named(name)
        self.spent = 0.0

    @property
    def model(self) -> EncoderModel:
        """The weights that make the vectors."""
        return self._onnx.model

    def encode(self, texts: Sequence[str]) -> Matrix:
        """The vectors of the texts, in their order."""
        started = time.perf_counter()
        vectors = self._onnx.encode(texts)
        self.spent += time.perf_counter() - started
        return vectors

    def word_pieces(self, text: str) -> int:
        """How many word pieces the text has."""
        return self._onnx.word_pieces(text)


@dataclass(frozen=True, slots=True)
class OneMatcher:
    """Gives every company the same matcher."""

    matcher: CompanyMatcher

    async def of(self, company_id: UUID) -> CompanyMatcher:
        """The matcher."""
        return self.matcher


@dataclass(frozen=True, slots=True)
class InProcess:
    """Everything that thinks, and nothing that stores."""

    thinking: Thinking
    company: Company
    matcher: CompanyMatcher
    encoder: TimedEncoder
    language: Language

    async def answer(self, text: str) -> Thought:
        """A message climbs, as it does between receiving and recording."""
        heard = await self.thinking.encode(self.thinking.hear(text, self.company))
        bars = Bars(self.company.settings.get(LadderSettings).thresholds)
        return await self.thinking.think(heard, company=self.company, bars=bars, offer=None)

    def label(self, text: str) -> Evidence:
        """The scenario that a text means, and how sure that is: encoded here and now, then asked of the semantic rung.

        What a router does, and nothing else. Every text counts as English.
        """
        return self.matcher.semantic(Message(text, self.encoder.encode([text])[0], ENGLISH))

    async def label_among_others(self, text: str) -> Evidence:
        """The same, through the encoder that the messages of a process share."""
        return self.matcher.semantic(Message(text, await self.language.encode(text), ENGLISH))


def in_process(template: Template, encoder_name: str) -> InProcess:
    """The ladder over a template, with its head fitted as a worker fits it."""
    encoder = TimedEncoder(encoder_name)
    settings = LanguageSettings(encoder=encoder_name, recent_texts=0)  # no message is encoded for free
    batching = BatchingEncoder(encoder=encoder, offload=OneThread("encoder"), settings=settings)
    language = Language(encoder=encoder, batching=batching, identifier=FastTextIdentifier(), gauge=VaderGauge())
    matcher = matcher_of(template, head_of(template, encoder) if has_examples(template) else None, encoder.model)
    source = OneMatcher(matcher)
    ladder = Ladder(rungs=(*FREE_RUNGS, UnconfiguredLlm()), basic=BASIC_RUNGS, timer=elapsed_us)
    thinking = Thinking(language=language, matchers=source, ladder=ladder)
    settings_of_company = SettingsSchema(COMPANY_SETTINGS).read({})
    made_at = datetime(2026, 1, 1, tzinfo=UTC)
    company = Company(UUID(int=1), "benchmark", "Benchmark", "banking", made_at, None, settings_of_company, 1)
    gc.freeze()  # as a server does that has started and has loaded a template
    return InProcess(thinking, company, matcher, encoder, language)


def has_examples(template: Template) -> bool:
    """Whether there is anything to fit a head on."""
    return any(scenario.examples for scenario in template.scenarios())


def matcher_of(template: Template, head: Head | None, model: EncoderModel) -> CompanyMatcher:
    """The matcher of a company that follows this template and has no questions of its own."""
    none = compile_questions((), vectors=(), encoder=model.key)
    return CompanyMatcher(
        followed=(Followed(compile_template(template, 1, head)),),
        own=Asked("qa", "company_qa@0", none, {}),
        trade=Asked("trade_qa", "trade_qa@0", none, {}),
        built_in=small_talk(),
        languages=model.languages,
    )


def head_of(template: Template, encoder: TimedEncoder) -> Head:
    """The head of a template: from the cache when template, encoder and fitting are what they were, else fitted."""
    key = hashlib.sha256(to_json(template).encode() + encoder.model.key.encode())
    for path in sorted(MATCHING.rglob("*.py")):
        key.update(path.read_bytes())
    kept = HEADS / f"{key.hexdigest()[:16]}.head"
    if not kept.exists():
        head = fit(training_set(template, encoder.encode), encoder=encoder.model.key)
        HEADS.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(head.to_bytes())
    return Head.from_bytes(kept.read_bytes())


async def together(ask: Callable[[str], Awaitable[object]], texts: Sequence[str], at_once: int) -> float:
    """Seconds for all messages, so many asked at once."""
    started = time.perf_counter()
    for start in range(0, len(texts), at_once):
        await asyncio.gather(*(ask(text) for text in texts[start : start + at_once]))
    return time.perf_counter() - started

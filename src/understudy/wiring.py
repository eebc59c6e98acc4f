"""Builds everything once. Reading it is reading the architecture."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.resources import files

from understudy.answering.decision.recording import Recording
from understudy.answering.decision.thinking import Ladder, Thinking
from understudy.answering.overview.service import DecisionOverview
from understudy.answering.personal import AnsweringRecords
from understudy.answering.rungs.free import BASIC_RUNGS, FREE_RUNGS
from understudy.answering.rungs.llm import UnconfiguredLlm
from understudy.answering.service import Answering
from understudy.answering.settings import (
    BudgetSettings,
    FallbackSettings,
    HoursSettings,
    LadderSettings,
    LearningSettings,
    LimitSettings,
    VipSettings,
)
from understudy.channels.jobs import sweeps as channel_sweeps
from understudy.channels.service import Channels
from understudy.channels.settings import SweeperSettings
from understudy.channels.webchat.service import Behind, ChatSettings, Webchat
from understudy.channels.webchat.settings import WebchatSettings
from understudy.companies.access import TOPIC as KEY_TOPIC
from understudy.companies.access import Access
from understudy.companies.audit import Audit
from understudy.companies.service import TOPIC as COMPANY_TOPIC
from understudy.companies.service import Companies
from understudy.companies.settings import Profile, SettingsGroup, SettingsSchema
from understudy.console.reading import Reading, Sources
from understudy.conversations.handover import TOPIC as HANDOVER_TOPIC
from understudy.conversations.handover import Handover
from understudy.conversations.jobs import jobs as conversation_jobs
from understudy.conversations.overview.service import MessageOverview
from understudy.conversations.people import Contacts
from understudy.conversations.service import Conversations
from understudy.conversations.settings import ConversationSettings
from understudy.infra.changes import Listener
from understudy.infra.database import Database, DatabaseSettings
from understudy.infra.jobs import Job, Jobs, JobSettings, Sweep, prune, reap
from understudy.infra.outbox import Outbox
from understudy.infra.postgres.place import Place
from understudy.infra.settings import ProcessSettings, load
from understudy.infra.system import new_id, utc_now
from understudy.language.adapters.shipped import open_language
from understudy.language.service import Language
from understudy.language.settings import LanguageSettings
from understudy.templates.following import Following
from understudy.templates.formats.yaml_json import read_yaml
from understudy.templates.jobs import jobs as template_jobs
from understudy.templates.jobs import sweeps as template_sweeps
from understudy.templates.library.drafts import Drafts
from understudy.templates.library.effects import Effects
from understudy.templates.library.embedding import Embedder
from understudy.templates.library.heads import Heads
from understudy.templates.library.shelf import Library
from understudy.templates.library.versions import Versions
from understudy.templates.matchers import Matchers, MatchingSettings
from understudy.templates.matching.company.compiled import CompiledTemplate, compile_template
from understudy.templates.overlays import Overlays
from understudy.templates.questions.own import Questions
from understudy.templates.questions.trade import TradeQuestions
from understudy.templates.questions.work import QuestionWork
from understudy.templates.records import MATCHING_TOPIC, TEMPLATE_TOPIC, TRADE_TOPIC

PRUNE_EVERY_SECONDS = 3600.0

COMPANY_SETTINGS: dict[str, type[SettingsGroup]] = {
    "profile": Profile,
    "ladder": LadderSettings,
    "fallback": FallbackSettings,
    "hours": HoursSettings,
    "limits": LimitSettings,
    "vip": VipSettings,
    "budget": BudgetSettings,
    "learning": LearningSettings,
    "conversations": ConversationSettings,
    "webchat": WebchatSettings,
}
"""The groups of a company's settings, by their names in the document."""


class WebSettings(ProcessSettings):
    """How the server listens."""

    host: str = "127.0.0.1"
    """Address to listen on. Until people can sign in, anything but loopback also needs a console token of your own."""
    port: int = 8080
    """Port to listen on."""
    worker: bool = True
    """Whether the server also runs jobs; false where workers are processes of their own."""
    console_token: str = ""
    """Token that opens the console; empty: a fresh one is printed at each start."""
    max_body_bytes: int = 20_000_000
    """Longest request body; longer ones are refused with 413."""
    json_logs: bool = True
    """Logs as JSON lines; false for people."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """All settings of a process."""

    database: DatabaseSettings
    jobs: JobSettings
    web: WebSettings
    language: LanguageSettings = field(default_factory=LanguageSettings)
    matching: MatchingSettings = field(default_factory=MatchingSettings)
    chat: ChatSettings = field(default_factory=ChatSettings)
    sweeper: SweeperSettings = field(default_factory=SweeperSettings)


GROUPS: dict[str, type[ProcessSettings]] = {
    "database": DatabaseSettings,
    "jobs": JobSettings,
    "web": WebSettings,
    "language": LanguageSettings,
    "matching": MatchingSettings,
    "chat": ChatSettings,
    "sweeper": SweeperSettings,
}
"""The groups of process settings, by their names in the environment."""


def configuration() -> Configuration:
    """Reads all settings from the environment; raises `Invalid` naming what is wrong."""
    return Configuration(
        database=load(DatabaseSettings, "database"),
        jobs=load(JobSettings, "jobs"),
        web=load(WebSettings, "web"),
        language=load(LanguageSettings, "language"),
        matching=load(MatchingSettings, "matching"),
        chat=load(ChatSettings, "chat"),
        sweeper=load(SweeperSettings, "sweeper"),
    )


@dataclass(frozen=True, slots=True)
class TemplateServices:
    """What there is to do with templates, and the matchers that answer from them."""

    library: Library
    drafts: Drafts
    versions: Versions
    heads: Heads
    following: Following
    overlays: Overlays
    questions: Questions
    trade_questions: TradeQuestions
    matchers: Matchers


@dataclass(frozen=True, slots=True)
class Product:
    """Everything, built and plugged together."""

    configuration: Configuration
    database: Database
    listener: Listener
    jobs: Jobs
    outbox: Outbox
    audit: Audit
    companies: Companies
    access: Access
    conversations: Conversations
    handover: Handover
    contacts: Contacts
    language: Language
    templates: TemplateServices
    answering: Answering
    channels: Channels
    webchat: Webchat
    reading: Reading
    job_kinds: tuple[Job, ...]
    sweeps: tuple[Sweep, ...]


def build(place: Place, configuration: Configuration, language: Language | None = None) -> Product:
    """Plugs everything together; touches no network. `language`: another than the one whose weights are configured."""
    language = language or open_language(configuration.language)
    database = Database(url=place.url, platform_url=place.platform_url, settings=configuration.database)
    jobs = Jobs(database=database)
    outbox = Outbox(subscriptions={}, new_id=new_id)
    audit = Audit(clock=utc_now, new_id=new_id)
    schema = SettingsSchema(COMPANY_SETTINGS)
    companies = Companies(database=database, audit=audit, schema=schema, clock=utc_now, new_id=new_id)
    secret = partial(secrets.token_urlsafe, 32)
    access = Access(database=database, audit=audit, clock=utc_now, new_id=new_id, new_token=secret)
    conversations = Conversations(database=database, outbox=outbox, clock=utc_now, new_id=new_id)
    handover = Handover(database=database, outbox=outbox, audit=audit, clock=utc_now, new_id=new_id)
    contacts = Contacts(database=database, outbox=outbox, audit=audit, clock=utc_now, registry=(AnsweringRecords(),))
    templates = build_templates(Shared(database, companies, audit, outbox, jobs), language, configuration.matching)
    answering = build_answering(database, conversations, language, templates.matchers)
    channels = Channels(
        companies=companies, conversations=conversations, answering=answering, sweeper=configuration.sweeper
    )
    behind = Behind(companies, channels, conversations, contacts)
    webchat = Webchat(behind=behind, settings=configuration.chat, clock=utc_now, new_secret=secret)
    seen = Sources(companies, DecisionOverview(database=database), MessageOverview(database=database), conversations)
    listener = Listener(place.direct_url)
    listener.subscribe(COMPANY_TOPIC, companies.forget)
    listener.subscribe(COMPANY_TOPIC, access.forget_all)
    listener.subscribe(KEY_TOPIC, access.forget)
    listener.subscribe(TEMPLATE_TOPIC, templates.matchers.on_template_change)
    listener.subscribe(MATCHING_TOPIC, templates.matchers.on_company_change)
    listener.subscribe(TRADE_TOPIC, templates.matchers.on_trade_change)
    listener.subscribe(HANDOVER_TOPIC, webchat.changed)
    return Product(
        configuration=configuration,
        database=database,
        listener=listener,
        jobs=jobs,
        outbox=outbox,
        audit=audit,
        companies=companies,
        access=access,
        conversations=conversations,
        handover=handover,
        contacts=contacts,
        language=language,
        templates=templates,
        answering=answering,
        channels=channels,
        webchat=webchat,
        reading=Reading(sources=seen, clock=utc_now),
        job_kinds=(*conversation_jobs(contacts, companies), *template_jobs(templates.heads)),
        sweeps=(
            *machine_room_sweeps(configuration.jobs, database, jobs, outbox),
            *template_sweeps(templates.heads),
            *channel_sweeps(channels),
        ),
    )


@dataclass(frozen=True, slots=True)
class Shared:
    """What nearly every service stands on."""

    database: Database
    companies: Companies
    audit: Audit
    outbox: Outbox
    jobs: Jobs


def build_templates(shared: Shared, language: Language, settings: MatchingSettings) -> TemplateServices:
    """Plugs the services of templates together."""
    database, audit, model = shared.database, shared.audit, language.model
    effects = Effects(audit, shared.outbox, shared.jobs)
    embedder = Embedder(model=model, encode=language.encode_many)
    work = QuestionWork(audit=audit, clock=utc_now, new_id=new_id, embedder=embedder)
    return TemplateServices(
        library=Library(database=database, companies=shared.companies, audit=audit, clock=utc_now, new_id=new_id),
        drafts=Drafts(database=database, audit=audit, clock=utc_now),
        versions=Versions(database=database, effects=effects, clock=utc_now, encoder=model.key),
        heads=Heads(database=database, effects=effects, clock=utc_now, model=model, encode=language.encode_many),
        following=Following(database=database, audit=audit, clock=utc_now, encoder=model.key),
        overlays=Overlays(database=database, audit=audit, clock=utc_now, embedder=embedder),
        questions=Questions(database=database, work=work),
        trade_questions=TradeQuestions(database=database, companies=shared.companies, work=work),
        matchers=Matchers(
            database=database, companies=shared.companies, model=model, built_in=small_talk(), settings=settings
        ),
    )


def build_answering(
    database: Database, conversations: Conversations, language: Language, matchers: Matchers
) -> Answering:
    """Plugs the ladder together: the free rungs in order, then the paid one. Further rungs join the list here."""
    rungs = (*FREE_RUNGS, UnconfiguredLlm())
    ladder = Ladder(rungs=rungs, basic=BASIC_RUNGS, timer=elapsed_us)
    recording = Recording(
        database=database, conversations=conversations, clock=utc_now, new_id=new_id, timer=elapsed_us
    )
    return Answering(
        database=database,
        conversations=conversations,
        thinking=Thinking(language=language, matchers=matchers, ladder=ladder),
        recording=recording,
        clock=utc_now,
    )


def elapsed_us() -> int:
    """Microseconds on a clock that never goes back."""
    return time.perf_counter_ns() // 1000


@cache
def small_talk() -> CompiledTemplate:
    """The built-in template that every company answers from, free."""
    name = "small_talk.template.yaml"
    content = files("understudy.templates").joinpath("content", name).read_bytes()
    return compile_template(read_yaml(content, name).template, 1, None)


def machine_room_sweeps(settings: JobSettings, database: Database, jobs: Jobs, outbox: Outbox) -> tuple[Sweep, ...]:
    """What keeps events and jobs moving, whoever's they are."""
    return (
        Sweep("relay", lambda: outbox.relay(database, jobs), settings.poll_seconds),
        Sweep("reap", lambda: reap(jobs.app, settings=settings), settings.stalled_after_seconds / 4),
        Sweep("prune", lambda: prune(jobs.app), PRUNE_EVERY_SECONDS),
    )


@asynccontextmanager
async def opened(product: Product) -> AsyncIterator[Product]:
    """The product with its connections open."""
    await product.database.open()
    try:
        await product.jobs.open()
        await product.listener.start()
        yield product
    finally:
        await product.listener.stop()
        await product.templates.matchers.close()
        await product.language.close()
        await product.database.close()

"""The whole product: what there is, and how it is plugged together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from understudy.answering.exchanges.service import Exchanges
from understudy.answering.overview.service import DecisionOverview
from understudy.answering.personal import AnsweringRecords
from understudy.answering.service import Answering
from understudy.channels.jobs import sweeps as channel_sweeps
from understudy.channels.openai.service import FrontDoor
from understudy.channels.service import Channels
from understudy.channels.webchat.service import Webchat
from understudy.companies.access import TOPIC as KEY_TOPIC
from understudy.companies.access import Access
from understudy.companies.audit import Audit
from understudy.companies.service import TOPIC as COMPANY_TOPIC
from understudy.companies.service import Companies
from understudy.console.figures.money import MoneySources
from understudy.console.pages import Desk
from understudy.console.reading import Reading
from understudy.conversations.handover import TOPIC as HANDOVER_TOPIC
from understudy.conversations.handover import Handover
from understudy.conversations.jobs import jobs as conversation_jobs
from understudy.conversations.people import Contacts
from understudy.conversations.service import Conversations
from understudy.evaluation.personal import EvaluationRecords
from understudy.infra.changes import Listener
from understudy.infra.database import Database
from understudy.infra.http.outbound import Reach
from understudy.infra.jobs import Job, Jobs, Sweep
from understudy.infra.outbox import Outbox
from understudy.infra.postgres.place import Place
from understudy.infra.system import new_id, utc_now
from understudy.language.adapters.shipped import open_language
from understudy.language.service import Language
from understudy.learning.personal import LearningRecords
from understudy.learning.signals.personal import SignalRecords
from understudy.llm.health.circuits import TOPIC as CIRCUIT_TOPIC
from understudy.llm.money.overview import BudgetOverview
from understudy.llm.prompts.service import TOPIC as PROMPT_TOPIC
from understudy.llm.prompts.service import Prompts
from understudy.llm.providers.service import TOPIC as PROVIDER_TOPIC
from understudy.llm.routing.routers import TOPIC as ROUTER_TOPIC
from understudy.templates.jobs import jobs as template_jobs
from understudy.templates.jobs import sweeps as template_sweeps
from understudy.templates.records import MATCHING_TOPIC, TEMPLATE_TOPIC, TRADE_TOPIC
from understudy.wiring.configuration import Configuration
from understudy.wiring.desk import build_desk, build_reading
from understudy.wiring.front_door import build_front_door
from understudy.wiring.learning.all import Around, LearningServices, build_learning
from understudy.wiring.learning.signals import build_signals
from understudy.wiring.notices import NoticeServices, build_notices
from understudy.wiring.paid import PaidServices, build_paid, build_vault
from understudy.wiring.parts import (
    Foundation,
    TemplateServices,
    build_answering,
    build_channels,
    build_foundation,
    build_templates,
    build_webchat,
    machine_room_sweeps,
)
from understudy.wiring.prompts import build_prompts
from understudy.wiring.rung import Asked, PaidPart, build_paid_part

PERSONAL = (LearningRecords(), SignalRecords(), EvaluationRecords(), AnsweringRecords())
"""What packages keep about a contact beside its conversations, highest package first."""


@dataclass(frozen=True, slots=True)
class Product:
    """Everything, built and plugged together."""

    configuration: Configuration
    base: Foundation
    listener: Listener
    conversations: Conversations
    handover: Handover
    contacts: Contacts
    language: Language
    templates: TemplateServices
    prompts: Prompts
    exchanges: Exchanges
    answering: Answering
    channels: Channels
    webchat: Webchat
    notices: NoticeServices
    budgets: BudgetOverview
    reading: Reading
    desk: Desk
    paid: PaidServices
    front_door: FrontDoor
    learning: LearningServices
    job_kinds: tuple[Job, ...]

    @property
    def sweeps(self) -> tuple[Sweep, ...]:
        """What workers repeat."""
        return (
            *machine_room_sweeps(self.base, self.configuration.jobs),
            *template_sweeps(self.templates.heads, self.templates.renewal),
            *channel_sweeps(self.channels),
            *self.notices.sweeps,
            *self.learning.sweeps,
            *self.paid.sweeps,
        )

    @property
    def database(self) -> Database:
        """The door to PostgreSQL."""
        return self.base.database

    @property
    def jobs(self) -> Jobs:
        """Enqueues background jobs."""
        return self.base.jobs

    @property
    def outbox(self) -> Outbox:
        """Announces events."""
        return self.base.outbox

    @property
    def audit(self) -> Audit:
        """The audit log."""
        return self.base.audit

    @property
    def companies(self) -> Companies:
        """The companies and their settings."""
        return self.base.companies

    @property
    def access(self) -> Access:
        """API keys."""
        return self.base.access


def build(place: Place, configuration: Configuration, language: Language | None = None) -> Product:
    """Plugs everything together; touches no network. `language`: another than the one whose weights are configured."""
    language = language or open_language(configuration.language)
    base = build_foundation(place, configuration.database)
    database, outbox, audit, companies = base.database, base.outbox, base.audit, base.companies
    conversations = Conversations(database=database, outbox=outbox, clock=utc_now, new_id=new_id)
    contacts = Contacts(database=database, outbox=outbox, audit=audit, clock=utc_now, registry=PERSONAL)
    templates, prompts = build_templates(base, language, configuration.matching), build_prompts(base)
    paid = build_paid(base, vault := build_vault(place, configuration.secrets), configuration.llm)
    paid_part = _paid_part(database, prompts, paid, language)
    answering = build_answering(database, conversations, language, templates.matchers, paid_part)
    signals = build_signals(base, vault, language)
    channels = build_channels(base, conversations, answering, signals.feedback, configuration.sweeper)
    notices = build_notices(base, vault, Reach(inside=configuration.llm.allow_inside))
    budgets, decisions = BudgetOverview(budget=paid.budget, companies=companies), DecisionOverview(database=database)
    around = Around(language, templates, paid, decisions, configuration.learning)
    learning = build_learning(base, around, answering, signals)
    return Product(
        configuration=configuration,
        base=base,
        listener=Listener(place.direct_url),
        conversations=conversations,
        handover=Handover(database=database, outbox=outbox, audit=audit, clock=utc_now, new_id=new_id),
        contacts=contacts,
        language=language,
        templates=templates,
        prompts=prompts,
        exchanges=Exchanges(database=database),
        answering=answering,
        channels=channels,
        webchat=build_webchat(channels, base, contacts, configuration.chat),
        notices=notices,
        budgets=budgets,
        reading=build_reading(base, decisions, conversations),
        desk=_desk(base, notices, learning, MoneySources(companies, decisions, paid.usage, budgets)),
        paid=paid,
        front_door=build_front_door(base, paid, answering, conversations, (language, templates.matchers)),
        learning=learning,
        job_kinds=(*_content_jobs(contacts, templates, companies), *notices.job_kinds, *learning.job_kinds),
    )


def _paid_part(database: Database, prompts: Prompts, paid: PaidServices, language: Language) -> PaidPart:
    asked = Asked(paid.gateway, paid.tokens.count, paid.costs)
    return build_paid_part(database, prompts, asked, encoder=language.model.key)


def _desk(base: Foundation, notices: NoticeServices, learning: LearningServices, money: MoneySources) -> Desk:
    return build_desk(base.companies, money, notices.notices, learning.deciding)


def _content_jobs(contacts: Contacts, templates: TemplateServices, companies: Companies) -> tuple[Job, ...]:
    return (*conversation_jobs(contacts, companies), *template_jobs(templates.heads))


def subscribe(product: Product) -> None:
    """Lets every change notice reach what keeps the changed thing in memory."""
    listen, matchers = product.listener.subscribe, product.templates.matchers
    listen(COMPANY_TOPIC, product.companies.forget)
    listen(COMPANY_TOPIC, product.access.forget_all)
    listen(KEY_TOPIC, product.access.forget)
    listen(TEMPLATE_TOPIC, matchers.on_template_change)
    listen(MATCHING_TOPIC, matchers.on_company_change)
    listen(TRADE_TOPIC, matchers.on_trade_change)
    listen(PROMPT_TOPIC, product.prompts.forget)
    listen(HANDOVER_TOPIC, product.webchat.changed)
    listen(PROVIDER_TOPIC, product.paid.providers.forget)
    listen(CIRCUIT_TOPIC, product.paid.circuits.changed)
    listen(ROUTER_TOPIC, product.paid.routers.changed)


@asynccontextmanager
async def opened(product: Product) -> AsyncIterator[Product]:
    """The product with its connections open."""
    subscribe(product)
    await product.database.open()
    try:
        await product.jobs.open()
        await product.listener.start()
        yield product
    finally:
        await product.listener.stop()
        await product.notices.sender.close()
        await product.templates.matchers.close()
        await product.front_door.settle()
        await product.paid.meter.close()
        await product.paid.connections.close()
        await product.language.close()
        await product.database.close()

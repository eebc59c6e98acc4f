"""The whole product: what there is, and how it is plugged together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from understudy.answering.overview.service import DecisionOverview
from understudy.answering.personal import AnsweringRecords
from understudy.answering.service import Answering
from understudy.channels.jobs import sweeps as channel_sweeps
from understudy.channels.service import Channels
from understudy.channels.webchat.service import Behind, Webchat
from understudy.companies.access import TOPIC as KEY_TOPIC
from understudy.companies.access import Access
from understudy.companies.audit import Audit
from understudy.companies.service import TOPIC as COMPANY_TOPIC
from understudy.companies.service import Companies
from understudy.console.reading import Reading, Sources
from understudy.conversations.handover import TOPIC as HANDOVER_TOPIC
from understudy.conversations.handover import Handover
from understudy.conversations.jobs import jobs as conversation_jobs
from understudy.conversations.overview.service import MessageOverview
from understudy.conversations.people import Contacts
from understudy.conversations.service import Conversations
from understudy.infra.changes import Listener
from understudy.infra.database import Database
from understudy.infra.jobs import Job, Jobs, Sweep
from understudy.infra.outbox import Outbox
from understudy.infra.postgres.place import Place
from understudy.infra.system import new_id, utc_now
from understudy.language.adapters.shipped import open_language
from understudy.language.service import Language
from understudy.templates.jobs import jobs as template_jobs
from understudy.templates.jobs import sweeps as template_sweeps
from understudy.templates.records import MATCHING_TOPIC, TEMPLATE_TOPIC, TRADE_TOPIC
from understudy.wiring.configuration import Configuration
from understudy.wiring.parts import (
    Foundation,
    TemplateServices,
    build_answering,
    build_foundation,
    build_templates,
    machine_room_sweeps,
    new_secret,
)


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
    answering: Answering
    channels: Channels
    webchat: Webchat
    reading: Reading
    job_kinds: tuple[Job, ...]
    sweeps: tuple[Sweep, ...]

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
    handover = Handover(database=database, outbox=outbox, audit=audit, clock=utc_now, new_id=new_id)
    contacts = Contacts(database=database, outbox=outbox, audit=audit, clock=utc_now, registry=(AnsweringRecords(),))
    templates = build_templates(base, language, configuration.matching)
    answering = build_answering(database, conversations, language, templates.matchers)
    channels = Channels(
        companies=companies, conversations=conversations, answering=answering, sweeper=configuration.sweeper
    )
    behind = Behind(companies, channels, conversations, contacts)
    seen = Sources(companies, DecisionOverview(database=database), MessageOverview(database=database), conversations)
    return Product(
        configuration=configuration,
        base=base,
        listener=Listener(place.direct_url),
        conversations=conversations,
        handover=handover,
        contacts=contacts,
        language=language,
        templates=templates,
        answering=answering,
        channels=channels,
        webchat=Webchat(behind=behind, settings=configuration.chat, clock=utc_now, new_secret=new_secret),
        reading=Reading(sources=seen, clock=utc_now),
        job_kinds=(*conversation_jobs(contacts, companies), *template_jobs(templates.heads)),
        sweeps=(
            *machine_room_sweeps(base, configuration.jobs),
            *template_sweeps(templates.heads, templates.renewal),
            *channel_sweeps(channels),
        ),
    )


def subscribe(product: Product) -> None:
    """Lets every change notice reach what keeps the changed thing in memory."""
    listen, matchers = product.listener.subscribe, product.templates.matchers
    listen(COMPANY_TOPIC, product.companies.forget)
    listen(COMPANY_TOPIC, product.access.forget_all)
    listen(KEY_TOPIC, product.access.forget)
    listen(TEMPLATE_TOPIC, matchers.on_template_change)
    listen(MATCHING_TOPIC, matchers.on_company_change)
    listen(TRADE_TOPIC, matchers.on_trade_change)
    listen(HANDOVER_TOPIC, product.webchat.changed)


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
        await product.templates.matchers.close()
        await product.language.close()
        await product.database.close()

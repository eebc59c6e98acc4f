"""Builds everything once. Reading it is reading the architecture."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from understudy.companies.access import TOPIC as KEY_TOPIC
from understudy.companies.access import Access
from understudy.companies.audit import Audit
from understudy.companies.service import TOPIC as COMPANY_TOPIC
from understudy.companies.service import Companies
from understudy.companies.settings import Profile, SettingsGroup, SettingsSchema
from understudy.conversations.handover import Handover
from understudy.conversations.jobs import jobs as conversation_jobs
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

PRUNE_EVERY_SECONDS = 3600.0

COMPANY_SETTINGS: dict[str, type[SettingsGroup]] = {"profile": Profile, "conversations": ConversationSettings}
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


GROUPS: dict[str, type[ProcessSettings]] = {"database": DatabaseSettings, "jobs": JobSettings, "web": WebSettings}
"""The groups of process settings, by their names in the environment."""


def configuration() -> Configuration:
    """Reads all settings from the environment; raises `Invalid` naming what is wrong."""
    return Configuration(
        database=load(DatabaseSettings, "database"), jobs=load(JobSettings, "jobs"), web=load(WebSettings, "web")
    )


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
    job_kinds: tuple[Job, ...]
    sweeps: tuple[Sweep, ...]


def build(place: Place, configuration: Configuration) -> Product:
    """Plugs everything together; touches no network and no disk."""
    database = Database(url=place.url, platform_url=place.platform_url, settings=configuration.database)
    jobs = Jobs(database=database)
    outbox = Outbox(subscriptions={}, new_id=new_id)
    audit = Audit(clock=utc_now, new_id=new_id)
    schema = SettingsSchema(COMPANY_SETTINGS)
    companies = Companies(database=database, audit=audit, schema=schema, clock=utc_now, new_id=new_id)
    access = Access(
        database=database, audit=audit, clock=utc_now, new_id=new_id, new_token=lambda: secrets.token_urlsafe(32)
    )
    conversations = Conversations(database=database, outbox=outbox, clock=utc_now, new_id=new_id)
    handover = Handover(database=database, outbox=outbox, audit=audit, clock=utc_now, new_id=new_id)
    contacts = Contacts(database=database, outbox=outbox, audit=audit, clock=utc_now)
    listener = Listener(place.direct_url)
    listener.subscribe(COMPANY_TOPIC, companies.forget)
    listener.subscribe(COMPANY_TOPIC, access.forget_all)
    listener.subscribe(KEY_TOPIC, access.forget)
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
        job_kinds=conversation_jobs(contacts, companies),
        sweeps=machine_room_sweeps(configuration.jobs, database, jobs, outbox),
    )


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
        await product.database.close()

"""The larger packages, each plugged together."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from understudy.answering.decision.recording import Recording
from understudy.answering.decision.thinking import Ladder, Thinking
from understudy.answering.rungs.free import BASIC_RUNGS, FREE_RUNGS
from understudy.answering.service import Answering
from understudy.channels.inviting import Inviting
from understudy.channels.service import Channels
from understudy.channels.settings import SweeperSettings
from understudy.channels.webchat.service import Behind, ChatSettings, Webchat
from understudy.companies.access import Access
from understudy.companies.audit import Audit
from understudy.companies.service import Companies
from understudy.companies.settings import SettingsSchema
from understudy.conversations.feedback.service import Feedback
from understudy.conversations.people import Contacts
from understudy.conversations.service import Conversations
from understudy.infra.database import Database, DatabaseSettings
from understudy.infra.jobs import Jobs, JobSettings, Sweep, prune, reap
from understudy.infra.outbox import Outbox
from understudy.infra.postgres.place import Place
from understudy.infra.system import new_id, utc_now
from understudy.language.service import Language
from understudy.learning.signals.jobs import SUBSCRIPTIONS as HEARD_BY_SIGNALS
from understudy.monitoring.jobs import SUBSCRIPTIONS as HEARD_BY_NOTICES
from understudy.templates.following import Following
from understudy.templates.formats.yaml_json import read_yaml
from understudy.templates.library.drafts import Drafts
from understudy.templates.library.effects import Effects
from understudy.templates.library.embedding import Embedder, Renewal
from understudy.templates.library.heads import Heads
from understudy.templates.library.shelf import Library
from understudy.templates.library.versions import Versions
from understudy.templates.matchers import Matchers, MatchingSettings
from understudy.templates.matching.company.compiled import CompiledTemplate, compile_template
from understudy.templates.overlays import Overlays
from understudy.templates.questions.own import Questions
from understudy.templates.questions.trade import TradeQuestions
from understudy.templates.questions.work import QuestionWork
from understudy.wiring.configuration import COMPANY_SETTINGS
from understudy.wiring.rung import PaidPart

PRUNE_EVERY_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class TemplateServices:
    """What there is to do with templates, and the matchers that answer from them."""

    library: Library
    drafts: Drafts
    versions: Versions
    heads: Heads
    renewal: Renewal
    following: Following
    overlays: Overlays
    questions: Questions
    trade_questions: TradeQuestions
    matchers: Matchers


@dataclass(frozen=True, slots=True)
class Foundation:
    """What nearly every service stands on."""

    database: Database
    jobs: Jobs
    outbox: Outbox
    audit: Audit
    companies: Companies
    access: Access


def build_foundation(place: Place, settings: DatabaseSettings) -> Foundation:
    """Plugs together what nearly every service stands on."""
    database = Database(url=place.url, platform_url=place.platform_url, settings=settings)
    audit = Audit(clock=utc_now, new_id=new_id)
    schema = SettingsSchema(COMPANY_SETTINGS)
    return Foundation(
        database=database,
        jobs=Jobs(database=database),
        outbox=Outbox(subscriptions=all_subscriptions(HEARD_BY_NOTICES, HEARD_BY_SIGNALS), new_id=new_id),
        audit=audit,
        companies=Companies(database=database, audit=audit, schema=schema, clock=utc_now, new_id=new_id),
        access=Access(database=database, audit=audit, clock=utc_now, new_id=new_id, new_token=new_secret),
    )


def all_subscriptions(*packages: Mapping[type, Sequence[str]]) -> dict[type, tuple[str, ...]]:
    """The subscriptions of all packages together: event → the jobs that want it."""
    kinds = {kind for subscriptions in packages for kind in subscriptions}
    return {kind: tuple(name for one in packages for name in one.get(kind, ())) for kind in kinds}


def new_secret() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


def build_templates(base: Foundation, language: Language, settings: MatchingSettings) -> TemplateServices:
    """Plugs the services of templates together."""
    database, audit, model = base.database, base.audit, language.model
    effects = Effects(audit, base.outbox, base.jobs)
    embedder = Embedder(model=model, encode=language.encode_many)
    work = QuestionWork(audit=audit, clock=utc_now, new_id=new_id, embedder=embedder)
    return TemplateServices(
        library=Library(database=database, companies=base.companies, audit=audit, clock=utc_now, new_id=new_id),
        drafts=Drafts(database=database, audit=audit, clock=utc_now),
        versions=Versions(database=database, effects=effects, clock=utc_now, encoder=model.key),
        heads=Heads(database=database, effects=effects, clock=utc_now, model=model, encode=language.encode_many),
        renewal=Renewal(database=database, embedder=embedder),
        following=Following(database=database, audit=audit, clock=utc_now, encoder=model.key),
        overlays=Overlays(database=database, audit=audit, clock=utc_now, embedder=embedder),
        questions=Questions(database=database, work=work),
        trade_questions=TradeQuestions(database=database, companies=base.companies, work=work),
        matchers=Matchers(
            database=database, companies=base.companies, model=model, built_in=small_talk(), settings=settings
        ),
    )


def build_answering(
    database: Database, conversations: Conversations, language: Language, matchers: Matchers, paid: PaidPart
) -> Answering:
    """Plugs the ladder together: the free rungs in order, then the paid one. Further rungs join the list here."""
    rungs = (*FREE_RUNGS, paid.rung)
    ladder = Ladder(rungs=rungs, basic=BASIC_RUNGS, timer=elapsed_us)
    recording = Recording(
        database=database, conversations=conversations, clock=utc_now, new_id=new_id, timer=elapsed_us
    )
    return Answering(
        database=database,
        conversations=conversations,
        thinking=Thinking(language=language, matchers=matchers, ladder=ladder, paid_costs=paid.costs),
        recording=recording,
        clock=utc_now,
    )


def build_webchat(channels: Channels, base: Foundation, contacts: Contacts, settings: ChatSettings) -> Webchat:
    """Plugs the web chat together."""
    behind = Behind(base.companies, channels, channels.conversations, contacts)
    return Webchat(behind=behind, settings=settings, clock=utc_now, new_secret=new_secret)


def build_channels(
    base: Foundation, conversations: Conversations, answering: Answering, feedback: Feedback, sweeper: SweeperSettings
) -> Channels:
    """Plugs together what every channel does with a message."""
    return Channels(
        companies=base.companies,
        conversations=conversations,
        answering=answering,
        inviting=Inviting(feedback=feedback, answering=answering),
        sweeper=sweeper,
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


def machine_room_sweeps(base: Foundation, settings: JobSettings) -> tuple[Sweep, ...]:
    """What keeps events and jobs moving, whoever's they are."""
    app = base.jobs.app
    return (
        Sweep("relay", lambda: base.outbox.relay(base.database, base.jobs), settings.poll_seconds),
        Sweep("reap", lambda: reap(app, settings=settings), settings.stalled_after_seconds / 4),
        Sweep("prune", lambda: prune(app), PRUNE_EVERY_SECONDS),
    )

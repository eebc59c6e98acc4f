"""What becomes of suggestions, plugged together."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.answering.given.service import GivenAnswers
from understudy.answering.overview.service import DecisionOverview
from understudy.infra.jobs import Job, Sweep
from understudy.infra.system import utc_now
from understudy.learning.deciding.bringing import Bringing
from understudy.learning.deciding.execution import Hands
from understudy.learning.deciding.gating import Gating
from understudy.learning.deciding.grounds import Contents, Grounds
from understudy.learning.deciding.jobs import jobs, sweeps
from understudy.learning.deciding.service import Deciding
from understudy.learning.deciding.upkeep import Upkeep
from understudy.learning.ports import Refusals, Trials, Verdicts
from understudy.learning.savings.service import Savings
from understudy.learning.settings import LearningProcessSettings
from understudy.learning.watch.watching import Senses, Watch
from understudy.llm.ledger.usage import Usage
from understudy.wiring.parts import Foundation, TemplateServices


@dataclass(frozen=True, slots=True)
class LearningSources:
    """What savings are counted from."""

    decisions: DecisionOverview
    usage: Usage


@dataclass(frozen=True, slots=True)
class Judges:
    """What suggestions and their answers are judged by."""

    trials: Trials
    refusals: Refusals
    verdicts: Verdicts


@dataclass(frozen=True, slots=True)
class DecidingServices:
    """What there is to do with suggestions, and the work that workers do for them."""

    deciding: Deciding
    gating: Gating
    upkeep: Upkeep
    watch: Watch
    savings: Savings
    job_kinds: tuple[Job, ...]
    sweeps: tuple[Sweep, ...]


def build_deciding(
    base: Foundation,
    templates: TemplateServices,
    sources: LearningSources,
    settings: LearningProcessSettings,
    judges: Judges,
) -> DecidingServices:
    """Plugs it together."""
    database, companies = base.database, base.companies
    contents = Contents(
        library=templates.library,
        drafts=templates.drafts,
        versions=templates.versions,
        following=templates.following,
        overlays=templates.overlays,
        companies=companies,
    )
    grounds = Grounds(contents=contents)
    gating = Gating(database=database, companies=companies, grounds=grounds, trials=judges.trials, clock=utc_now)
    hands = Hands(grounds, gating, Bringing(contents=contents), base.audit, base.outbox, judges.refusals)
    upkeep = Upkeep(database=database, companies=companies, hands=hands, clock=utc_now)
    senses = Senses(GivenAnswers(database=database), judges.verdicts, upkeep.demote)
    watch = Watch(database=database, companies=companies, senses=senses, clock=utc_now)
    return DecidingServices(
        deciding=Deciding(database=database, companies=companies, hands=hands, clock=utc_now),
        gating=gating,
        upkeep=upkeep,
        watch=watch,
        savings=Savings(database=database, decisions=sources.decisions, usage=sources.usage),
        job_kinds=jobs(gating),
        sweeps=sweeps(gating, upkeep, watch, base.jobs, settings),
    )

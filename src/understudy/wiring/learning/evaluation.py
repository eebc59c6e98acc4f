"""Golden cases and replays, plugged together."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.answering.service import Answering
from understudy.conversations.overview.service import MessageOverview
from understudy.evaluation.golden.service import Around as AroundGolden
from understudy.evaluation.golden.service import GoldenCases
from understudy.evaluation.ports import Truths
from understudy.evaluation.replaying.contents import Contents
from understudy.evaluation.replaying.jobs import jobs, sweeps
from understudy.evaluation.replaying.service import Replays, Tools
from understudy.evaluation.replaying.trying import Around, NothingKnown, Trying
from understudy.infra.jobs import Job, Sweep
from understudy.infra.system import elapsed, new_id, utc_now
from understudy.language.service import Language
from understudy.templates.candidates import Candidates
from understudy.wiring.parts import Foundation, TemplateServices


@dataclass(frozen=True, slots=True)
class EvaluationServices:
    """What there is to do with golden cases and replays, and the work that workers do for them."""

    golden: GoldenCases
    replays: Replays
    contents: Contents
    job_kinds: tuple[Job, ...]
    sweeps: tuple[Sweep, ...]


def build_evaluation(
    base: Foundation,
    language: Language,
    templates: TemplateServices,
    answering: Answering,
    truths: Truths | None = None,
) -> EvaluationServices:
    """Plugs evaluation together. `truths`: who knows what was right; without one, what the paid rung answered is."""
    database, matchers = base.database, templates.matchers
    made_from = AroundGolden(base.companies, matchers, language, answering, MessageOverview(database=database))
    golden = GoldenCases(database=database, audit=base.audit, around=made_from, clock=utc_now, new_id=new_id)
    candidates = Candidates(matchers=matchers, model=language.model, encode=language.encode_many)
    around = Around(base.companies, candidates, language, golden, truths or NothingKnown())
    replays = Replays(
        database=database,
        trying=Trying(database=database, around=around),
        tools=Tools(base.audit, base.jobs, utc_now, elapsed, new_id),
    )
    contents = Contents(drafts=templates.drafts, versions=templates.versions)
    return EvaluationServices(golden, replays, contents, jobs(replays), sweeps(replays))

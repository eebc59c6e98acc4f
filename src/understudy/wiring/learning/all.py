"""Everything that learns, in the order in which one part needs the other."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.answering.overview.service import DecisionOverview
from understudy.answering.service import Answering
from understudy.infra.jobs import Job, Sweep
from understudy.language.service import Language
from understudy.learning.settings import LearningProcessSettings
from understudy.wiring.learning.deciding import DecidingServices, Judges, LearningSources, build_deciding
from understudy.wiring.learning.evaluation import EvaluationServices, build_evaluation
from understudy.wiring.learning.judges import Refusing, Replaying
from understudy.wiring.learning.makers import MakerServices, TaughtBy, build_makers
from understudy.wiring.learning.signals import SignalServices
from understudy.wiring.paid import PaidServices
from understudy.wiring.parts import Foundation, TemplateServices


@dataclass(frozen=True, slots=True)
class Around:
    """What learning stands on beside the foundation."""

    language: Language
    templates: TemplateServices
    paid: PaidServices
    decisions: DecisionOverview
    settings: LearningProcessSettings


@dataclass(frozen=True, slots=True)
class LearningServices:
    """All of it, and the work that workers do for it."""

    signals: SignalServices
    evaluation: EvaluationServices
    makers: MakerServices
    deciding: DecidingServices

    @property
    def job_kinds(self) -> tuple[Job, ...]:
        """The kinds of jobs that workers run."""
        return (*self.signals.job_kinds, *self.evaluation.job_kinds, *self.deciding.job_kinds)

    @property
    def sweeps(self) -> tuple[Sweep, ...]:
        """What workers repeat."""
        return (*self.signals.sweeps, *self.evaluation.sweeps, *self.makers.sweeps, *self.deciding.sweeps)


def build_learning(base: Foundation, around: Around, answering: Answering, signals: SignalServices) -> LearningServices:
    """Plugs together what learns from signals."""
    language, templates, settings = around.language, around.templates, around.settings
    evaluation = build_evaluation(base, language, templates, answering, signals.known)
    judges = Judges(Replaying(evaluation.replays), Refusing(language.read), signals.standings)
    sources = LearningSources(around.decisions, around.paid.usage)
    taught_by = TaughtBy(around.paid.gateway, signals.known)
    return LearningServices(
        signals=signals,
        evaluation=evaluation,
        makers=build_makers(base, language, templates, taught_by, settings),
        deciding=build_deciding(base, templates, sources, settings, judges),
    )

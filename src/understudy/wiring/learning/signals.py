"""What tells whether answers were right, plugged together: feedback, corrections, judgements; and decisions by hour."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.answering.rollups.jobs import sweeps as rollup_sweeps
from understudy.answering.rollups.keeping import Rollups
from understudy.conversations.feedback.corrections import Corrections
from understudy.conversations.feedback.service import Feedback
from understudy.infra.jobs import Job, Sweep
from understudy.infra.secrets.vault import Secrets
from understudy.infra.sweeps.marks import Marks
from understudy.infra.system import utc_now
from understudy.language.service import Language
from understudy.learning.signals.jobs import jobs, sweeps
from understudy.learning.signals.known import KnownAnswers, Standings
from understudy.learning.signals.service import Signals
from understudy.wiring.parts import Foundation


@dataclass(frozen=True, slots=True)
class SignalServices:
    """What there is to do with signals, and the work that workers do for them."""

    feedback: Feedback
    corrections: Corrections
    signals: Signals
    known: KnownAnswers
    standings: Standings
    rollups: Rollups
    marks: Marks
    job_kinds: tuple[Job, ...]
    sweeps: tuple[Sweep, ...]


def build_signals(base: Foundation, vault: Secrets, language: Language) -> SignalServices:
    """Plugs signals together. `vault`: signs the tokens that go out with replies."""
    database = base.database
    marks = Marks(database=database, clock=utc_now)
    signals = Signals(database=database, encode=language.encode_many, clock=utc_now)
    rollups = Rollups(database=database, marks=marks, clock=utc_now)
    return SignalServices(
        feedback=Feedback(database=database, outbox=base.outbox, signer=vault, clock=utc_now),
        corrections=Corrections(database=database, outbox=base.outbox, audit=base.audit, clock=utc_now),
        signals=signals,
        known=KnownAnswers(database=database),
        standings=Standings(database=database, clock=utc_now),
        rollups=rollups,
        marks=marks,
        job_kinds=jobs(signals),
        sweeps=(*sweeps(signals, marks), *rollup_sweeps(rollups)),
    )

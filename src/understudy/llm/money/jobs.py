"""The sweep that brings back what was left lying."""

from __future__ import annotations

from understudy.infra.jobs import Sweep
from understudy.llm.money.budget import Budget
from understudy.llm.settings import LlmProcessSettings


def sweeps(budget: Budget, settings: LlmProcessSettings) -> tuple[Sweep, ...]:
    """What every worker repeats."""
    return (Sweep("recover_holds", budget.recover, settings.recover_every_seconds),)

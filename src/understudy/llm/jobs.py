"""What workers repeat for the paid side."""

from __future__ import annotations

from understudy.infra.jobs import Sweep
from understudy.kit.clock import Clock
from understudy.llm.health.checks import Checks
from understudy.llm.health.shares import Shares
from understudy.llm.ledger.keeping import Ledger
from understudy.llm.routing.routers import Routers
from understudy.llm.settings import LlmProcessSettings

SUMMARISE_EVERY_SECONDS = 300.0
"""How old today's sums may be."""
HOUR_SECONDS = 3_600.0
SOON = 0.2
"""Share of the time between two checks after which workers look whether one is due; of them all one makes it."""


def sweeps(ledger: Ledger, shares: Shares, routers: Routers, clock: Clock) -> tuple[Sweep, ...]:
    """The ledger's sums and its forgetting, the health of providers by hour, and learned routers."""
    return (
        Sweep("summarise_calls", ledger.summarise, SUMMARISE_EVERY_SECONDS),
        Sweep("forget_calls", ledger.forget, HOUR_SECONDS),
        Sweep("snapshot_health", lambda: shares.snapshot(clock()), HOUR_SECONDS),
        Sweep("fit_routers", routers.fit_due, HOUR_SECONDS),
    )


def checking(checks: Checks, settings: LlmProcessSettings) -> tuple[Sweep, ...]:
    """The checks of providers; none where they are switched off."""
    every = settings.health_check_seconds
    return (Sweep("check_providers", checks.run, every * SOON),) if every else ()

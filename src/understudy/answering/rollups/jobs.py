"""The sweep that counts decisions."""

from __future__ import annotations

from understudy.answering.rollups.keeping import Rollups
from understudy.infra.jobs import Sweep

KEEP_EVERY_SECONDS = 300.0
"""Pages lose nothing by it: what was not counted yet, they read themselves."""


def sweeps(rollups: Rollups) -> tuple[Sweep, ...]:
    """What every worker repeats."""
    return (Sweep("count_decisions", rollups.keep, KEEP_EVERY_SECONDS),)

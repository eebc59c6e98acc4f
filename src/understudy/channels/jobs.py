"""The sweep that answers what was left unanswered."""

from __future__ import annotations

from understudy.channels.service import Channels
from understudy.infra.jobs import Sweep

SWEEP_EVERY_SECONDS = 2.0


def sweeps(channels: Channels) -> tuple[Sweep, ...]:
    """What every worker repeats."""
    return (Sweep("answer_what_is_left", channels.sweep, SWEEP_EVERY_SECONDS),)

"""The sweep that answers what was left unanswered."""

from __future__ import annotations

from understudy.channels.service import Channels
from understudy.infra.jobs import Sweep


def sweeps(channels: Channels) -> tuple[Sweep, ...]:
    """What every worker repeats."""
    return (Sweep("answer_what_is_left", channels.sweep, channels.sweeper.every_seconds),)

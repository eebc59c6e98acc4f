"""When a message counts as left unanswered."""

from __future__ import annotations

from understudy.infra.settings import ProcessSettings


class SweeperSettings(ProcessSettings):
    """When a message counts as left unanswered, and how often that is looked for."""

    left_after_seconds: float = 5.0
    """A message that awaits its reply for longer was left: its process died, or the database was away."""
    every_seconds: float = 2.0
    """How often each worker looks; an indexed query that mostly finds nothing."""

"""What workers repeat to learn."""

from __future__ import annotations

from understudy.infra.jobs import Sweep
from understudy.learning.capture.service import Capture
from understudy.learning.making.review import Review
from understudy.learning.making.service import Making
from understudy.learning.queue.service import Queue
from understudy.learning.settings import LearningProcessSettings

REVIEW_EVERY_SECONDS = 600.0
"""How often a worker asks whether the slow look is due."""
EXPIRE_EVERY_SECONDS = 3_600.0


def sweeps(
    capture: Capture, making: Making, review: Review, queue: Queue, settings: LearningProcessSettings
) -> tuple[Sweep, ...]:
    """Rescues looked for and worked on, the slow look, and suggestions that expire."""
    return (
        Sweep("capture_rescues", capture.run, settings.capture_every_seconds),
        Sweep("make_suggestions", making.run, settings.capture_every_seconds),
        Sweep("review_answers", review.run, REVIEW_EVERY_SECONDS),
        Sweep("expire_suggestions", queue.expire, EXPIRE_EVERY_SECONDS),
    )

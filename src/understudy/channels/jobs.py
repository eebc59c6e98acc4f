"""The sweep that answers what was left unanswered."""

from __future__ import annotations

from understudy.channels.service import Channels
from understudy.infra.jobs import Sweep
from understudy.infra.telemetry import get_logger
from understudy.kit.errors import Unavailable, UnderstudyError

log = get_logger(__name__)


async def answer_what_is_left(channels: Channels) -> int:
    """Answers what was left unanswered; says how many messages were. One that fails keeps no other waiting."""
    answered = 0
    for company_id, message_id in await channels.left():
        try:
            answered += await channels.answer_left(company_id, message_id)
        except Unavailable:
            raise
        except UnderstudyError as error:
            log.info("left_message_moved_on", message_id=str(message_id), error=error.code)
        except Exception as error:  # noqa: BLE001 - a door: one message that fails keeps no other waiting
            log.error("left_message_failed", message_id=str(message_id), error=type(error).__name__)
    return answered


def sweeps(channels: Channels) -> tuple[Sweep, ...]:
    """What every worker repeats."""
    return (Sweep("answer_what_is_left", lambda: answer_what_is_left(channels), channels.sweeper.every_seconds),)

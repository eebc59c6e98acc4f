"""Background work of signals: what was said is heeded at once, what came after answers is looked at by a sweep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from understudy.conversations.events import OperatorReplied
from understudy.conversations.feedback.events import AnswerCorrected, FeedbackGiven
from understudy.infra.jobs import Job, Sweep
from understudy.infra.sweeps.marks import Marks
from understudy.infra.telemetry import get_logger
from understudy.kit.errors import Unavailable
from understudy.learning.signals.service import Signals

MARK = "judge_answers"
JUDGE_EVERY_SECONDS = 30.0
ON_SAID = "signals.on_said"
ON_OPERATOR_REPLIED = "signals.on_operator_replied"
SUBSCRIPTIONS: Mapping[type, Sequence[str]] = {
    FeedbackGiven: (ON_SAID,),
    AnswerCorrected: (ON_SAID,),
    OperatorReplied: (ON_OPERATOR_REPLIED,),
}
"""Which events are heeded, for the outbox."""
log = get_logger(__name__)


async def judge_answers(signals: Signals, marks: Marks) -> int:
    """Judges the answers before all new decisions; says how many judgements that made.

    A company where it fails keeps no other waiting; it is tried again while the sweep goes back to it.
    """
    made = 0
    async with marks.turn(MARK) as turn:
        if turn is None:
            return 0
        found = await signals.news(turn.position)
        while found:
            for company_id, first, last in found:
                made += await _follow(signals, company_id, first, last)
            newest = max(last for _, _, last in found)
            await turn.advance(newest)
            found = await signals.more(newest)
    return made


async def _follow(signals: Signals, company_id: UUID, first: UUID, last: UUID) -> int:
    try:
        return await signals.follow(company_id, first, last)
    except Unavailable:
        raise
    except Exception as error:
        log.error("answers_not_judged", company=str(company_id), exc_info=error)
        return 0


def jobs(signals: Signals) -> tuple[Job, ...]:
    """The kinds of jobs of this package."""

    async def on_said(*, event_id: str, company_id: str, message_id: str) -> None:
        await signals.heed(UUID(company_id), UUID(message_id))

    async def on_operator_replied(*, event_id: str, company_id: str, conversation_id: str, message_id: str) -> None:
        await signals.compare(UUID(company_id), UUID(message_id))

    return (Job(ON_SAID, on_said), Job(ON_OPERATOR_REPLIED, on_operator_replied))


def sweeps(signals: Signals, marks: Marks) -> tuple[Sweep, ...]:
    """What every worker repeats."""
    return (Sweep(MARK, lambda: judge_answers(signals, marks), JUDGE_EVERY_SECONDS),)

"""What is known of answers, for those who measure by it: replays ask by message, the watch by decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from understudy.conversations.feedback.domain import Category
from understudy.evaluation.domain import Truth
from understudy.evaluation.ports import Known
from understudy.infra.database import Database
from understudy.kit.clock import Clock
from understudy.learning.signals import store
from understudy.learning.signals.domain import Standing, standing
from understudy.learning.signals.store import Judged

ANSWERING = ("scenario:", "qa:", "trade_qa:")
"""Keys that a free rung can answer with."""
NOTHING: frozenset[str] = frozenset()


class KnownAnswers:
    """Knows the right answers of recorded messages as far as anybody does: `evaluation.ports.Truths`."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def of(self, company_id: UUID, message_ids: Sequence[UUID]) -> Mapping[UUID, Known]:
        """By message; those of which nothing is known are left out."""
        async with self._database.transaction(company_id) as tx:
            found = await store.by_messages(tx, message_ids)
        known = {one.answered.message_id: known_of(one) for one in found}
        return {message_id: one for message_id, one in known.items() if one is not None}


class Standings:
    """Knows how answers stand."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def of(self, company_id: UUID, decision_ids: Sequence[UUID]) -> Mapping[UUID, bool]:
        """Whether the answer was right, by decision; those that nothing tells about yet are left out."""
        stood = await self.all(company_id, decision_ids)
        return {decision_id: one.is_right for decision_id, one in stood.items() if one.is_right is not None}

    async def all(self, company_id: UUID, decision_ids: Sequence[UUID]) -> Mapping[UUID, Standing]:
        """How the answers stand, and by which signal, by decision; decisions that answered nothing are left out."""
        now = self._clock()
        async with self._database.transaction(company_id) as tx:
            found = await store.by_decisions(tx, decision_ids)
        return {
            one.answered.decision_id: standing(one.judged, decided_at=one.answered.decided_at, now=now)
            for one in found
            if one.is_answer
        }


def known_of(one: Judged) -> Known | None:
    """What is known of the right answer to a message. What nobody said is not known: silence confirms nothing here."""
    given = one.answered.key if one.is_answer and _can_answer(one.answered.key) else None
    if (corrected := _corrected(one, given)) is not None:
        return corrected
    stands = standing(one.judged, decided_at=one.answered.decided_at, now=one.answered.decided_at)
    if given is not None and stands.is_said:
        if stands.is_right:
            return Known(given, Truth.CONFIRMED, NOTHING)
        return Known(None, Truth.UNKNOWN, frozenset({given}))
    if given is not None and one.is_paid:
        return Known(given, Truth.PAID, NOTHING)
    return None


def _corrected(one: Judged, given: str | None) -> Known | None:
    """What a person said of it, if anybody did."""
    if one.is_corrected_right is None:
        return None
    if one.is_corrected_right:
        return Known(given, Truth.CONFIRMED, NOTHING) if given is not None else None
    wrong = frozenset({given} if given is not None and given != one.right_key else ())
    if one.right_key is not None:
        return Known(one.right_key, Truth.CORRECTED, wrong)
    if one.category == Category.NEEDS_PERSON:
        return Known(None, Truth.CORRECTED, wrong)
    return Known(None, Truth.UNKNOWN, wrong) if wrong else None


def _can_answer(key: str | None) -> bool:
    return key is not None and key.startswith(ANSWERING)

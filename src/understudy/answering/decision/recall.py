"""What became of a conversation's last messages: how many attempts failed, and which tier was asked last."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from uuid import UUID

from understudy.answering import store
from understudy.answering.domain import Decision, FallbackKind, Outcome
from understudy.answering.ports import Past
from understudy.infra.database import Database

LOOKED_BACK = 6
"""Decisions that are looked at; a company hands over after far fewer failures."""


class DecisionRecall:
    """Reads it from the stored decisions, and only where the free rungs have passed."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def past(self, company_id: UUID, conversation_id: UUID) -> Past:
        """What became of its last messages, without the one being answered."""
        async with self._database.hot(company_id) as tx:
            return past_of(await store.last_of(tx, conversation_id, LOOKED_BACK))


def past_of(decisions: Sequence[Decision]) -> Past:
    """What decisions, newest first, come to."""
    failed = sum(1 for _ in takewhile(has_failed, decisions))
    paid = [trace.paid for trace in decisions[0].rungs if trace.paid] if decisions else []
    return Past(failed, paid[-1].tier if paid else None)


def has_failed(decision: Decision) -> bool:
    """Whether it left the customer without an answer that the company could have given."""
    if decision.choice.outcome is Outcome.FELL_BACK:
        return decision.choice.fallback_kind is not FallbackKind.OUT_OF_SCOPE
    return decision.choice.outcome is Outcome.CLARIFIED

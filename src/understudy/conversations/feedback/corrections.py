"""Corrections: people say of an answer that it was right, or what would have been."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from understudy.companies.audit import Audit
from understudy.companies.domain import Change, Principal
from understudy.companies.permissions import Permission
from understudy.conversations.domain import MessageNotFound
from understudy.conversations.feedback import store
from understudy.conversations.feedback.domain import Correction, NewCorrection, check_correction
from understudy.conversations.feedback.events import AnswerCorrected
from understudy.infra.database import Database
from understudy.infra.outbox import Outbox
from understudy.kit.clock import Clock

KEPT_IN_AUDIT = ("is_right", "right_key", "category")
"""What the audit log shows of a correction: texts may hold what a contact can have erased."""


class Corrections:
    """What people say of answers."""

    def __init__(self, *, database: Database, outbox: Outbox, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._outbox = outbox
        self._audit = audit
        self._clock = clock

    async def correct(self, principal: Principal, message_id: UUID, said: NewCorrection) -> Correction:
        """Keeps a person's word on an answer, in the place of an earlier one.

        `message_id`: the contact's message, or the reply to it. Raises `InvalidFeedback` and `MessageNotFound`.
        """
        principal.demand(Permission.CORRECTION_MANAGE)
        check_correction(said)
        async with self._database.transaction(principal.company) as tx:
            asked = await store.question_of(tx, await store.find_message(tx, message_id))
            if asked is None:
                raise MessageNotFound(
                    f"the message {message_id} answers no other one", remedy="give a contact's message, or its reply"
                )
            before = await store.find_correction(tx, asked.id)
            made = Correction(asked.id, asked.contact_id, said, principal.name, self._clock())
            await store.keep_correction(tx, made)
            await self._outbox.announce(tx, AnswerCorrected(principal.company, asked.id))
            change = Change(
                principal.name,
                "answer.corrected",
                str(asked.id),
                _audited(before.said) if before else None,
                _audited(said),
            )
            await self._audit.record(tx, change)
        return made

    async def list(self, principal: Principal, *, before: UUID | None = None, limit: int = 50) -> list[Correction]:
        """Corrections, the newest message first; `before`: the message to go on below."""
        principal.demand(Permission.FEEDBACK_READ)
        async with self._database.transaction(principal.company) as tx:
            return await store.list_corrections(tx, before, limit)


def _audited(said: NewCorrection) -> dict[str, object]:
    return {name: value for name, value in asdict(said).items() if name in KEPT_IN_AUDIT}

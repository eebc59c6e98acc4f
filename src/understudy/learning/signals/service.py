"""Signals: judges answers by what was said of them and by what came after."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np

from understudy.infra.database import Database, Tx
from understudy.infra.telemetry import counter
from understudy.kit.clock import Clock
from understudy.kit.ids import first_id, made_at
from understudy.language.domain import Matrix
from understudy.learning.signals import judging, store
from understudy.learning.signals.domain import Judgement, Signal
from understudy.learning.signals.store import Answered

BATCH = 2_000
"""Decisions of all companies that are looked at before the mark moves on."""
OVERLAP = timedelta(minutes=2)
"""So far before its mark a sweep begins: a decision may be there to be seen only a while after it was made."""
_judged = counter("understudy_judgements_total", "Judgements of answers that were made or changed.")

Encode = Callable[[Sequence[str]], Awaitable[Matrix]]


class Signals:
    """Judges answers. The same judged twice is the same judgement. `encode`: texts to rows of unit length."""

    def __init__(self, *, database: Database, encode: Encode, clock: Clock) -> None:
        self._database = database
        self._encode = encode
        self._clock = clock

    async def news(self, position: UUID | None) -> list[tuple[UUID, UUID, UUID]]:
        """The next decisions, of all companies: company, first and last of them. `position`: the mark."""
        since = first_id(made_at(position) - OVERLAP) if position else UUID(int=0)
        async with self._database.platform() as tx:
            return await store.news(tx, since, BATCH)

    async def more(self, position: UUID) -> list[tuple[UUID, UUID, UUID]]:
        """Those after the ones that were just looked at, without going back."""
        async with self._database.platform() as tx:
            return await store.news(tx, position, BATCH)

    async def follow(self, company_id: UUID, first: UUID, last: UUID) -> int:
        """Judges the answers before some decisions of a company by what contacts said next; says how many changed."""
        now = self._clock()
        async with self._database.transaction(company_id) as tx:
            found = [
                _judgement(answered, signal, now, is_right=is_right)
                for answered, said in await store.followed(tx, first, last)
                if judging.is_judged(answered.key)
                for signal, is_right in judging.by_next(answered.decided_at, said)
            ]
            return await self._keep(tx, found)

    async def heed(self, company_id: UUID, message_id: UUID) -> None:
        """Judges the answer that a message is or has by what its contact and people say of it now."""
        async with self._database.transaction(company_id) as tx:
            found = await store.answer_of(tx, message_id)
            if found is None:
                return
            answered, said = found
            thumbs = judging.by_opinion(is_helpful=said.is_helpful, rating=said.rating)
            await self._set(tx, answered, Signal.THUMBS, thumbs)
            corrected = said.is_right is not None and judging.by_correction(
                is_right=said.is_right, right_key=said.right_key, key=answered.key
            )
            await self._set(tx, answered, Signal.CORRECTION, corrected if said.is_right is not None else None)

    async def compare(self, company_id: UUID, message_id: UUID) -> None:
        """Judges the answer before a person's message by what that person says."""
        async with self._database.transaction(company_id) as tx:
            found = await store.operated(tx, message_id)
        if found is None or not judging.is_judged(found[0].key):
            return
        answered, said = found
        vectors = await self._encode([said.text, said.reply, said.question])
        to_reply, to_question = float(np.dot(vectors[0], vectors[1])), float(np.dot(vectors[0], vectors[2]))
        is_right = judging.by_operator(to_reply=to_reply, to_question=to_question)
        async with self._database.transaction(company_id) as tx:
            await self._set(tx, answered, Signal.OPERATOR, is_right)

    async def _set(self, tx: Tx, answered: Answered, signal: Signal, is_right: bool | None) -> None:
        if is_right is None:
            await store.drop(tx, answered.decision_id, signal)
        else:
            await self._keep(tx, [_judgement(answered, signal, self._clock(), is_right=is_right)])

    async def _keep(self, tx: Tx, found: Sequence[Judgement]) -> int:
        changed = await store.keep(tx, found)
        _judged.inc(changed)
        return changed


def _judgement(answered: Answered, signal: Signal, at: datetime, *, is_right: bool) -> Judgement:
    return Judgement(
        decision_id=answered.decision_id,
        signal=signal,
        message_id=answered.message_id,
        contact_id=answered.contact_id,
        key=answered.key,
        is_right=is_right,
        at=at,
    )

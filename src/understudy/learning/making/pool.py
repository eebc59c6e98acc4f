"""What a company's rescues said lately, as observations with their embeddings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import numpy as np

from understudy.conversations.recorded.service import Recorded
from understudy.infra.database import Database
from understudy.kit.clock import Clock
from understudy.language.domain import Vector
from understudy.language.masking.masking import mask
from understudy.language.service import Language
from understudy.learning.content.examples import example_of
from understudy.learning.domain import Task
from understudy.learning.making.domain import Observation
from understudy.learning.tasks import store

LATELY = timedelta(days=60)
MOST = 2_000
"""Rescues that are compared: 3 MB of embeddings."""


class Pool:
    """Reads what rescues said; texts that have no embedding of this encoder are encoded."""

    def __init__(self, *, database: Database, recorded: Recorded, language: Language, clock: Clock) -> None:
        self._database = database
        self._recorded = recorded
        self._language = language
        self._clock = clock

    async def of(self, company_id: UUID) -> tuple[Observation, ...]:
        """The company's latest observations, oldest first."""
        async with self._database.transaction(company_id) as tx:
            tasks = await store.latest(tx, self._clock() - LATELY, MOST)
        return await self.observations(company_id, tuple(reversed(tasks)))

    async def observations(self, company_id: UUID, tasks: Sequence[Task]) -> tuple[Observation, ...]:
        """Tasks as observations; those whose text says nothing without its personal data are left out."""
        texts = {task.id: text for task in tasks if (text := example_of(task.rescue.text)) is not None}
        wanted = [task for task in tasks if task.id in texts]
        vectors = await self._vectors(company_id, wanted, texts)
        return tuple(_observation(task, texts[task.id], vectors[task.id]) for task in wanted)

    async def reply(self, company_id: UUID, message_id: UUID) -> str:
        """What a message was answered with, masked; empty where it had no reply."""
        found = await self._recorded.replies(company_id, [message_id])
        return mask(found[message_id]).text if message_id in found else ""

    async def _vectors(
        self, company_id: UUID, tasks: Sequence[Task], texts: Mapping[UUID, str]
    ) -> Mapping[UUID, Vector]:
        messages = [task.rescue.message_id for task in tasks]
        kept = await self._recorded.vectors(company_id, messages, encoder=self._language.model.key)
        found = {task.id: kept[task.rescue.message_id] for task in tasks if task.rescue.message_id in kept}
        missing = [task.id for task in tasks if task.id not in found]
        if missing:
            made = await self._language.encode_many([texts[one] for one in missing])
            found |= dict(zip(missing, made, strict=True))
        return {task_id: _unit(vector) for task_id, vector in found.items()}


def _observation(task: Task, text: str, vector: Vector) -> Observation:
    rescue = task.rescue
    return Observation(
        task_id=task.id,
        contact_id=rescue.contact_id,
        key=rescue.key,
        language=rescue.language,
        text=text,
        vector=vector,
        confidence=rescue.confidence,
        at=rescue.decided_at,
        scores=rescue.scores,
        message_id=rescue.message_id,
    )


def _unit(vector: Vector) -> Vector:
    """Half precision leaves lengths a little off one."""
    unit: Vector = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return unit

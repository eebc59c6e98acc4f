"""Heads: fitted by a worker for what was published, once per content and encoder, then shared by all who follow."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from uuid import UUID

import numpy as np

from understudy.infra.changes import announce
from understudy.infra.computing import from_thread, in_process, in_thread
from understudy.infra.database import Database
from understudy.infra.telemetry import get_logger
from understudy.kit.clock import Clock
from understudy.language.domain import EncoderModel, Matrix
from understudy.templates.domain import Template
from understudy.templates.events import TemplateServing
from understudy.templates.library.effects import Effects
from understudy.templates.library.versions import FIT_JOB, fit_once
from understudy.templates.matching.fitting import TrainingSet, fit, training_set
from understudy.templates.records import TEMPLATE_TOPIC
from understudy.templates.store import shelf, versions
from understudy.templates.store.drafts import Owned
from understudy.templates.store.versions import HeadKey

CHUNK = 256
"""Texts encoded between two reports of how far it is."""
Progress = Callable[[int, int], None]
"""Told how many texts of how many are encoded."""
Embed = Callable[[Sequence[str]], Matrix]
EncodeMany = Callable[[Sequence[str]], Coroutine[None, None, Matrix]]

KEPT_VERSIONS = 20
"""Rollback to one of so many versions is immediate; ten megabytes each at most."""
KEPT_AT_LEAST = timedelta(days=7)
"""Heads of another encoder are kept so long, for going back to it."""

FEW_EXAMPLES = 300
"""Up to so many a fit takes less time than starting a process."""

log = get_logger(__name__)


class Heads:
    """Fits heads. `encode` gives embeddings of many texts, made by `model`."""

    def __init__(
        self, *, database: Database, effects: Effects, clock: Clock, model: EncoderModel, encode: EncodeMany
    ) -> None:
        self._database = database
        self._effects = effects
        self._clock = clock
        self._model = model
        self._encode = encode

    async def fit(self, template_id: UUID, version: int, *, progress: Progress | None = None) -> None:
        """Fits the head of a version unless there is one, and lets the newest fitted version serve.

        Raises `TemplateNotFound`, `VersionNotFound` when it is gone; running it again changes nothing.
        """
        async with self._database.platform() as tx:
            shelved = await shelf.find_template(tx, template_id)
            kept = await versions.find_version(tx, template_id, version, encoder=self._model.key)
            template = None if kept.is_fitted else await versions.find_document(tx, template_id, version)
        head = None
        if template is not None and kept.fit_checksum is not None:
            head = await self._fitted(template, progress)
            log.info("head_fitted", template=str(template_id), version=version, size=len(head))
        async with self._database.platform() as tx:
            await shelf.find_template(tx, template_id, lock=True)
            if head is not None and kept.fit_checksum is not None:
                key = HeadKey(kept.fit_checksum, self._model.key)
                await versions.keep_fitted(tx, Owned(template_id, shelved.company_id), key, head, self._clock())
            serving = await versions.serve_newest_fitted(tx, template_id, self._model.key)
            if serving is not None:
                await self._effects.outbox.announce(tx, TemplateServing(template_id, serving))
            await announce(tx, TEMPLATE_TOPIC, str(template_id))

    async def fit_missing(self) -> int:
        """Enqueues the fits of versions in use that have no head: the encoder changed, or a job was lost."""
        async with self._database.platform() as tx:
            missing = await versions.unfitted(tx, self._model.key)
            for template_id, version in missing:
                once = fit_once(template_id, version)
                await self._effects.jobs.defer(tx, FIT_JOB, once=once, template_id=str(template_id), version=version)
        return len(missing)

    async def prune(self) -> int:
        """Deletes heads that nobody will go back to soon; one that is wanted again is fitted again."""
        async with self._database.platform() as tx:
            before = self._clock() - KEPT_AT_LEAST
            return await versions.prune_fitted(tx, self._model.key, kept=KEPT_VERSIONS, before=before)

    async def _fitted(self, template: Template, progress: Progress | None) -> bytes:
        embed = _chunked(from_thread(self._encode), self._model.dimension, progress)
        material = await in_thread(training_set, template, embed)
        beside = in_thread if len(material.examples.texts) <= FEW_EXAMPLES else in_process
        return await beside(_fit, material, self._model.key)


def _chunked(embed: Embed, dimension: int, progress: Progress | None) -> Embed:
    """The same in pieces, telling how far it is."""

    def embed_in_chunks(texts: Sequence[str]) -> Matrix:
        parts = [np.zeros((0, dimension), np.float32)]
        for start in range(0, len(texts), CHUNK):
            parts.append(embed(texts[start : start + CHUNK]))
            if progress:
                progress(min(start + CHUNK, len(texts)), len(texts))
        return np.concatenate(parts)

    return embed_in_chunks


def _fit(material: TrainingSet, encoder: str) -> bytes:
    return fit(material, encoder=encoder).to_bytes()

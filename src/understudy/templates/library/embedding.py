"""Embeddings of questions and of overlays' examples: made when they are saved, outside any transaction.

When the encoder is another one, those that are kept mean nothing to it: they are made again in the background, and
until then their texts match by their words only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from understudy.infra.changes import announce
from understudy.infra.database import Database
from understudy.language.domain import EncoderModel, Matrix, Vector
from understudy.templates.library.heads import EncodeMany
from understudy.templates.records import MATCHING_TOPIC, TRADE_TOPIC, overlay_texts, packed
from understudy.templates.store import embedded
from understudy.templates.store.embedded import Outdated


class Embedder:
    """Makes embeddings as they are stored. `encode` gives those of many texts, made by `model`."""

    def __init__(self, *, model: EncoderModel, encode: EncodeMany) -> None:
        self._model = model
        self._encode = encode

    @property
    def encoder(self) -> str:
        """What is stored beside the embeddings."""
        return self._model.key

    async def embedded(self, texts: Sequence[str], known: Mapping[str, Vector] | None = None) -> bytes:
        """The embeddings of texts, packed; those of `known` texts are not made again."""
        if not texts:
            return b""
        vectors = dict(known or {})
        missing = [text for text in dict.fromkeys(texts) if text not in vectors]
        if missing:
            vectors.update(zip(missing, await self._encode(missing), strict=True))
        rows: Matrix = np.stack([vectors[text] for text in texts])
        return packed(rows)

    async def embedded_each(self, groups: Sequence[Sequence[str]]) -> list[bytes]:
        """The same for several groups of texts, encoded together."""
        texts = [text for group in groups for text in group]
        unique = list(dict.fromkeys(texts))
        known = dict(zip(unique, await self._encode(unique), strict=True)) if unique else {}
        return [await self.embedded(group, known) for group in groups]


BATCH = 200
"""Questions or overlays embedded again between two transactions."""


class Renewal:
    """Makes the embeddings of another encoder again."""

    def __init__(self, *, database: Database, embedder: Embedder) -> None:
        self._database = database
        self._embedder = embedder

    async def renew_outdated(self) -> int:
        """Renews what is outdated, a batch after the other; says how many. Safe in many workers at once."""
        done = 0
        while batch := await self._outdated():
            vectors = await self._embedder.embedded_each([one.texts for one in batch])
            async with self._database.platform() as tx:
                for one, packed_vectors in zip(batch, vectors, strict=True):
                    await embedded.renew(tx, one, encoder=self._embedder.encoder, vectors=packed_vectors)
                for topic, key in sorted({_notice(one) for one in batch}):
                    await announce(tx, topic, key)
            done += len(batch)
        return done

    async def _outdated(self) -> list[Outdated]:
        async with self._database.platform() as tx:
            questions = await embedded.outdated_questions(tx, self._embedder.encoder, limit=BATCH)
            overlays = await embedded.outdated_overlays(tx, self._embedder.encoder, limit=BATCH)
        texts = [tuple(text for _, text in overlay_texts(overlay)) for _, overlay in overlays]
        return questions + [replace(one, texts=of_one) for (one, _), of_one in zip(overlays, texts, strict=True)]


def _notice(one: Outdated) -> tuple[str, str]:
    return (MATCHING_TOPIC, str(one.company_id)) if one.company_id else (TRADE_TOPIC, one.trade or "")

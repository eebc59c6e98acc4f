"""Embeddings of questions and of overlays' examples: made when they are saved, outside any transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from understudy.language.domain import EncoderModel, Matrix, Vector
from understudy.templates.library.heads import EncodeMany
from understudy.templates.records import packed


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

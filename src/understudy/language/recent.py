"""The vectors of recent texts, so that the same greeting is encoded once."""

from __future__ import annotations

import hashlib
from collections import OrderedDict

from understudy.language.domain import Vector


class RecentVectors:
    """A bounded memory from text to vector; the least recently used leave first.

    It is shared by all companies: a vector depends on the text alone. Texts are remembered by their hash, so that no
    customer's words stay in memory longer than their message is being answered.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._vectors: OrderedDict[bytes, Vector] = OrderedDict()
        self.hits = 0
        self.misses = 0

    def find(self, text: str) -> Vector | None:
        """The vector of the text, if it was encoded lately."""
        key = _key(text)
        vector = self._vectors.get(key)
        if vector is None:
            self.misses += 1
            return None
        self.hits += 1
        self._vectors.move_to_end(key)
        return vector

    def keep(self, text: str, vector: Vector) -> None:
        """Remembers the vector of a text."""
        if self._size == 0:
            return
        self._vectors[_key(text)] = vector
        if len(self._vectors) > self._size:
            self._vectors.popitem(last=False)

    def __len__(self) -> int:
        return len(self._vectors)


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()

"""The verbs of language: encode beside the event loop, read a text."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from understudy.kit.errors import Unavailable
from understudy.language.domain import UNKNOWN, EncoderModel, Matrix, Reading, Vector
from understudy.language.ports import Encoder, LanguageIdentifier, Offload, SentimentGauge
from understudy.language.recent import RecentVectors
from understudy.language.settings import LanguageSettings
from understudy.language.urgency import urgency_of
from understudy.language.windows import ends


class EncoderClosed(Unavailable):
    """The process is shutting down and encodes nothing more."""

    code = "encoder_closed"


@dataclass(eq=False, slots=True)
class _Waiting:
    text: str
    vector: asyncio.Future[Vector]


class BatchingEncoder:
    """Encodes beside the event loop; the messages that wait together are encoded together.

    Belongs to one event loop. One batch is computed at a time. Messages that people wait for (`encode`) go before the
    texts of jobs (`encode_many`), which yield to them after every batch. At most `max_waiting` texts are queued; more
    callers wait. An error reaches only the caller whose text raised it; one that gives up is skipped.
    """

    def __init__(self, *, encoder: Encoder, offload: Offload, settings: LanguageSettings) -> None:
        self._encoder = encoder
        self._offload = offload
        self._max_batch = settings.max_batch
        self._places = asyncio.Semaphore(settings.max_waiting)
        self._live: deque[_Waiting] = deque()
        self._jobs: deque[_Waiting] = deque()
        self._pump: asyncio.Task[None] | None = None
        self._closed = False
        self.recent = RecentVectors(settings.recent_texts)

    @property
    def model(self) -> EncoderModel:
        """The weights that make the vectors."""
        return self._encoder.model

    @property
    def waiting(self) -> int:
        """How many texts are queued now."""
        return len(self._live) + len(self._jobs)

    async def encode(self, text: str) -> Vector:
        """The vector of a message that someone waits for: shape (dimension,), float32, unit length, read-only.

        Raises `EncoderClosed` once the process is shutting down.
        """
        known = self.recent.find(text)
        return known if known is not None else await self._enqueue(text, self._live)

    async def encode_many(self, texts: Sequence[str]) -> Matrix:
        """The vectors of the texts of a job, in their order: shape (n, dimension). Live messages go first."""
        if not texts:
            return np.zeros((0, self.model.dimension), dtype=np.float32)
        vectors: list[Vector] = []
        stride = self._max_batch * 4
        for start in range(0, len(texts), stride):
            some = texts[start : start + stride]
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._enqueue(text, self._jobs)) for text in some]
            vectors.extend(task.result() for task in tasks)
        return np.stack(vectors)

    async def close(self) -> None:
        """Finishes what is queued, then refuses; safe to call twice."""
        self._closed = True
        while self._pump is not None and not self._pump.done():
            await asyncio.wait([self._pump])
        self._offload.close()

    async def _enqueue(self, text: str, queue: deque[_Waiting]) -> Vector:
        async with self._places:
            if self._closed:
                raise EncoderClosed("the encoder is shutting down", remedy="send the message again in a moment")
            entry = _Waiting(text, asyncio.get_running_loop().create_future())
            queue.append(entry)
            if self._pump is None or self._pump.done():
                self._pump = asyncio.create_task(self._empty_queues(), name="encoder")
            return await entry.vector

    async def _empty_queues(self) -> None:
        while batch := self._next_batch():
            texts = list(dict.fromkeys(entry.text for entry in batch))
            outcomes = await self._encode_each(texts)
            for text, outcome in outcomes.items():
                if not isinstance(outcome, BaseException):
                    self.recent.keep(text, outcome)
            for entry in batch:
                _settle(entry, outcomes[entry.text])

    def _next_batch(self) -> list[_Waiting]:
        queue = self._live or self._jobs
        batch: list[_Waiting] = []
        while queue and len(batch) < self._max_batch:
            entry = queue.popleft()
            if not entry.vector.done():
                batch.append(entry)
        return batch if batch or not (self._live or self._jobs) else self._next_batch()

    async def _encode_each(self, texts: list[str]) -> dict[str, Vector | BaseException]:
        """Encodes together; if that fails, one by one, so that only the text that cannot be encoded fails."""
        try:
            rows = await self._offload.run(lambda: self._encoder.encode(texts))
        except Exception as error:  # noqa: BLE001  # handed to the caller whose text raised it
            if len(texts) == 1:
                return {texts[0]: error}
            outcomes: dict[str, Vector | BaseException] = {}
            for text in texts:
                outcomes |= await self._encode_each([text])
            return outcomes
        return {text: _frozen(row) for text, row in zip(texts, rows, strict=True)}


def _frozen(row: Vector) -> Vector:
    vector = np.array(row, dtype=np.float32)
    vector.setflags(write=False)
    return vector


def _settle(entry: _Waiting, outcome: Vector | BaseException) -> None:
    if entry.vector.done():
        return
    if isinstance(outcome, BaseException):
        entry.vector.set_exception(outcome)
    else:
        entry.vector.set_result(outcome)


class Language:
    """What a text says about itself. One per process."""

    def __init__(
        self, *, encoder: Encoder, batching: BatchingEncoder, identifier: LanguageIdentifier, gauge: SentimentGauge
    ) -> None:
        self._encoder = encoder
        self._batching = batching
        self._identifier = identifier
        self._gauge = gauge

    @property
    def model(self) -> EncoderModel:
        """The weights that make the vectors; store its `key` beside what is made with them."""
        return self._encoder.model

    @property
    def batching(self) -> BatchingEncoder:
        """The encoder's queue, for metrics."""
        return self._batching

    async def encode(self, text: str) -> Vector:
        """The vector of a message that someone waits for: shape (dimension,), float32, unit length, read-only."""
        return await self._batching.encode(text)

    async def encode_many(self, texts: Sequence[str]) -> Matrix:
        """The vectors of the texts of a job, in their order: shape (n, dimension). Live messages go first."""
        return await self._batching.encode_many(texts)

    def read(self, text: str) -> Reading:
        """Language, mood and urgency of a text (of a very long one, of its ends). Waits for nothing."""
        part = ends(text)
        identified = self._identifier.identify(part)
        language = identified.code or UNKNOWN
        return Reading(
            language=language,
            language_score=identified.score,
            sentiment=self._gauge.gauge(part) if language in self._gauge.languages else None,
            urgency=urgency_of(part),
        )

    def word_pieces(self, text: str) -> int:
        """How many word pieces the text has, as the encoder cuts it. A provider's tokens are counted elsewhere."""
        return self._encoder.word_pieces(text)

    async def close(self) -> None:
        """Finishes what is queued and stops."""
        await self._batching.close()

"""semantic-router with our encoder plugged in, measured inside its own virtual environment.

Reads one request as JSON per line from standard input, writes one answer as JSON per line to standard output. Its
encoder gives lists of floats, as the peer's interface says and its own local encoders do; a threshold spares it a
result object for every route. Beside it stands a trimmed one, whose vectors are kept as float32 rows by hand: half the
memory to go through, and as quick as the peer can be made from outside.
"""
# mypy: ignore-errors
# The packages stand in the peer's environment, not in ours.

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from semantic_router import Route
from semantic_router.encoders import DenseEncoder
from semantic_router.routers import IndexedRouter

from understudy.language.adapters.onnx_encoder import OnnxEncoder

THRESHOLD = 0.6


class Encoder(DenseEncoder):
    """Our encoder behind the peer's interface; adds up the time spent in it."""

    onnx: Any
    trimmed: bool
    spent: float = 0.0

    def __call__(self, docs: list[Any]) -> list[Any]:
        started = time.perf_counter()
        vectors = self.onnx.encode([str(text) for text in docs])
        rows = list(vectors) if self.trimmed else vectors.tolist()
        self.spent += time.perf_counter() - started
        return rows

    async def acall(self, docs: list[Any]) -> list[Any]:
        return self(docs)


class Peer:
    """One router."""

    def __init__(self, encoder: str, routes: dict[str, Sequence[str]], *, trimmed: bool) -> None:
        self.encoder = Encoder(name="understudy", onnx=OnnxEncoder.named(encoder), trimmed=trimmed)
        made = [Route(name=name, utterances=list(texts)) for name, texts in routes.items()]
        self.router = IndexedRouter(encoder=self.encoder, routes=made, confidence_threshold=THRESHOLD)
        assert self.router.index.index is not None

    def one_by_one(self, texts: Sequence[str]) -> dict[str, list[float]]:
        """Seconds of each message, and of the encoder in it, by the quicker of the peer's two ways of being asked."""
        blocking = self._timed(texts, self.router)
        loop = asyncio.new_event_loop()
        awaited = self._timed(texts, lambda text: loop.run_until_complete(self.router.acall(text)))
        loop.close()
        return min(blocking, awaited, key=lambda way: sum(way["whole"]))

    def together(self, texts: Sequence[str], at_once: int) -> float:
        """Seconds for all messages, so many asked at once."""

        async def ask() -> None:
            for start in range(0, len(texts), at_once):
                await asyncio.gather(*(self.router.acall(text) for text in texts[start : start + at_once]))

        started = time.perf_counter()
        asyncio.run(ask())
        return time.perf_counter() - started

    def _timed(self, texts: Sequence[str], ask: Callable[[str], Any]) -> dict[str, list[float]]:
        whole, encoder = [], []
        processor = time.process_time()
        for text in texts:
            before, started = self.encoder.spent, time.perf_counter()
            ask(text)
            whole.append(time.perf_counter() - started)
            encoder.append(self.encoder.spent - before)
        return {"whole": whole, "encoder": encoder, "processor": [time.process_time() - processor]}


def main() -> None:
    """Answers requests until standard input ends."""
    answers = sys.stdout
    sys.stdout = sys.stderr  # whatever the peer prints must not stand between the answers
    asked = json.loads(sys.stdin.readline())
    peers = {trimmed: Peer(asked["encoder"], asked["routes"], trimmed=trimmed) for trimmed in (False, True)}
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        peer = peers[asked.get("trimmed", False)]
        if asked["do"] == "one_by_one":
            answer: Any = peer.one_by_one(asked["texts"])
        else:
            answer = peer.together(asked["texts"], asked["at_once"])
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()

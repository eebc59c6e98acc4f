"""semantic-router's labels and confidences, inside its own virtual environment, with vectors read from a file.

Reads one request as JSON per line from standard input: `vectors` (an npz file), once; then `routes` (texts by label),
`messages`, and `held_out` (texts and labels, a label of null is out of scope), with which the peer calibrates itself.
Answers with [label, confidence] of each message. As the peer is built by default, without a threshold.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import numpy as np
from semantic_router import Route
from semantic_router.encoders import DenseEncoder
from semantic_router.routers import IndexedRouter


class Encoder(DenseEncoder):
    """Vectors that were made before, by text."""

    vectors: dict[str, Any]

    def __call__(self, docs: list[Any]) -> list[Any]:
        return [self.vectors[str(text)] for text in docs]

    async def acall(self, docs: list[Any]) -> list[Any]:
        return self(docs)


async def labels(encoder: Encoder, asked: dict[str, Any]) -> list[tuple[str | None, float]]:
    """What the peer says to each message."""
    routes = [Route(name=name, utterances=texts) for name, texts in asked["routes"].items()]
    router = IndexedRouter(encoder=encoder, routes=routes)
    if asked.get("held_out"):
        await router.afit(asked["held_out"]["texts"], asked["held_out"]["labels"])
    said = [await router.acall(text) for text in asked["messages"]]
    return [(one.name, float(one.confidence or 0.0)) for one in said]


def main() -> None:
    """Answers requests until standard input ends."""
    answers = sys.stdout
    sys.stdout = sys.stderr  # whatever the peer prints must not stand between the answers
    with np.load(json.loads(sys.stdin.readline())["vectors"]) as known:
        vectors = dict(zip(known["texts"].tolist(), known["vectors"], strict=True))
    encoder = Encoder(name="understudy", vectors=vectors)
    print(json.dumps({"ready": len(vectors)}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(asyncio.run(labels(encoder, json.loads(line)))), file=answers, flush=True)


if __name__ == "__main__":
    main()

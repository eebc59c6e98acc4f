"""A real model: log-probabilities, a schema kept by a grammar, usage that the server does not tell."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from tests.peers.spoken import SHAPE, Peer, options, outcome
from understudy.llm.adapters.by_dialect import ByDialect
from understudy.llm.domain import Dialect, Price, Provider, Target

pytestmark = pytest.mark.slow


async def test_a_compatible_server_gives_likelihoods(dialer: ByDialect, llama: Peer) -> None:
    how = options(seconds=60, first=30, tokens=12)
    found = await outcome(dialer, llama.target(Dialect.COMPATIBLE, key=None), "Say hello.", how)
    assert found.answer is not None, found
    assert 0 < (found.answer.likelihood or 0) < 1
    assert found.answer.usage.output_tokens > 0  # this server tells none in a stream: they were counted here


async def test_a_compatible_server_keeps_to_the_schema(dialer: ByDialect, llama: Peer) -> None:
    how = options(SHAPE, seconds=60, first=30, tokens=300)
    found = await outcome(dialer, llama.target(Dialect.COMPATIBLE, key=None), "I was charged twice.", how)
    assert found.answer is not None, found
    assert set(found.answer.value or {}) == {"intent", "confidence"}
    assert 0 < (found.answer.likelihood or 0) < 1


@pytest.mark.usefixtures("llama_library")
async def test_the_same_model_in_this_process(dialer: ByDialect, gguf: Path) -> None:
    provider = Provider(UUID(int=2), None, "here", Dialect.LOCAL, base_url=gguf.as_uri())
    target = Target(provider, "smollm2", Price.free())
    said = await outcome(dialer, target, "Say hello.", options(seconds=60, first=30, tokens=12))
    assert said.answer is not None, said
    assert 0 < (said.answer.likelihood or 0) < 1
    kept = await outcome(dialer, target, "I was charged twice.", options(SHAPE, seconds=60, tokens=300))
    assert kept.answer is not None, kept
    assert set(kept.answer.value or {}) == {"intent", "confidence"}
    late = await outcome(dialer, target, "Tell a long story.", options(seconds=0.3, first=0.3, tokens=300))
    assert late.fault == "timed_out"
    missing = Target(
        Provider(UUID(int=3), None, "gone", Dialect.LOCAL, base_url="file:///no/such.gguf"), "x", Price.free()
    )
    assert (await outcome(dialer, missing, "Hello.")).fault == "no_model"

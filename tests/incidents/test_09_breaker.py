"""Incident 9, no breaker, slow failover (LiteLLM #40405): in an outage only probes reach the dead provider.

With a provider that is a real process and falls silent, answers errors, or refuses connections; another one behind it,
and once none. The long outage under load is measured by `benchmarks.bench_outage`; here the windows are short.
Taken out to see it fail: the question to the breaker in `Failover.ask`.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter

import httpx2
import pytest

from tests.conftest import PLATFORM
from tests.faults.conftest import bank, configuration, one_peer, paid, peer
from tests.faults.paid_desk import APPROVED, SHORT, PaidDesk, odd, said
from tests.peers.upstream import Peer

__all__ = ["bank", "configuration", "one_peer", "paid", "peer"]

MESSAGES = 40
EVERY_SECONDS = 0.04
PATIENCE_SECONDS = 10.0
"""No message waits longer, however busy the machine of the tests is."""
DEAD = ["status@500", "drop", "never"]


async def opened(paid: PaidDesk, peer: Peer) -> None:
    """Says things until the breaker of the first provider opens; forgets what was asked by then."""
    provider = (await paid.product.paid.providers.list(PLATFORM))[0]
    for number in range(2 * SHORT.breaker_failures):
        if await paid.product.paid.circuits.is_tripped(provider):
            httpx2.delete(f"http://127.0.0.1:{peer.port}/journal")
            return
        await paid.say(odd(f"early {number}"), who=f"early-{number}")
    raise AssertionError("its breaker never opens")


async def outage(paid: PaidDesk) -> float:
    """Messages at a steady rate during the outage; how long it was, in seconds."""

    async def one(number: int) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert said(await paid.say(odd(number), who=f"contact-{number}"))

    began, tasks = time.monotonic(), []
    for number in range(MESSAGES):
        tasks.append(asyncio.create_task(one(number)))
        await asyncio.sleep(EVERY_SECONDS)
    await asyncio.gather(*tasks)
    return time.monotonic() - began


@pytest.mark.parametrize("act", DEAD)
async def test_in_an_outage_only_probes_reach_the_dead_provider(paid: PaidDesk, peer: Peer, act: str) -> None:
    await paid.first_and_spare(peer, act)
    await opened(paid, peer)
    seconds = await outage(paid)
    asked = Counter(entry["model"] for entry in peer.journal())
    assert asked[act] <= seconds / SHORT.breaker_seconds + 1, "more than one probe each time it may be tried again"
    assert asked["echo"] == MESSAGES, "each message was answered by the other provider, once"
    late = await paid.rows("SELECT count(*) FROM llm_call WHERE model = 'echo' AND attempt > 1")
    assert late[0][0] <= asked[act] + SHORT.breaker_failures, "only who probed had to go on to the next"
    assert (await paid.budget())[1] == 0


async def test_a_single_provider_is_left_alone_and_comes_back(paid: PaidDesk, peer: Peer) -> None:
    await paid.provider("only", peer.url)
    assert said(await paid.say(odd("before"), who="before")).startswith(APPROVED)
    peer.turn("status@500")
    await opened(paid, peer)
    seconds = await outage(paid)
    assert len(peer.journal()) <= seconds / SHORT.breaker_seconds + 1
    peer.turn("own")
    await asyncio.sleep(SHORT.breaker_seconds + 0.1)
    assert said(await paid.say(odd("after"), who="after")).startswith(APPROVED)
    assert said(await paid.say(odd("again"), who="again")).startswith(APPROVED)

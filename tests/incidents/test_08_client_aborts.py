"""Incident 8, a client aborts to dodge the cost: it leaves in mid-stream, and pays for what was used all the same.

Taken out to see it fail: the watch for a caller that leaves in `channels.openai.api.presence` (the model then goes on
for nobody), and the settling in `Meter._metered` (the hold stays).
"""

from __future__ import annotations

import asyncio
from typing import Any

import openai
import pytest

from tests.channels.openai.conftest import ASKED, Door, door, peer
from tests.llm.conftest import Rig, rig
from understudy.llm.bills import Hold

__all__ = ["door", "peer", "rig"]
PROMPT_AT_LEAST = 20


async def left(door: Door, after: int) -> int:
    """Reads so many chunks of an answer that never ends, then closes the socket; gives what was charged."""
    async with door.sdk() as client:
        stream = await client.chat.completions.create(model="peer/endless", messages=ASKED, stream=True, user="ann")
        read = 0
        async for _ in stream:
            read += 1
            if read == after:
                break
        await stream.close()
    for _ in range(300):
        if await door.rows("SELECT 1 FROM decision"):
            break
        await asyncio.sleep(0.01)
    spent, held = await door.budget()
    assert held == 0
    return spent


@pytest.mark.parametrize("after", [1, 20])
async def test_who_leaves_in_the_middle_pays_for_what_was_used(door: Door, after: int) -> None:
    charged = await left(door, after)
    assert charged >= PROMPT_AT_LEAST + 2 * after
    (entry,) = door.peer.journal()
    assert entry["left"], "the model is still answering nobody"
    assert after <= entry["tokens"] <= after + 20
    assert await door.calls() == [("endless", charged, "cancelled")]
    assert await door.rows("SELECT cost_micros, reply_id FROM decision") == [(charged, None)]


async def test_many_such_callers_do_not_pass_the_cap(door: Door) -> None:
    cap = 30_000
    await door.set(budget={"monthly_budget_micros": cap})
    came = await asyncio.gather(*(began(door) for _ in range(20)))
    assert 0 < sum(came) < len(came)
    spent, held = await door.budget()
    for _ in range(300):
        if held == 0:
            break
        await asyncio.sleep(0.01)
        spent, held = await door.budget()
    assert held == 0
    assert 0 < spent <= cap


async def began(door: Door) -> bool:
    """Begins an answer that never ends and leaves at once; False where the budget did not allow it."""
    async with door.sdk() as client:
        try:
            stream = await client.chat.completions.create(model="peer/endless", messages=ASKED, stream=True)
        except openai.RateLimitError:
            return False
        await stream.close()
        return True


async def test_who_leaves_before_anything_was_sent_pays_nothing(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is slow to note that the call goes out, and whoever asked has gone by then."""
    reserved = asyncio.Event()

    send = rig.budget.send

    async def slow(*wanted: Any, **named: Any) -> Hold:
        hold = await send(*wanted, **named)
        reserved.set()
        await asyncio.sleep(60)
        return hold

    monkeypatch.setattr(rig.budget, "send", slow)
    asking = asyncio.create_task(rig.gateway.ask(rig.ask("hello")))
    await reserved.wait()
    assert (await rig.window()).held_micros > 0
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await rig.meter.close()
    assert (await rig.window()).held_micros == 0
    assert (await rig.window()).spent_micros == 0

"""Computing in a process of its own."""

from __future__ import annotations

import asyncio
import os
import time

import pytest

from understudy.infra.computing import ProcessDied, in_process


async def test_the_result_comes_from_another_process() -> None:
    assert await in_process(os.getpid) != os.getpid()


async def test_what_it_raises_is_raised_here() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        await in_process(int, "seven")


async def test_a_process_that_dies_is_told() -> None:
    with pytest.raises(ProcessDied):
        await in_process(os._exit, 1)


async def test_the_event_loop_goes_on_meanwhile() -> None:
    beats = 0
    computing = asyncio.create_task(in_process(time.sleep, 0.3))
    while not computing.done():
        beats += 1
        await asyncio.sleep(0.01)
    assert beats > 5


async def test_when_cancelled_it_is_killed() -> None:
    computing = asyncio.create_task(in_process(time.sleep, 600))
    await asyncio.sleep(0.2)
    computing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await computing

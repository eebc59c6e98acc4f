"""Computing beside the event loop, in a thread and in a process of its own."""

from __future__ import annotations

import asyncio
import gc
import os
import time

import pytest

from understudy.infra.computing import ProcessDied, in_process, in_thread, in_thread_to_stay


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


def made(count: int) -> list[list[object]]:
    """Many objects that collecting garbage has to go through."""
    return [[place, [place]] for place in range(count)]


def full_collections() -> int:
    return int(gc.get_stats()[2]["collections"])


async def test_no_search_for_garbage_halts_the_process_while_a_thread_computes() -> None:
    usual, before = gc.get_threshold(), full_collections()
    await asyncio.gather(*(in_thread(made, 100_000) for _ in range(3)))
    assert full_collections() == before
    assert gc.get_threshold() == usual


async def test_a_failure_leaves_collecting_garbage_as_it_was() -> None:
    usual = gc.get_threshold()
    with pytest.raises(ValueError, match="invalid literal"):
        await in_thread_to_stay(int, "seven")
    assert gc.get_threshold() == usual


async def test_what_stays_is_left_out_of_later_searches_for_garbage() -> None:
    built = await in_thread_to_stay(made, 1_000)
    try:
        searched = {id(one) for one in gc.get_objects()}
        assert not searched & {id(one) for one in built}
    finally:
        gc.unfreeze()

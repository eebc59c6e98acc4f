"""Heavy computing beside the event loop, which answers others meanwhile: in a thread, or in a process of its own."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")

NICENESS = 10
FULL = gc.get_threshold()[2]
"""Collections of the middle generation before a full one, as Python has it."""
NEVER = 1_000_000_000
_computing = 0


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of a function that computes for longer than other requests should wait."""
    with no_full_collection():
        return await asyncio.to_thread(work, *args, **kwargs)


async def in_thread_to_stay(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of a function whose result stays in memory: full collections leave it out from then on.

    It is freed as ever when nothing refers to it any more.
    """
    with no_full_collection():
        result = await asyncio.to_thread(work, *args, **kwargs)
        gc.freeze()
    return result


@contextmanager
def no_full_collection() -> Iterator[None]:
    """While it lasts, no garbage is looked for among all objects of the process; on the event loop's thread.

    Looking halts every thread, with a template of 5,000 scenarios in memory for 300 to 900 ms. Among objects that are
    new it goes on being looked for, which takes some milliseconds.
    """
    global _computing  # noqa: PLW0603 - garbage is a matter of the whole process
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, NEVER)
    _computing += 1
    try:
        yield
    finally:
        _computing -= 1
        gc.set_threshold(young, middle, NEVER if _computing else FULL)


def from_thread(work: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """The blocking twin of an async function, for a thread of `in_thread`: the function runs on this event loop."""
    loop = asyncio.get_running_loop()

    def blocking(*args: P.args, **kwargs: P.kwargs) -> T:
        return asyncio.run_coroutine_threadsafe(work(*args, **kwargs), loop).result()

    return blocking


class ProcessDied(RuntimeError):
    """The process ended without a result: killed, or out of memory."""


async def in_process(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of a function of a module, computed in a fresh process.

    What it raises is raised here; when the waiting is cancelled, the process is killed; when this process is killed,
    the other ends as soon as it is done. Arguments and result go through a pipe that nobody else can reach.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(sender, work, args, kwargs), daemon=True)
    await asyncio.to_thread(process.start)
    sender.close()
    try:
        result, error = await asyncio.to_thread(_received, receiver)
    except asyncio.CancelledError:
        process.kill()
        raise
    finally:
        await asyncio.to_thread(process.join)
        receiver.close()
    if error is not None:
        raise error
    return cast(T, result)


def _received(receiver: Connection) -> tuple[object, BaseException | None]:
    try:
        received: tuple[object, BaseException | None] = receiver.recv()
    except EOFError:
        return None, ProcessDied("the process ended without a result")
    return received


def _run(sender: Connection, work: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]) -> None:
    os.nice(NICENESS)
    try:
        outcome: tuple[object, BaseException | None] = (work(*args, **kwargs), None)
    except Exception as error:  # noqa: BLE001 - carried over and raised where it is waited for
        outcome = (None, error)
    try:
        sender.send(outcome)
    except BrokenPipeError:
        return  # nobody waits any more

"""Heavy computing in a process of its own, at low priority: neither requests nor heartbeats wait for it."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")

NICENESS = 10


class ProcessDied(RuntimeError):  # noqa: N818 - named as the other errors are
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

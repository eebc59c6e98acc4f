"""A provider that has gone silent is given up on long before its time limits."""

from __future__ import annotations

import asyncio

import pytest

from tests.llm.conftest import ANSWER, SHAPE, Rig, target
from understudy.infra.system import elapsed
from understudy.llm.adapters.scripted import Cue, Rule
from understudy.llm.domain import CallFailed, Completion, Fault, Options, Prompt, Target, Turn
from understudy.llm.health.watching import Watched
from understudy.llm.settings import LlmProcessSettings

SETTINGS = LlmProcessSettings(breaker_failures=3, breaker_seconds=60, silent_seconds=0.2)
OPTIONS = Options(0, 10, timeout_seconds=30, first_token_seconds=30, shape=SHAPE)
PROMPT = Prompt((), (Turn("user", "hello"),))


@pytest.fixture
def watched(rig: Rig) -> Watched:
    """The scripted twin, watched."""
    rig.dialer.otherwise = Cue(ANSWER, latency_seconds=20)
    return Watched(rig.dialer, circuits=rig.circuits, settings=SETTINGS, timer=elapsed)


async def _ask(watched: Watched, asked: Target) -> Completion | CallFailed:
    try:
        return await watched.complete(asked, PROMPT, OPTIONS)
    except CallFailed as failed:
        return failed


async def _known(rig: Rig, watched: Watched, asked: Target) -> None:
    """Lets the provider answer once, so that it is known what is usual with it."""
    rig.dialer.script = (Rule("quick", Cue(ANSWER)),)
    await watched.complete(asked, Prompt((), (Turn("user", "quick"),)), OPTIONS)


async def test_several_that_wait_in_vain_give_up_together(rig: Rig, watched: Watched) -> None:
    first = target("first")
    await _known(rig, watched, first)
    async with asyncio.timeout(10):
        found = await asyncio.gather(*(_ask(watched, first) for _ in range(4)))
    assert all(isinstance(one, CallFailed) and one.fault is Fault.SLOW_START for one in found)
    assert not await rig.circuits.may_ask(first.provider)
    assert rig.dialer.cancelled == 4


async def test_a_few_that_wait_are_only_slow(rig: Rig, watched: Watched) -> None:
    first = target("first")
    await _known(rig, watched, first)
    asking = [asyncio.create_task(_ask(watched, first)) for _ in range(2)]
    await asyncio.sleep(0.6)
    assert not any(task.done() for task in asking)
    assert await rig.circuits.may_ask(first.provider)
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    assert rig.dialer.cancelled == 2


async def test_while_some_are_answered_the_provider_lives(rig: Rig, watched: Watched) -> None:
    first = target("first")
    await _known(rig, watched, first)
    asking = [asyncio.create_task(_ask(watched, first)) for _ in range(4)]
    for _ in range(12):
        await watched.complete(first, Prompt((), (Turn("user", "quick"),)), OPTIONS)
        await asyncio.sleep(0.05)
    assert not any(task.done() for task in asking)
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)


async def test_a_provider_that_never_answered_yet_is_given_its_whole_time(rig: Rig, watched: Watched) -> None:
    first = target("first")
    asking = [asyncio.create_task(_ask(watched, first)) for _ in range(5)]
    await asyncio.sleep(0.6)
    assert not any(task.done() for task in asking)
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)


async def test_a_probe_does_not_wait_long(rig: Rig, watched: Watched) -> None:
    first = target("first")
    await _known(rig, watched, first)
    await rig.circuits.give_up(first.provider, "silent")
    async with asyncio.timeout(10):
        found = await _ask(watched, first)
    assert isinstance(found, CallFailed)

"""How long a process that serves stands still while a template is loaded in it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

from understudy.infra.computing import in_thread_to_stay
from understudy.templates.domain import Scenario, Template
from understudy.templates.formats.yaml_json import to_json
from understudy.templates.matchers import compiled_from
from understudy.templates.matching.head import Head

LOOK_SECONDS = 0.001
LOADS = 3


async def longest_pause(template: Template, head: Head | None) -> float:
    """The longest time in seconds that the event loop was kept from going on, while the template is loaded thrice."""
    document, fitted = to_json(template), head.to_bytes() if head else None
    pauses: list[float] = []
    watching = asyncio.create_task(_watch(pauses))
    await asyncio.sleep(10 * LOOK_SECONDS)
    loaded = [await in_thread_to_stay(compiled_from, document, version, fitted) for version in range(LOADS)]
    await asyncio.sleep(10 * LOOK_SECONDS)
    watching.cancel()
    assert len(loaded) == LOADS  # kept until here, as a process keeps versions: letting go of one is not measured
    return max(pauses)


async def _watch(pauses: list[float]) -> None:
    while True:
        started = time.perf_counter()
        await asyncio.sleep(LOOK_SECONDS)
        pauses.append(time.perf_counter() - started - LOOK_SECONDS)


def enlarged(template: Template, count: int) -> Template:
    """The template so many times as large: its scenarios again under other names and with other words."""
    return replace(
        template,
        categories=tuple(
            replace(
                category,
                scenarios=tuple(_another(one, number) for number in range(count) for one in category.scenarios),
            )
            for category in template.categories
        ),
    )


def _another(scenario: Scenario, number: int) -> Scenario:
    if number == 0:
        return scenario
    return replace(
        scenario,
        name=f"{scenario.name} again {number}",
        triggers=tuple(f"{text} {number}" for text in scenario.triggers),
        examples=tuple(f"{text} {number}" for text in scenario.examples),
    )

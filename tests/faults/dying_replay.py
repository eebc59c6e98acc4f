"""A process that runs parts of a replay and is killed at a step: python -m tests.faults.dying_replay URL... STEP."""

from __future__ import annotations

import asyncio
import sys
from typing import Any
from uuid import UUID

from tests.faults.dying_process import die
from understudy.evaluation.replaying.service import Replays, Tools
from understudy.infra.postgres.place import Place
from understudy.infra.system import elapsed, new_id, utc_now
from understudy.language.adapters.scripted import scripted_language
from understudy.wiring.configuration import configuration
from understudy.wiring.product import build, opened

STEPS = ("begun", "built", "climbed", "kept", "committed")
PART = 2


class DeadlyReplays(Replays):
    """Dies in the second part it runs, before or after each of its steps."""

    step = ""
    parts = 0

    async def run_part(self, *arguments: Any) -> None:
        self.parts += 1
        self._die("begun")
        await super().run_part(*arguments)
        self._die("committed")

    async def _pair(self, *arguments: Any) -> Any:
        pair = await super()._pair(*arguments)
        self._die("built")
        return pair

    async def _part(self, *arguments: Any) -> Any:
        found = await super()._part(*arguments)
        self._die("climbed")
        return found

    async def _keep(self, *arguments: Any) -> None:
        await super()._keep(*arguments)
        self._die("kept")

    def _die(self, step: str) -> None:
        if self.parts == 2 and step == self.step:
            die()


async def main(url: str, platform_url: str, company: str, replay: str, step: str) -> None:
    product = build(Place(url, url, platform_url, url), configuration(), scripted_language())
    tools = Tools(product.audit, product.jobs, utc_now, elapsed, new_id, PART)
    replays = DeadlyReplays(database=product.database, trying=product.learning.evaluation.replays.trying, tools=tools)
    replays.step = step
    async with opened(product):
        for number in (1, 2, 3):
            await replays.run_part(UUID(company), UUID(replay), number)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

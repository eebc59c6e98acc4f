"""A process that takes one message and is killed at a given step: python -m tests.faults.dying_process URL... STEP."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Any, NoReturn
from uuid import UUID

from tests.answering.examples import evidence
from understudy.answering.decision.recording import Recording
from understudy.answering.decision.thinking import Ladder, Thinking
from understudy.answering.domain import RungName
from understudy.answering.ladder import Question
from understudy.answering.service import Answering
from understudy.channels.service import Channels
from understudy.channels.settings import SweeperSettings
from understudy.conversations.domain import ContactRef, IdentityKind, Inbound
from understudy.infra.postgres.place import Place
from understudy.infra.system import new_id, utc_now
from understudy.language.adapters.scripted import scripted_language
from understudy.templates.matching.company_matcher import Evidence
from understudy.wiring.configuration import configuration
from understudy.wiring.parts import elapsed_us
from understudy.wiring.product import build, opened

MESSAGE = Inbound("api", "m1", ContactRef(IdentityKind.EXTERNAL, "ann"), "where is my card")


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


class Deadly:
    """A rung at which the process dies, if that is the step."""

    name = RungName.RULES

    def __init__(self, step: str) -> None:
        self._step = step

    async def look(self, _: Question) -> Evidence:
        if self._step == "thinking":
            die()
        return evidence(0.9)


class DeadlyRecording(Recording):
    """Dies between the statements of the record, or when it is committed and nobody knows yet."""

    step = ""

    async def _say(self, *arguments: Any) -> Any:
        said = await super()._say(*arguments)
        if self.step == "replied":
            die()
        return said

    async def _keep(self, *arguments: Any) -> Any:
        kept = await super()._keep(*arguments)
        if self.step == "decided":
            die()
        return kept

    async def record(self, *arguments: Any) -> Any:
        await super().record(*arguments)
        die()


async def main(url: str, platform_url: str, company: str, step: str) -> None:
    place = Place(url, url, platform_url, url)
    product = build(place, configuration(), scripted_language())
    recording = DeadlyRecording(
        database=product.database, conversations=product.conversations, clock=utc_now, new_id=new_id, timer=elapsed_us
    )
    recording.step = step
    ladder = Ladder(rungs=(Deadly(step),), basic=(), timer=elapsed_us)
    answering = Answering(
        database=product.database,
        conversations=product.conversations,
        thinking=Thinking(language=product.language, matchers=product.templates.matchers, ladder=ladder),
        recording=recording,
        clock=utc_now,
    )
    channels = Channels(
        companies=product.companies,
        conversations=product.conversations,
        answering=answering,
        inviting=product.channels.inviting,
        sweeper=SweeperSettings(),
    )
    async with opened(product):
        await channels.take(UUID(company), MESSAGE)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

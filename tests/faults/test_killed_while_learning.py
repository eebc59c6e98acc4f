"""A worker that is killed at any step loses no rescue and proposes nothing twice.

All that a worker keeps is in the database, so a kill is an end right before a commit, which is rolled back, or right
behind it. Every commit of the whole way is tried, one after the other.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from tests.learning.rescued import LATE, Desk, open_desk
from understudy.infra.database import Database, Tx
from understudy.learning.domain import Issue, TaskStatus
from understudy.learning.settings import LearningProcessSettings
from understudy.wiring.learning.makers import MakerServices, TaughtBy, build_makers
from understudy.wiring.product import Product

IMPATIENT = LearningProcessSettings(claim_seconds=0, batch=3, attempt_cap=5)


class Killed(BaseException):
    """The end of a worker."""


@dataclass
class Mortal:
    """A database that ends its worker at a step: the odd ones before a commit, the even ones behind it."""

    real: Database
    step: int
    steps: int = 0

    @asynccontextmanager
    async def transaction(self, company_id: UUID) -> AsyncIterator[Tx]:
        async with self.real.transaction(company_id) as tx:
            yield tx
            self._next()
        self._next()

    @asynccontextmanager
    async def platform(self) -> AsyncIterator[Tx]:
        async with self.real.platform() as tx:
            yield tx
            self._next()
        self._next()

    def _next(self) -> None:
        self.steps += 1
        if self.steps == self.step:
            raise Killed


def makers_of(product: Product, database: Any) -> MakerServices:
    """Makers over another database, with claims that anybody may take over at once."""
    base = replace(product.base, database=database)
    return build_makers(base, product.language, product.templates, TaughtBy(product.paid.gateway), IMPATIENT)


async def outcome(desk: Desk) -> list[tuple[Issue, frozenset[str], int, int]]:
    """What the queue holds, in what matters."""
    return sorted(
        (one.proposal.issue, one.proposal.edit.texts, one.evidence.sources, one.evidence.contacts)
        for one in await desk.suggestions()
    )


async def cleared(desk: Desk) -> None:
    """Takes away what was said and learnt, for the next step."""
    async with desk.product.database.platform() as tx:
        for table in ("suggestion", "message", "learning_mark"):
            await tx.raw.execute(f"DELETE FROM {table}")


async def said(desk: Desk) -> None:
    """The messages that are learnt from."""
    await cleared(desk)
    for text in LATE:
        await desk.rescue(text)


@pytest.mark.fault
async def test_killed_at_every_step(product: Product) -> None:
    desk = await open_desk(product)
    makers = makers_of(product, product.database)
    await said(desk)
    await makers.capture.run()
    await makers.making.run()
    expected = await outcome(desk)
    assert expected

    for step in count(1):
        await said(desk)
        dying = makers_of(product, Mortal(product.database, step))
        was_killed = await dies(dying)
        await makers.capture.run()
        await makers.making.run()
        tasks = await desk.tasks()
        assert [(task.status, task.error) for task in tasks] == [(TaskStatus.DONE, None)] * len(LATE), step
        assert await outcome(desk) == expected, step
        if not was_killed:
            break
    assert step > 20, "the whole way has more commits than that"


async def dies(makers: MakerServices) -> bool:
    """Works until it is killed; whether it was."""
    try:
        await makers.capture.run()
        await makers.making.run()
    except Killed:
        return True
    return False

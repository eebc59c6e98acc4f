"""Budgets on PostgreSQL 16 over TCP with passwords: the statements are the same, the server is older."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import PLATFORM
from tests.external_postgres import external_postgres
from tests.llm.money.conftest import MODEL, Purse, Watch, announcing
from understudy.infra.database import DatabaseSettings
from understudy.infra.postgres import migrate, roles
from understudy.infra.postgres.place import external
from understudy.language.adapters.scripted import scripted_language
from understudy.llm.bills import OverBudget
from understudy.wiring.configuration import Configuration
from understudy.wiring.product import build, opened


@pytest.fixture
async def outside(tmp_path: Path, configuration: Configuration) -> AsyncIterator[Purse]:
    with external_postgres(tmp_path) as server:
        urls = {"url": roles.APP, "owner_url": roles.OWNER, "platform_url": roles.PLATFORM}
        place = external(DatabaseSettings(**{name: server.url(role) for name, role in urls.items()}))  # type: ignore[arg-type]
        migrate.migrate(place.owner_url)
        async with opened(build(place, configuration, scripted_language())) as product:
            company = await product.companies.create(PLATFORM, slug="outside", name="Outside", trade="banking")
            watch = Watch()
            yield Purse(product, company.id, announcing(product, watch), watch)


@pytest.mark.postgres
async def test_holds_settlements_recovery_and_the_cap(outside: Purse) -> None:
    outcomes = await asyncio.gather(*(outside.reserve(300) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(outcome, OverBudget) for outcome in outcomes) == 17
    holds = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
    await outside.budget.mark_sent(holds[0])
    assert await outside.settle(holds[0], 120) == 120
    await outside.budget.mark_sent(holds[1])
    outside.watch.advance(seconds=301)
    await outside.budget.reserve(outside.bill, 580, model=MODEL)
    assert await outside.sums() == ("2026-11", 420, 580)
    outside.watch.advance(seconds=31)
    assert await outside.budget.recover() == 1
    assert await outside.sums() == ("2026-11", 420, 0)

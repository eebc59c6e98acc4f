"""Decisions counted by hour: exact against a recount, wherever the counting stands, late ones included."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.paying import seed_past
from understudy.answering.overview.service import DecisionOverview
from understudy.answering.rollups.domain import HOUR
from understudy.answering.rollups.keeping import GRACE, LATE, Rollups
from understudy.companies.domain import Company
from understudy.infra.postgres.place import Place
from understudy.infra.sweeps.marks import Marks
from understudy.infra.system import utc_now
from understudy.kit.ids import made_at, uuid_at
from understudy.wiring.product import Product

NOW = datetime(2026, 11, 20, 14, 40, tzinfo=UTC)
Keep = Callable[[datetime], Any]
ADD = """
INSERT INTO decision (company_id, id, message_id, conversation_id, contact_id, decided_at, outcome, rung, confidence,
    path, answered_by, action, notices, rungs, cost_micros, counterfactual_micros, counterfactual_method, language,
    urgency, is_vip, experiment_arms, settings_version, latency_us)
VALUES (%(company)s, %(id)s, %(id)s, %(id)s, %(id)s, %(at)s, %(outcome)s, %(rung)s, %(confidence)s, '', %(by)s, 'none',
    '{}', '[]', %(cost)s, %(spared)s, '', 'en', 'normal', false, '{}', 1, %(latency)s)
"""
KEYS = ("scenario:Bank/a", "scenario:Bank/of/cards", "scenario:Shop/b", "qa:1", "llm:written", None)


@pytest.fixture
def keep(product: Product) -> Keep:
    """Counts as if it were that moment."""

    async def keep(now: datetime) -> int:
        marks = Marks(database=product.database, clock=lambda: now)
        return await Rollups(database=product.database, marks=marks, clock=lambda: now).keep()

    return keep


class Past:
    """Decisions as they lie in the database, and sums of them that are made by hand."""

    def __init__(self, place: Place, product: Product) -> None:
        assert place.embedded is not None
        self._url = place.embedded.url("postgres", place.url.split("@/")[1].split("?")[0])
        self._overview = DecisionOverview(database=product.database)
        self._product = product
        self.chance = random.Random(15)

    async def add(self, company: Company, at: datetime, **values: Any) -> None:
        """Adds a decision whose message is not there, as if it had been forgotten."""
        cost = self.chance.choice((0, 0, 0, 120, 400))
        made = {
            "company": company.id,
            "id": uuid_at(int(at.timestamp() * 1000), self.chance.randbytes(10)),
            "at": at,
            "outcome": self.chance.choice(("answered", "answered", "fell_back", "handed_over")),
            "rung": self.chance.choice(("rules", "semantic", "llm", None)),
            "confidence": self.chance.choice((None, 0.5, 0.75, 0.875)),
            "by": self.chance.choice(KEYS),
            "cost": cost,
            "spared": self.chance.choice((0, cost, 300)),
            "latency": self.chance.randrange(0, 90_000),
        }
        async with await psycopg.AsyncConnection.connect(self._url) as connection:
            await connection.execute("SET session_replication_role = replica")
            await connection.execute(ADD, made | values)

    async def scatter(self, company: Company, number: int, since: datetime, until: datetime) -> None:
        for _ in range(number):
            await self.add(company, since + (until - since) * self.chance.random())

    async def rows(self, statement: str) -> list[Any]:
        async with await psycopg.AsyncConnection.connect(self._url) as connection:
            return await (await connection.execute(statement)).fetchall()

    async def recounted(self, since: datetime, until: datetime, company_id: UUID | None) -> Counter[Any]:
        """Day, rung, outcome and what of it → how much, by hand."""
        found: Counter[Any] = Counter()
        rows = await self.rows(
            "SELECT company_id, id, rung, outcome, cost_micros, counterfactual_micros, confidence FROM decision"
        )
        for company, decision_id, rung, outcome, cost, spared, confidence in rows:
            at = made_at(decision_id)
            if since <= at < until and company_id in (None, company):
                key = (at.date(), rung, outcome)
                found[(*key, "count")] += 1
                found[(*key, "cost")] += cost
                found[(*key, "spared")] += spared
                found[(*key, "saved")] += max(0, spared - cost)
                found[(*key, "sure")] += round((confidence or 0) * 1000)
                found[(*key, "confident")] += confidence is not None
        return found

    async def billed(self, since: datetime, until: datetime, company_id: UUID | None) -> Counter[Any]:
        """The same as the bill has it."""
        found: Counter[Any] = Counter()
        for line in await self._overview.bill(since=since, until=until, company_id=company_id):
            key = (line.day, line.rung.value if line.rung else None, line.outcome.value)
            found[(*key, "count")] += line.count
            found[(*key, "cost")] += line.cost_micros
            found[(*key, "spared")] += line.counterfactual_micros
            found[(*key, "saved")] += line.saved_micros
            found[(*key, "mean")] = round((line.confidence or 0) * 1_000_000)
        return found

    async def is_exact(self, since: datetime, until: datetime, *companies: Company) -> bool:
        """Whether the bill equals the recount, of each company and of all."""
        for company_id in (None, *(company.id for company in companies)):
            recounted = await self.recounted(since, until, company_id)
            billed = await self.billed(since, until, company_id)
            for key in {key[:3] for key in [*recounted, *billed]}:
                for what in ("count", "cost", "spared", "saved"):
                    if recounted[(*key, what)] != billed[(*key, what)]:
                        return False
                confident = recounted[(*key, "confident")]
                mean = recounted[(*key, "sure")] / 1000 / confident if confident else 0
                if abs(mean * 1_000_000 - billed[(*key, "mean")]) > 1:
                    return False
        return True

    async def counted(self) -> int:
        """How many decisions the hours hold."""
        return int((await self.rows("SELECT coalesce(sum(decisions), 0) FROM decision_hour"))[0][0])


@pytest.fixture
def past(place: Place, product: Product) -> Past:
    return Past(place, product)


SPANS = (
    (NOW - timedelta(days=3), NOW + HOUR),
    (NOW - timedelta(hours=30), NOW - timedelta(hours=7, minutes=13)),
    (NOW - timedelta(minutes=70), NOW + HOUR),
)


async def test_sums_equal_a_recount_before_during_and_after_the_counting(
    past: Past, keep: Keep, company: Company, other_company: Company
) -> None:
    for one in (company, other_company):
        await past.scatter(one, 120, NOW - timedelta(days=2), NOW)

    async def all_exact() -> bool:
        return all([await past.is_exact(*span, company, other_company) for span in SPANS])

    assert await all_exact()
    assert await keep(NOW - timedelta(days=1)) > 0
    assert 0 < await past.counted() < 240
    assert await all_exact()
    assert await keep(NOW) > 0
    assert await all_exact()
    in_the_running_hour = len(await past.rows(f"SELECT 1 FROM decision WHERE decided_at >= '{NOW.replace(minute=0)}'"))
    assert await past.counted() == 240 - in_the_running_hour
    assert await keep(NOW) == 0
    await past.scatter(company, 20, NOW, NOW + timedelta(minutes=15))
    assert await keep(NOW + HOUR) == 1
    assert await all_exact()
    assert await past.counted() == 260


async def test_an_hour_is_counted_a_little_after_its_end(past: Past, keep: Keep, company: Company) -> None:
    await past.add(company, NOW)
    end = NOW.replace(minute=0) + HOUR
    assert await keep(end + GRACE - timedelta(seconds=1)) == 0
    assert await keep(end + GRACE) == 1


async def test_what_came_late_is_counted_too(past: Past, keep: Keep, company: Company) -> None:
    await past.scatter(company, 30, NOW - timedelta(days=2), NOW - HOUR)
    await keep(NOW)
    for hours in (1.5, 2.5, 20, 40):
        await past.add(company, NOW - timedelta(hours=hours))
    assert await keep(NOW) == 2
    assert await keep(NOW + HOUR) == 2
    assert await past.counted() == 34
    assert await past.is_exact(NOW - timedelta(days=3), NOW + HOUR, company)


async def test_what_was_forgotten_stays_counted(past: Past, keep: Keep, product: Product, company: Company) -> None:
    await past.scatter(company, 30, NOW - timedelta(hours=30), NOW - timedelta(hours=20))
    await keep(NOW)
    async with product.database.platform() as tx:
        await tx.raw.execute("DELETE FROM decision")
    assert await keep(NOW + HOUR) == 0
    assert await past.counted() == 30
    lines = await past.billed(NOW - timedelta(days=2), NOW, company.id)
    assert sum(count for key, count in lines.items() if key[3] == "count") == 30
    assert timedelta(hours=30) < LATE


async def test_templates_are_told_apart(past: Past, keep: Keep, company: Company) -> None:
    for key in KEYS:
        await past.add(company, NOW - 2 * HOUR, by=key, outcome="answered", rung="rules")
    await keep(NOW)
    rows = await past.rows("SELECT template, decisions FROM decision_hour ORDER BY 1")
    assert rows == [("", 3), ("Bank", 1), ("Bank/of", 1), ("Shop", 1)]


async def test_the_tally_equals_a_recount_and_its_median_is_close(
    past: Past, keep: Keep, product: Product, company: Company
) -> None:
    await past.scatter(company, 300, NOW - timedelta(hours=24), NOW)
    overview = DecisionOverview(database=product.database)
    since = NOW - timedelta(hours=20, minutes=5)
    before = await overview.tally(since=since)
    await keep(NOW)
    after = await overview.tally(since=since)
    assert Counter({(c.rung, c.outcome): c.count for c in before.counted}) == {
        (c.rung, c.outcome): c.count for c in after.counted
    }
    assert (before.cost_micros, before.saved_micros) == (after.cost_micros, after.saved_micros)
    exact = await past.rows(
        f"SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY latency_us) FROM decision WHERE decided_at >= '{since}'"
    )
    assert after.median_us == before.median_us == pytest.approx(exact[0][0], rel=0.08)


async def test_many_workers_count_once(past: Past, keep: Keep, company: Company) -> None:
    await past.scatter(company, 60, NOW - timedelta(hours=9), NOW - HOUR)
    await asyncio.gather(*(keep(NOW) for _ in range(4)))
    assert await past.counted() == 60


async def test_nothing_is_counted_where_nothing_is(keep: Keep, past: Past) -> None:
    assert await keep(NOW) == 0
    assert await past.billed(NOW - timedelta(days=3), NOW, None) == Counter()


async def test_a_company_sees_its_own_hours_only(
    place: Place, product: Product, company: Company, other_company: Company, keep: Keep
) -> None:
    now = utc_now()
    for one in (company, other_company):
        await seed_past(place, one, days=1, a_day=40, now=now)
    await keep(now + 2 * HOUR)
    async with product.database.transaction(company.id) as tx:
        rows = await (await tx.raw.execute("SELECT DISTINCT company_id FROM decision_hour")).fetchall()
    assert rows == [(company.id,)]

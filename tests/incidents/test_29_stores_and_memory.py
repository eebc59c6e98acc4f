"""Incident 29, stores and memory grow: memory is bounded, what is finished leaves the tables, old texts go.

Taken out to see it fail: the capacity of a cache; `delete_jobs` of the worker; the retention job.
"""

from __future__ import annotations

import gc
from contextlib import suppress
from datetime import timedelta

import httpx2
import psutil

from tests.seeding import seed_company
from understudy import worker
from understudy.answering.personal import AnsweringRecords
from understudy.companies.access import TOKEN_PREFIX
from understudy.companies.domain import KeyUnknown
from understudy.conversations.people import Contacts
from understudy.conversations.settings import ConversationSettings
from understudy.infra.cache import Cache
from understudy.infra.system import utc_now
from understudy.wiring.product import Product

WARM_UP = 300
SOAK = 900
GROWTH_BYTES = 12_000_000
"""Allowed for 900 messages of 900 contacts: allocators round up, but nothing is kept for each message."""


async def count(product: Product, table: str) -> int:
    async with product.database.platform() as tx:
        row = await (await tx.raw.execute(f"SELECT count(*) FROM {table}")).fetchone()
    assert row is not None
    return int(row[0])


async def test_memory_stays_flat_over_many_contacts_and_messages(product: Product, client: httpx2.AsyncClient) -> None:
    seeded = await seed_company(product)

    async def send(numbers: range) -> int:
        for number in numbers:
            body = {"text": f"where is my card, order {number}", "contact": {"value": f"contact-{number}"}}
            answer = await client.post("/v1/messages", json=body, headers=seeded.headers)
            assert answer.status_code == 200
        gc.collect()
        return int(psutil.Process().memory_info().rss)

    before = await send(range(WARM_UP))
    after = await send(range(WARM_UP, WARM_UP + SOAK))
    assert after - before < GROWTH_BYTES


async def test_finished_jobs_leave_their_table(product: Product) -> None:
    await seed_company(product)
    assert await count(product, "procrastinate_jobs") > 0
    async with worker.running(product):
        done = False
        while not done:
            done = await count(product, "procrastinate_jobs WHERE status IN ('todo', 'doing')") == 0
    assert await count(product, "procrastinate_jobs WHERE status = 'succeeded'") == 0
    assert await count(product, "outbox") == 0


async def test_wrong_keys_are_not_kept_in_memory(product: Product) -> None:
    known = product.access._known  # the bound itself is what is looked at
    for number in range(50):
        with suppress(KeyUnknown):
            await product.access.authenticate(f"{TOKEN_PREFIX}{number}")
    assert len(known) == 0


async def test_a_cache_never_holds_more_than_its_capacity() -> None:
    async def load(key: int) -> int:
        return key

    cache = Cache("test", load, capacity=10)
    for number in range(1_000):
        await cache.get(number)
    assert len(cache) == 10


async def test_old_messages_and_their_decisions_go(product: Product, client: httpx2.AsyncClient) -> None:
    seeded = await seed_company(product)
    body = {"text": "where is my card", "contact": {"value": "ann"}}
    await client.post("/v1/messages", json=body, headers=seeded.headers)
    in_a_year = Contacts(
        database=product.database,
        outbox=product.outbox,
        audit=product.audit,
        clock=lambda: utc_now() + timedelta(days=400),
        registry=(AnsweringRecords(),),
    )
    await in_a_year.forget_old(seeded.company.id, ConversationSettings(retention_days=365))
    for table in ("message", "message_embedding", "conversation", "contact", "decision", "answer_turn"):
        assert await count(product, table) == 0, table

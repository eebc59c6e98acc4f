"""Incident 29 for what is learnt: measuring again and again adds no rows, and old uses go.

Taken out to see it fail: `ON CONFLICT` of the uses in `learning.watch.store`; the sweep `forget_uses`.
"""

from __future__ import annotations

from uuid import UUID

from tests.learning.deciding.conftest import loop as loop
from tests.learning.deciding.conftest import seeded as seeded
from tests.learning.deciding.conftest import template_id as template_id
from tests.learning.suggesting import Loop
from tests.learning.watch.test_watch import apply, ask
from tests.seeding import Seeded
from understudy.wiring.product import Product

TABLES = ("suggestion_use", "suggestion_month", "watch_mark", "suggestion_application")


async def counts(product: Product) -> list[int]:
    found = []
    async with product.database.platform() as tx:
        for table in TABLES:
            row = await (await tx.raw.execute(f"SELECT count(*) FROM {table}")).fetchone()
            assert row
            found.append(int(row[0]))
    return found


async def test_measuring_again_adds_no_rows_and_old_ones_go(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    await apply(product, seeded, loop, template_id)
    await ask(product, seeded, 8)
    for _ in range(10):
        await loop.services.watch.measure_all()
    assert await counts(product) == [8, 1, 1, 1]
    async with product.database.transaction(seeded.company.id) as tx:
        await tx.raw.execute("UPDATE suggestion_use SET at = at - interval '3 years'")
    (forgetting,) = (sweep for sweep in loop.services.sweeps if sweep.name == "forget_uses")
    assert await forgetting.run() == 8
    assert await counts(product) == [0, 1, 1, 1]

"""Incident 27, arms swapped, counts squared: the watch leaves alone what is good, and counts each use once.

Taken out to see it fail: the `DISTINCT ON` of `learning.watch.store` (a decision counts once, a contact counts once);
`precision.upper` replaced by the share itself (an A/A rule is demoted by chance).
"""

from __future__ import annotations

from uuid import UUID

import numpy as np

from tests.learning.deciding.conftest import loop as loop
from tests.learning.deciding.conftest import seeded as seeded
from tests.learning.deciding.conftest import template_id as template_id
from tests.learning.suggesting import Loop
from tests.learning.watch.test_precision import demoted
from tests.learning.watch.test_watch import apply, ask, track_of
from tests.seeding import Seeded
from understudy.wiring.product import Product


def test_a_rule_as_good_as_the_rest_is_left_alone_however_often_it_is_looked_at() -> None:
    """A/A: answers right as often as all free answers are, looked at after each of 400 uses."""
    assert demoted(0.95, 400) <= 0.02
    assert demoted(0.99, 400) == 0.0


def test_the_share_itself_would_not_do() -> None:
    """Judged by its share alone, without a bound, the same good rule is taken back by chance nearly always."""
    chance = np.random.default_rng(3)
    right = (chance.random((500, 400)) < 0.95).cumsum(axis=1) / np.arange(1, 401)
    assert float((right < 0.85).any(axis=1).mean()) > 0.2


def test_a_planted_regression_is_found() -> None:
    assert demoted(0.50) >= 0.95


async def test_exposures_are_counted_once_however_often_they_are_read(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await apply(product, seeded, loop, template_id)
    decisions = await ask(product, seeded, 9)
    for _ in range(3):
        await loop.services.watch.measure_all()
    assert (await track_of(loop, seeded, one)).uses == len(decisions)
    async with product.database.transaction(seeded.company.id) as tx:
        rows = await (await tx.raw.execute("SELECT decision_id FROM suggestion_use ORDER BY decision_id")).fetchall()
        (calls,) = await (await tx.raw.execute("SELECT calls FROM suggestion_month")).fetchall()
    assert [row[0] for row in rows] == sorted(decisions)
    assert calls[0] == len(decisions)

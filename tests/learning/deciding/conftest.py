"""A company that answers, and the loop over it."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.learning.suggesting import Loop, loop_over
from tests.seeding import Seeded, seed_company
from understudy.wiring.product import Product


@pytest.fixture
async def seeded(product: Product) -> Seeded:
    """A company that answers about cards."""
    return await seed_company(product)


@pytest.fixture
async def template_id(product: Product, seeded: Seeded) -> UUID:
    """The template that the company owns and follows."""
    (follow,) = await product.templates.following.list(seeded.company.id)
    return follow.template.id


@pytest.fixture
def loop(product: Product, seeded: Seeded) -> Loop:
    """What becomes of suggestions."""
    return loop_over(product)

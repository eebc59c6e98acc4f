"""A company with paid answers."""

from __future__ import annotations

import pytest

from tests.learning.rescued import Desk, open_desk
from understudy.wiring.product import Product


@pytest.fixture
async def desk(product: Product) -> Desk:
    """A company that follows a template of its own."""
    return await open_desk(product)

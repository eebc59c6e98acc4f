"""Marks of sweeps: one turn at a time, never back, and a dead worker's turn goes to another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from understudy.infra.sweeps.marks import TURN_SECONDS, Marks, position_of
from understudy.wiring.product import Product

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def marks(product: Product, watch: Watch) -> Marks:
    return Marks(database=product.database, clock=watch)


async def position(product: Product) -> UUID | None:
    async with product.database.platform() as tx:
        return await position_of(tx, "read")


async def test_a_mark_moves_forward_only_and_is_found_again(marks: Marks, product: Product) -> None:
    assert await position(product) is None
    async with marks.turn("read") as turn:
        assert turn is not None
        assert turn.position is None
        await turn.advance(TWO)
        await turn.advance(ONE)
    async with marks.turn("read") as turn:
        assert turn is not None
        assert turn.position == TWO
    assert await position(product) == TWO


async def test_one_turn_at_a_time_and_each_sweep_has_its_own(marks: Marks) -> None:
    async with marks.turn("read") as mine, marks.turn("read") as other, marks.turn("write") as another:
        assert mine is not None
        assert other is None
        assert another is not None


async def test_a_turn_is_given_back_where_the_sweep_fails(marks: Marks) -> None:
    with pytest.raises(ZeroDivisionError):
        async with marks.turn("read"):
            raise ZeroDivisionError
    async with marks.turn("read") as turn:
        assert turn is not None


async def test_the_turn_of_a_dead_worker_goes_to_another_and_one_who_goes_on_keeps_it(
    marks: Marks, watch: Watch
) -> None:
    async with marks.turn("read") as slow:
        assert slow is not None
        watch.now += timedelta(seconds=TURN_SECONDS * 0.9)
        await slow.advance(ONE)
        watch.now += timedelta(seconds=TURN_SECONDS * 0.9)
        async with marks.turn("read") as other:
            assert other is None
        watch.now += timedelta(seconds=TURN_SECONDS)
        async with marks.turn("read") as taken_over:
            assert taken_over is not None
            assert taken_over.position == ONE

"""Incident 3, leaked holds refuse paying customers (LiteLLM #27639, #30460, #36926).

Taken out to see it fail: the return of overdue holds when a reservation finds too little left.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import pytest

from tests.faults.spending_process import SETTINGS
from tests.llm.money.conftest import Purse, announcing, purse
from understudy.infra.postgres.place import Place
from understudy.llm.bills import OverBudget

__all__ = ["purse"]

CAP, AMOUNT = 1_000, 600


async def killed(place: Place, purse: Purse, step: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.spending_process"),
        *(place.url, place.platform_url, str(purse.company_id), step, str(CAP), str(AMOUNT)),
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
    )
    assert await process.wait() == -signal.SIGKILL


@pytest.mark.fault
@pytest.mark.parametrize("is_swept", [False, True])
async def test_killed_before_sending_everything_comes_back(place: Place, purse: Purse, is_swept: bool) -> None:
    purse.budget = announcing(purse.product, None)
    await killed(place, purse, "reserved")
    await asyncio.sleep(SETTINGS.hold_seconds)
    if is_swept:
        assert await purse.budget.recover() == 1
    hold = await purse.reserve(CAP)
    await purse.settle(hold, CAP)
    assert (await purse.sums())[1:] == (CAP, 0)


@pytest.mark.fault
async def test_killed_after_sending_the_worst_case_is_charged_and_no_more(place: Place, purse: Purse) -> None:
    purse.budget = announcing(purse.product, None)
    await killed(place, purse, "sent")
    with pytest.raises(OverBudget):
        await purse.reserve(CAP - AMOUNT + 1)
    await asyncio.sleep(SETTINGS.orphan_seconds)
    hold = await purse.reserve(CAP - AMOUNT)
    with pytest.raises(OverBudget):
        await purse.reserve(1)
    await purse.settle(hold, 100)
    assert await purse.budget.recover() == 0  # the reservation that found too little left has done it
    assert (await purse.sums())[1:] == (AMOUNT + 100, 0)

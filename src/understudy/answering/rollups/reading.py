"""Reading sums: from the hours that were counted, and from the decisions themselves for what was not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from understudy.answering.rollups import store
from understudy.answering.rollups.domain import Parts, Sums, added, median_us, parts
from understudy.answering.rollups.keeping import MARK
from understudy.infra.database import Tx
from understudy.infra.sweeps.marks import position_of
from understudy.kit.ids import made_at


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which decisions are summed: those from `since` up to before `until` (None: up to now), of one company or all."""

    since: datetime
    until: datetime | None
    company_id: UUID | None


async def sums(tx: Tx, wanted: Wanted) -> list[Sums]:
    """What decisions come to, by day (UTC), rung and outcome."""
    cut = await _cut(tx, wanted)
    lines = await store.counted_sums(tx, cut.counted, wanted.company_id) if cut.counted else []
    for span in cut.raw:
        lines += await store.raw_sums(tx, span, wanted.company_id)
    return added(lines)


async def median_latency_us(tx: Tx, wanted: Wanted) -> int:
    """The median of the time from message to record, to within 5 %."""
    cut = await _cut(tx, wanted)
    counts = Counter(await store.counted_steps(tx, cut.counted, wanted.company_id) if cut.counted else {})
    for span in cut.raw:
        counts.update(await store.raw_steps(tx, span, wanted.company_id))
    return median_us(counts)


async def _cut(tx: Tx, wanted: Wanted) -> Parts:
    mark = await position_of(tx, MARK)
    return parts(wanted.since, wanted.until, made_at(mark) if mark else None)

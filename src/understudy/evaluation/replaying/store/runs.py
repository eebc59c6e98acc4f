"""Replays that run as jobs: what is tried, their parts, and what these found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import to_jsonable_python
from sqlalchemy import delete, func, insert, null, or_, select, update

from understudy.answering.domain import RungName
from understudy.conversations.tables import message
from understudy.evaluation.comparing import Counts, Saving
from understudy.evaluation.domain import Climbed, Effect, Outcome, ReplayNotFound, Tally, Truth
from understudy.evaluation.replaying.domain import Candidate, Listed, ListQuery, ReplayRun, RunStatus
from understudy.evaluation.replaying.store.past import Span
from understudy.evaluation.tables import golden_case, replay, replay_message, replay_part
from understudy.infra.database import Tx
from understudy.templates.domain import Overlay
from understudy.templates.formats.document import from_document, to_document
from understudy.templates.formats.overlay import overlay_document, overlay_from

_RUN = [column for column in replay.columns if column.name not in ("candidate", "updated_at", "is_cut")]


@dataclass(frozen=True, slots=True)
class Kept:
    """A run with what it needs while it runs. `is_cut`: there were more messages than wanted."""

    run: ReplayRun
    candidate: Candidate | None
    is_cut: bool
    counts: Counts


@dataclass(frozen=True, slots=True)
class Ending:
    """How a replay ended: with what it saves when it is done, with an error when it failed."""

    status: RunStatus
    error: str | None = None
    saving: Saving | None = None


async def add_run(tx: Tx, kept: Kept, parts: Sequence[tuple[Span, int]]) -> None:
    """Adds a replay with its parts, numbered from 1."""
    run, candidate = kept.run, kept.candidate or Candidate()
    await tx.sa.execute(
        insert(replay).values(
            company_id=tx.company_id,
            id=run.id,
            status=run.status.value,
            template_id=candidate.template_id,
            thresholds=dict(candidate.thresholds),
            candidate=_document(candidate),
            days=run.days,
            total=run.total,
            done=0,
            is_cut=kept.is_cut,
            base_version=run.base_version,
            counts=asdict(Counts()),
            asked_by=run.asked_by,
            created_at=run.created_at,
            updated_at=run.created_at,
        )
    )
    rows = [
        {
            "company_id": tx.company_id,
            "replay_id": run.id,
            "number": number,
            "newest_id": span.newest,
            "oldest_id": span.oldest,
            "messages": count,
        }
        for number, (span, count) in enumerate(parts, 1)
    ]
    await tx.sa.execute(insert(replay_part), rows)


async def find_run(tx: Tx, replay_id: UUID, *, lock: bool = False) -> Kept:
    """A replay; raises `ReplayNotFound`. `lock`: until the transaction ends."""
    query = select(replay).where(replay.c.id == replay_id)
    row = (await tx.sa.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        raise ReplayNotFound(f"there is no replay {replay_id}")
    candidate = _candidate(row.candidate) if row.candidate is not None else None
    return Kept(_run(row._mapping), candidate, row.is_cut, _counts(row.counts))


async def list_runs(tx: Tx, *, before: UUID | None, limit: int) -> list[ReplayRun]:
    """Replays, newest first."""
    query = select(*_RUN).order_by(replay.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(replay.c.id < before)
    return [_run(row._mapping) for row in await tx.sa.execute(query)]


async def open_part(tx: Tx, replay_id: UUID, number: int) -> tuple[Span, int] | None:
    """A part that is not done yet, and how many messages it has; None when it is done or gone."""
    here = (replay_part.c.replay_id == replay_id, replay_part.c.number == number, replay_part.c.done_at.is_(None))
    row = (await tx.sa.execute(select(replay_part).where(*here))).one_or_none()
    return (Span(row.newest_id, row.oldest_id), row.messages) if row is not None else None


async def keep_part(tx: Tx, replay_id: UUID, number: int, outcomes: Sequence[Outcome], at: datetime) -> bool:
    """Keeps what a part found; False when it was kept already. Messages erased meanwhile are left out."""
    here = (replay_part.c.replay_id == replay_id, replay_part.c.number == number, replay_part.c.done_at.is_(None))
    if not (await tx.sa.execute(update(replay_part).where(*here).values(done_at=at))).rowcount:
        return False
    ids = [one.recorded.id for one in outcomes if one.recorded.truth is not Truth.GOLDEN]
    held = select(message.c.id).where(message.c.id.in_(ids)).with_for_update(read=True, key_share=True)
    there = set((await tx.sa.execute(held)).scalars()) if ids else set()
    rows = [
        _message_row(tx, replay_id, number, one)
        for one in outcomes
        if one.recorded.truth is Truth.GOLDEN or one.recorded.id in there
    ]
    if rows:
        await tx.sa.execute(insert(replay_message), rows)
    return True


async def open_parts(tx: Tx, replay_id: UUID) -> int:
    """How many parts are not done."""
    here = (replay_part.c.replay_id == replay_id, replay_part.c.done_at.is_(None))
    return int((await tx.sa.execute(select(func.count()).where(*here))).scalar_one())


async def oldest_of(tx: Tx, replay_id: UUID) -> UUID | None:
    """The oldest decision of a replay."""
    query = select(replay_part.c.oldest_id).where(replay_part.c.replay_id == replay_id, replay_part.c.messages > 0)
    return (await tx.sa.execute(query.order_by(replay_part.c.oldest_id).limit(1))).scalar_one_or_none()


async def count_part(tx: Tx, replay_id: UUID, done: int, counts: Counts, at: datetime) -> None:
    """Says how far a replay is."""
    values = {"done": done, "counts": asdict(counts), "updated_at": at}
    await tx.sa.execute(update(replay).where(replay.c.id == replay_id).values(**values))


async def end_run(tx: Tx, replay_id: UUID, ending: Ending, at: datetime) -> None:
    """Ends a replay; what was tried is kept no longer."""
    values: dict[str, Any] = {"status": ending.status.value, "error": ending.error}
    if (saving := ending.saving) is not None:
        values |= {
            "saving_month_micros": saving.micros,
            "saving_low_micros": saving.low_micros,
            "saving_high_micros": saving.high_micros,
        }
    ended = update(replay).where(replay.c.id == replay_id)
    await tx.sa.execute(ended.values(candidate=null(), finished_at=at, updated_at=at, **values))


async def list_messages(tx: Tx, replay_id: UUID, query: ListQuery) -> list[Listed]:
    """Messages of a replay that get something else or are wrong, with their texts."""
    text = func.coalesce(message.c.text, golden_case.c.text, "")
    wanted = (
        select(replay_message, text.label("text"))
        .outerjoin(message, (message.c.company_id == tx.company_id) & (message.c.id == replay_message.c.message_id))
        .outerjoin(golden_case, (golden_case.c.company_id == tx.company_id) & (golden_case.c.id == replay_message.c.id))
        .where(replay_message.c.replay_id == replay_id)
        .order_by(replay_message.c.id)
        .limit(query.limit)
    )
    if query.effect is not None:
        wanted = wanted.where(replay_message.c.effect == query.effect.value)
    if query.only_wrong:
        wanted = wanted.where(replay_message.c.is_wrong)
    if query.after is not None:
        wanted = wanted.where(replay_message.c.id > query.after)
    return [_listed(row._mapping) for row in await tx.sa.execute(wanted)]


async def export_contact(tx: Tx, contact_id: UUID) -> list[dict[str, Any]]:
    """What replays say of a contact's messages, as JSON values."""
    mine = select(message.c.id).where(message.c.contact_id == contact_id)
    rows = await tx.sa.execute(select(replay_message).where(replay_message.c.message_id.in_(mine)))
    return [to_jsonable_python(dict(row._mapping)) for row in rows]


async def erase_contact(tx: Tx, contact_id: UUID) -> int:
    """Deletes what replays say of a contact's messages; says how many rows."""
    mine = select(message.c.id).where(message.c.contact_id == contact_id)
    return (await tx.sa.execute(delete(replay_message).where(replay_message.c.message_id.in_(mine)))).rowcount


async def abandoned(tx: Tx, before: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """Company and replay of those that run and have not come further since; over all companies."""
    here = (replay.c.status == RunStatus.RUNNING.value, replay.c.updated_at < before)
    rows = await tx.sa.execute(select(replay.c.company_id, replay.c.id).where(*here).limit(limit))
    return [(company_id, replay_id) for company_id, replay_id in rows]


async def forget(tx: Tx, before: datetime) -> int:
    """Deletes replays that ended before, with their messages; over all companies."""
    old = or_(replay.c.finished_at < before, replay.c.updated_at < before)
    return (await tx.sa.execute(delete(replay).where(old))).rowcount


def _document(candidate: Candidate) -> dict[str, Any]:
    return {
        "template_id": str(candidate.template_id) if candidate.template_id else None,
        "template": to_document(candidate.template) if candidate.template else None,
        "overlay": overlay_document(candidate.overlay) if candidate.overlay is not None else None,
        "thresholds": dict(candidate.thresholds),
        "same_as": dict(candidate.same_as),
    }


def _candidate(stored: Mapping[str, Any]) -> Candidate:
    overlay: Overlay | None = overlay_from(stored["overlay"]) if stored["overlay"] is not None else None
    return Candidate(
        UUID(stored["template_id"]) if stored["template_id"] else None,
        from_document(stored["template"]) if stored["template"] else None,
        overlay,
        stored["thresholds"],
        stored["same_as"],
    )


def _counts(stored: Mapping[str, Any]) -> Counts:
    return Counts(Tally(**stored["tally"]), stored["squares"], stored["golden"])


def _run(row: Mapping[Any, Any]) -> ReplayRun:
    counts = _counts(row["counts"])
    names = ("id", "company_id", "days", "total", "done", "base_version", "asked_by", "created_at", "template_id")
    later = ("thresholds", "saving_month_micros", "saving_low_micros", "saving_high_micros", "finished_at", "error")
    values = {name: row[name] for name in (*names, *later)}
    return ReplayRun(status=RunStatus(row["status"]), tally=counts.tally, golden=counts.golden, **values)


def _message_row(tx: Tx, replay_id: UUID, number: int, one: Outcome) -> dict[str, Any]:
    is_golden = one.recorded.truth is Truth.GOLDEN
    sides = {"before": one.before, "after": one.after}
    return {
        "company_id": tx.company_id,
        "replay_id": replay_id,
        "id": one.recorded.id,
        "part": number,
        "message_id": None if is_golden else one.recorded.id,
        "effect": one.effect.value,
        "is_wrong": one.is_wrong,
        "is_mended": one.is_mended,
        "expected": one.recorded.expected,
        "truth": one.recorded.truth.value,
        **{f"{side}_key": said.key for side, said in sides.items()},
        **{f"{side}_rung": said.rung.value if said.rung else None for side, said in sides.items()},
        **{f"{side}_confidence": said.confidence for side, said in sides.items()},
    }


def _listed(row: Mapping[Any, Any]) -> Listed:
    names = ("id", "message_id", "text", "expected", "is_wrong", "is_mended")
    return Listed(
        before=_climbed(row, "before"),
        after=_climbed(row, "after"),
        effect=Effect(row["effect"]),
        truth=Truth(row["truth"]),
        **{name: row[name] for name in names},
    )


def _climbed(row: Mapping[Any, Any], side: str) -> Climbed:
    rung = row[f"{side}_rung"]
    return Climbed(row[f"{side}_key"], RungName(rung) if rung else None, row[f"{side}_confidence"])

"""Questions and overlays whose embeddings are of another encoder, over all companies: for the platform's eyes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update

from understudy.infra.database import Tx
from understudy.templates.domain import Overlay
from understudy.templates.formats.overlay import overlay_from
from understudy.templates.store.tables import overlay, qa_entry, trade_qa_entry


@dataclass(frozen=True, slots=True)
class Outdated:
    """Something with embeddings of another encoder: its texts, whose it is, and where it stands."""

    texts: tuple[str, ...]
    company_id: UUID | None
    trade: str | None
    key: tuple[UUID, int | None]
    """A question's id and revision, or an overlay's template and version."""
    is_overlay: bool = False


async def outdated_questions(tx: Tx, encoder: str, *, limit: int) -> list[Outdated]:
    """Some questions of companies and trades with embeddings of another encoder."""
    found: list[Outdated] = []
    for table, owner in ((qa_entry, qa_entry.c.company_id), (trade_qa_entry, trade_qa_entry.c.trade)):
        columns = (owner, table.c.id, table.c.revision, table.c.question, table.c.variants)
        query = select(*columns).where(table.c.encoder != encoder).order_by(table.c.id).limit(limit)
        for whose, entry_id, revision, question, variants in await tx.sa.execute(query):
            company_id, trade = (whose, None) if table is qa_entry else (None, whose)
            found.append(Outdated((question, *variants), company_id, trade, (entry_id, revision)))
    return found


async def outdated_overlays(tx: Tx, encoder: str, *, limit: int) -> list[tuple[Outdated, Overlay]]:
    """Some overlays, the newest of each only, with embeddings of another encoder."""
    newest = (
        select(overlay)
        .distinct(overlay.c.company_id, overlay.c.template_id)
        .order_by(overlay.c.company_id, overlay.c.template_id, overlay.c.version.desc())
        .subquery()
    )
    query = select(newest).where(newest.c.encoder != encoder).limit(limit)
    return [
        (
            Outdated((), row.company_id, None, (row.template_id, row.version), is_overlay=True),
            overlay_from(row.document),
        )
        for row in await tx.sa.execute(query)
    ]


async def renew(tx: Tx, old: Outdated, *, encoder: str, vectors: bytes) -> None:
    """Writes new embeddings; what was changed meanwhile has its own already."""
    values = {"encoder": encoder, "vectors": vectors}
    first, second = old.key
    if old.is_overlay:
        place = (overlay.c.company_id == old.company_id, overlay.c.template_id == first, overlay.c.version == second)
        await tx.sa.execute(update(overlay).where(*place).values(**values))
        return
    table = qa_entry if old.company_id else trade_qa_entry
    await tx.sa.execute(update(table).where(table.c.id == first, table.c.revision == second).values(**values))

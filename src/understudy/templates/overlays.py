"""Overlays: what a company adds to, changes in, or hides from a template that others may follow too."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from understudy.companies.audit import Audit
from understudy.companies.domain import Change, Principal
from understudy.infra.changes import announce
from understudy.infra.computing import in_thread
from understudy.infra.database import Database, Tx
from understudy.kit.clock import Clock
from understudy.templates.domain import Overlay, OverlayChange, Template
from understudy.templates.following import NotFollowed
from understudy.templates.formats.overlay import overlay_document
from understudy.templates.library.embedding import Embedder
from understudy.templates.library.ownership import visible
from understudy.templates.records import (
    MATCHING_TOPIC,
    Edited,
    KeptOverlay,
    VersionNotFound,
    known_vectors,
    overlay_texts,
)
from understudy.templates.store import following, versions
from understudy.templates.validation import check_overlay

MAX_PAGE = 200


class Overlays:
    """The overlays of companies, versioned. One answers for its company only, at once, and for none else."""

    def __init__(self, *, database: Database, audit: Audit, clock: Clock, embedder: Embedder) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._embedder = embedder

    async def show(self, company_id: UUID, template_id: UUID, version: int | None = None) -> KeptOverlay | None:
        """The newest overlay over a template, None where there is none; or an old version (`VersionNotFound`)."""
        async with self._database.transaction(company_id) as tx:
            kept = await following.find_overlay(tx, template_id, version)
        if kept is None and version is not None:
            raise VersionNotFound(f"the overlay has no version {version}")
        return kept

    async def history(
        self, company_id: UUID, template_id: UUID, *, before: int | None = None, limit: int = 50
    ) -> Sequence[Edited]:
        """Who changed an overlay and when, newest first; the revision is the version. Raises `TemplateNotFound`."""
        async with self._database.transaction(company_id) as tx:
            await visible(tx, template_id)
            return await following.list_overlays(tx, template_id, before=before, limit=min(limit, MAX_PAGE))

    async def stale(self, company_id: UUID, template_id: UUID) -> tuple[OverlayChange, ...]:
        """The changes and hides whose scenario the followed version does not have (any more)."""
        async with self._database.transaction(company_id) as tx:
            template = await self._beneath(tx, template_id)
            kept = await following.find_overlay(tx, template_id)
        return kept.overlay.stale(template) if kept else ()

    async def save(
        self, principal: Principal, template_id: UUID, overlay: Overlay, *, expected_version: int
    ) -> KeptOverlay:
        """Saves the whole overlay as its next version; `expected_version` is the newest the caller saw, 0 for none.

        Raises `InvalidTemplate` listing every problem, `NotFollowed`, and `DraftMoved` naming who was faster.
        """
        async with self._database.transaction(principal.company) as tx:
            template = await self._beneath(tx, template_id)
            before = await following.find_overlay(tx, template_id)
        _expect(before, expected_version)
        await in_thread(check_overlay, overlay, template)
        vectors = await self._vectors(overlay, before)
        async with self._database.transaction(principal.company) as tx:
            await following.lock_list(tx)
            _expect(await following.find_overlay(tx, template_id), expected_version)
            edited = Edited(expected_version + 1, principal.name, self._clock())
            kept = KeptOverlay(edited.revision, overlay, edited, self._embedder.encoder, vectors)
            await following.add_overlay(tx, template_id, kept)
            change = Change(
                principal.name,
                "overlay.changed",
                str(template_id),
                overlay_document(before.overlay) if before else None,
                overlay_document(overlay),
            )
            await self._audit.record(tx, change)
            await announce(tx, MATCHING_TOPIC, str(principal.company))
        return kept

    async def _vectors(self, overlay: Overlay, before: KeptOverlay | None) -> bytes:
        texts = [text for _, text in overlay_texts(overlay)]
        known = []
        if before is not None:
            known.append((before.encoder, [text for _, text in overlay_texts(before.overlay)], before.vectors))
        return await self._embedder.embedded(texts, known_vectors(known, self._embedder.encoder))

    async def _beneath(self, tx: Tx, template_id: UUID) -> Template:
        for one in await following.list_followed(tx, encoder=self._embedder.encoder):
            if one.template.id == template_id:
                return await versions.find_document(tx, template_id, one.version or 1)
        raise NotFollowed(f"the company does not follow the template {template_id}", remedy="follow it first")


def _expect(kept: KeptOverlay | None, version: int) -> None:
    if kept is not None and kept.version != version:
        raise kept.edited.moved("the overlay")
    if kept is None and version:
        raise VersionNotFound("the template has no overlay yet", remedy="expect version 0 for the first one")

"""Versions: published from a draft or by going back to an old one, read, compared. They never change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from understudy.companies.domain import Change, Principal
from understudy.infra.changes import announce
from understudy.infra.computing import in_thread
from understudy.infra.database import Database, Tx
from understudy.kit.clock import Clock
from understudy.kit.errors import Conflict, Invalid
from understudy.templates.diff import TemplateDiff, diff
from understudy.templates.domain import Template
from understudy.templates.events import TemplatePublished, TemplateServing
from understudy.templates.formats.document import to_document
from understudy.templates.library.carrying import carry_over
from understudy.templates.library.effects import Effects
from understudy.templates.library.ownership import owned, scope, visible
from understudy.templates.records import (
    TEMPLATE_TOPIC,
    DraftMoved,
    NothingChanged,
    Shelved,
    Version,
    VersionNotFound,
    checksum_of,
    fit_checksum_of,
    sorted_synonyms,
)
from understudy.templates.store import drafts, shelf, versions
from understudy.templates.store.drafts import Owned
from understudy.templates.store.versions import HeadKey
from understudy.templates.validation import check_publishable

FIT_JOB = "templates.fit"
MAX_NOTE = 500
MAX_PAGE = 200


class VersionMoved(Conflict):
    """A newer version was published since the caller looked."""

    code = "version_moved"


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change to what is published, whatever the draft holds.

    `expected_version`: the newest that its author saw; 0 where nothing is published yet, and the draft is changed.
    """

    change: Callable[[Template], Template]
    expected_version: int
    note: str


class Versions:
    """The published versions of templates. `encoder`: key of the encoder that heads are fitted on."""

    def __init__(self, *, database: Database, effects: Effects, clock: Clock, encoder: str) -> None:
        self._database = database
        self._effects = effects
        self._clock = clock
        self._encoder = encoder

    async def publish(
        self, principal: Principal, template_id: UUID, *, note: str = "", expected_revision: int | None = None
    ) -> Version:
        """Publishes the draft as the next version.

        It serves at once where its head exists already, there is nothing to fit, or it is the first; else when its
        head is fitted, and the version before serves meanwhile. Raises `InvalidTemplate` listing every problem,
        `NothingChanged`, and `DraftMoved` when the draft is not at `expected_revision`.
        """
        _check_note(note)
        async with scope(self._database, principal) as tx:
            shelved = await owned(tx, template_id, lock=True)
            head, template = await drafts.find_draft(tx, template_id, lock=True)
            if expected_revision not in (None, head.revision):
                raise DraftMoved(
                    f"the draft is at revision {head.revision}, not {expected_revision}",
                    field="expected_revision",
                    remedy="look at what changed and publish again",
                )
            await in_thread(check_publishable, template)
            version = await self._publish(tx, principal, shelved, template, note)
            await drafts.mark_published(tx, template_id)
        return version

    async def amend(self, principal: Principal, template_id: UUID, amendment: Amendment) -> Version:
        """Publishes the newest version with a change; the draft gets the change too, and keeps what waits in it.

        Where the draft holds unpublished work that the change does not fit, the draft stays as it is. Raises what the
        change raises, `InvalidTemplate`, `NothingChanged`, and `VersionMoved` naming the newest version.
        """
        _check_note(amendment.note)
        async with scope(self._database, principal) as tx:
            shelved = await owned(tx, template_id, lock=True)
            newest = shelved.newest_version or 0
            if newest != amendment.expected_version:
                raise VersionMoved(
                    f"the template is at version {newest}, not {amendment.expected_version}",
                    field="expected_version",
                    remedy="look at what changed and try again",
                )
            if newest:
                before = await versions.find_document(tx, template_id, newest)
            else:
                _, before = await drafts.find_draft(tx, template_id, lock=True)
            template = await in_thread(amendment.change, before)
            await in_thread(check_publishable, template)
            version = await self._publish(tx, principal, shelved, template, amendment.note)
            stamp = drafts.Stamp(principal.name, version.published_at)
            is_published = await carry_over(tx, Owned(template_id, shelved.company_id), amendment.change, stamp)
            if is_published or not newest:
                await drafts.mark_published(tx, template_id)
        return version

    async def rollback(self, principal: Principal, template_id: UUID, version: int, *, note: str = "") -> Version:
        """Goes back to an old version by publishing it again, at once, for its head is kept.

        A draft without unpublished changes goes back too; one with such changes stays as it is.
        """
        _check_note(note)
        async with scope(self._database, principal) as tx:
            shelved = await owned(tx, template_id, lock=True)
            template = await versions.find_document(tx, template_id, version)
            note = note or f"back to version {version}"
            published = await self._publish(tx, principal, shelved, template, note)
            head = await drafts.find_head(tx, template_id, lock=True)
            if not head.is_pending:
                stamp = drafts.Stamp(principal.name, published.published_at)
                await drafts.replace_draft(tx, Owned(template_id, shelved.company_id), template, stamp)
                await drafts.mark_published(tx, template_id)
        return published

    async def list(
        self, principal: Principal, template_id: UUID, *, before: int | None = None, limit: int = 50
    ) -> list[Version]:
        """Versions, newest first, older than `before`."""
        async with scope(self._database, principal) as tx:
            await visible(tx, template_id)
            page = min(limit, MAX_PAGE)
            return await versions.list_versions(tx, template_id, before=before, limit=page, encoder=self._encoder)

    async def show(self, principal: Principal, template_id: UUID, version: int) -> Version:
        """What is known of a version; raises `VersionNotFound`."""
        async with scope(self._database, principal) as tx:
            await visible(tx, template_id)
            return await versions.find_version(tx, template_id, version, encoder=self._encoder)

    async def document(self, principal: Principal, template_id: UUID, version: int | None = None) -> Template:
        """The template of a version, or of the newest; raises `VersionNotFound`."""
        async with scope(self._database, principal) as tx:
            shelved = await visible(tx, template_id)
            wanted = version or shelved.newest_version
            if wanted is None:
                raise VersionNotFound(f'the template "{shelved.name}" is not published yet')
            return await versions.find_document(tx, template_id, wanted)

    async def compare(
        self, principal: Principal, template_id: UUID, before: int, after: int | None = None
    ) -> TemplateDiff:
        """What changed between two versions; without `after`, between a version and the draft, for its owner."""
        async with scope(self._database, principal) as tx:
            await visible(tx, template_id)
            old = await versions.find_document(tx, template_id, before)
            if after is not None:
                new = await versions.find_document(tx, template_id, after)
            else:
                await owned(tx, template_id, archived=True)
                new = sorted_synonyms((await drafts.find_draft(tx, template_id))[1])
        return await in_thread(diff, old, new)

    async def _publish(self, tx: Tx, principal: Principal, shelved: Shelved, template: Template, note: str) -> Version:
        version = await self._next(tx, shelved, template, note, principal.name)
        await versions.add_version(tx, Owned(shelved.id, shelved.company_id), version, template)
        serves = version.is_fitted or version.fit_checksum is None or shelved.serving_version is None
        serving = version.version if serves else shelved.serving_version
        await shelf.change_template(tx, shelved.id, newest_version=version.version, serving_version=serving)
        after = {"version": version.version, "checksum": version.checksum.hex(), "note": version.note}
        await self._effects.audit.record(tx, Change(principal.name, "template.published", str(shelved.id), None, after))
        await self._effects.outbox.announce(tx, TemplatePublished(shelved.id, version.version))
        if serves:
            await announce(tx, TEMPLATE_TOPIC, str(shelved.id))
            await self._effects.outbox.announce(tx, TemplateServing(shelved.id, version.version))
        if version.fit_checksum is not None and not version.is_fitted:
            once = fit_once(shelved.id, version.version)
            await self._effects.jobs.defer(tx, FIT_JOB, once=once, template_id=str(shelved.id), version=version.version)
        return version

    async def _next(self, tx: Tx, shelved: Shelved, template: Template, note: str, by: str) -> Version:
        checksum, fit_checksum = await in_thread(_checksums, template)
        if shelved.newest_version is not None:
            newest = await versions.find_version(tx, shelved.id, shelved.newest_version, encoder=self._encoder)
            if newest.checksum == checksum:
                raise NothingChanged(
                    f"this is what version {newest.version} holds already", remedy="there is nothing to publish"
                )
        key = HeadKey(fit_checksum, self._encoder) if fit_checksum else None
        return Version(
            template_id=shelved.id,
            version=(shelved.newest_version or 0) + 1,
            checksum=checksum,
            fit_checksum=fit_checksum,
            note=note,
            published_by=by,
            published_at=self._clock(),
            is_fitted=key is not None and await versions.has_fitted(tx, shelved.id, key),
        )


def fit_once(template_id: UUID, version: int) -> str:
    """The word that keeps the same fit from being enqueued twice."""
    return f"{FIT_JOB}:{template_id}:{version}"


def _checksums(template: Template) -> tuple[bytes, bytes | None]:
    return checksum_of(to_document(template)), fit_checksum_of(template)


def _check_note(note: str) -> None:
    if len(note) > MAX_NOTE:
        raise Invalid(f"a note has {MAX_NOTE} characters at most", field="note", remedy="shorten it")

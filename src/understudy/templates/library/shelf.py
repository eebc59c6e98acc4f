"""The shelf: templates created, imported, listed, shared, archived and deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from understudy.companies.audit import Audit
from understudy.companies.domain import Change, Principal
from understudy.companies.service import Companies
from understudy.infra.computing import in_thread
from understudy.infra.database import Database, Tx
from understudy.kit.clock import Clock
from understudy.kit.ids import NewId
from understudy.templates.domain import Template
from understudy.templates.formats.detect import SourceFile, import_template
from understudy.templates.library.ownership import owned, scope, visible
from understudy.templates.records import Shelved, TemplateInUse
from understudy.templates.store import drafts, shelf
from understudy.templates.store.drafts import Owned, Stamp
from understudy.templates.validation import check_draft

MAX_PAGE = 200
NAMED_FOLLOWERS = 5


@dataclass(frozen=True, slots=True)
class ImportedDraft:
    """Where an import ended: a new template, or a new draft of one that was there; and what needs a look."""

    template: Shelved
    revision: int
    is_new: bool
    warnings: tuple[str, ...] = ()


class Library:
    """The templates of this installation, as far as each principal may see and change them."""

    def __init__(self, *, database: Database, companies: Companies, audit: Audit, clock: Clock, new_id: NewId) -> None:
        self._database = database
        self._companies = companies
        self._audit = audit
        self._clock = clock
        self._new_id = new_id

    async def create(self, principal: Principal, template: Template, *, is_shared: bool = False) -> Shelved:
        """Creates a template with this draft; raises `InvalidTemplate`, `TemplateExists`."""
        await in_thread(check_draft, template)
        async with scope(self._database, principal) as tx:
            return await self._create(tx, principal, template, is_shared=is_shared)

    async def import_draft(self, principal: Principal, template: Template) -> ImportedDraft:
        """Creates the template, or makes this the draft of the one that has its name; nothing is published by it.

        Raises `InvalidTemplate` listing every problem; then nothing was changed.
        """
        await in_thread(check_draft, template)
        async with scope(self._database, principal) as tx:
            known = await shelf.find_by_name(tx, template.name)
            if known is None:
                return ImportedDraft(await self._create(tx, principal, template, is_shared=False), 1, is_new=True)
            owner = Owned(known.id, known.company_id)
            revision = await drafts.replace_draft(tx, owner, template, Stamp(principal.name, self._clock()))
            await shelf.rename_template(tx, known.id, name=template.name, trade=template.trade)
            after = {"name": template.name, "revision": revision}
            await self._audit.record(tx, Change(principal.name, "template.imported", str(known.id), None, after))
        return ImportedDraft(replace(known, trade=template.trade), revision, is_new=False)

    async def import_files(
        self, principal: Principal, files: Sequence[SourceFile], *, name: str | None = None, trade: str | None = None
    ) -> ImportedDraft:
        """Imports what files hold, read beside the event loop; `name` and `trade` for formats that carry none.

        Raises `UnreadableFile`, or `InvalidTemplate` listing every problem; then nothing was changed.
        """
        imported = await in_thread(import_template, files, name=name, trade=trade)
        return replace(await self.import_draft(principal, imported.template), warnings=imported.warnings)

    async def list(
        self,
        principal: Principal,
        *,
        after: UUID | None = None,
        limit: int = 50,
        archived: bool = False,
        own: bool = False,
    ) -> list[Shelved]:
        """Templates that the principal may follow, oldest first; `own`: only those it may change."""
        own = own or principal.company_id is None
        async with scope(self._database, principal) as tx:
            return await shelf.list_templates(tx, after=after, limit=min(limit, MAX_PAGE), archived=archived, own=own)

    async def show(self, principal: Principal, template_id: UUID) -> Shelved:
        """A template; raises `TemplateNotFound`, also for one that is not for the principal to see."""
        async with scope(self._database, principal) as tx:
            return await visible(tx, template_id)

    async def share(self, principal: Principal, template_id: UUID, *, is_shared: bool) -> Shelved:
        """Lets other companies follow a template, or no longer; refused with `TemplateInUse` while some do."""
        async with scope(self._database, principal) as tx:
            before = await owned(tx, template_id, lock=True)
            if not is_shared:
                await self._refuse_when_followed(before, by_others_than=before.company_id)
            await shelf.change_template(tx, template_id, is_shared=is_shared)
            action = "template.shared" if is_shared else "template.unshared"
            await self._audit.record(tx, Change(principal.name, action, str(template_id)))
        return replace(before, is_shared=is_shared)

    async def archive(self, principal: Principal, template_id: UUID) -> None:
        """Takes a template off the shelf, with all it holds; refused with `TemplateInUse` while anybody follows it."""
        async with scope(self._database, principal) as tx:
            shelved = await owned(tx, template_id, lock=True, archived=True)
            await self._refuse_when_followed(shelved)
            await shelf.archive_template(tx, template_id, self._clock())
            await self._audit.record(tx, Change(principal.name, "template.archived", str(template_id)))

    async def restore(self, principal: Principal, template_id: UUID) -> Shelved:
        """Puts an archived template back; raises `TemplateExists` when its name was taken meanwhile."""
        async with scope(self._database, principal) as tx:
            shelved = await owned(tx, template_id, lock=True, archived=True)
            await shelf.archive_template(tx, template_id, None)
            await self._audit.record(tx, Change(principal.name, "template.restored", str(template_id)))
        return replace(shelved, archived_at=None)

    async def delete(self, principal: Principal, template_id: UUID) -> None:
        """Deletes a template with its draft and versions; refused with `TemplateInUse` while anybody follows it."""
        async with scope(self._database, principal) as tx:
            shelved = await owned(tx, template_id, lock=True, archived=True)
            await self._refuse_when_followed(shelved)
            await shelf.delete_template(tx, template_id)
            before = {"name": shelved.name, "newest_version": shelved.newest_version}
            await self._audit.record(tx, Change(principal.name, "template.deleted", str(template_id), before))

    async def _create(self, tx: Tx, principal: Principal, template: Template, *, is_shared: bool) -> Shelved:
        shelved = Shelved(
            id=self._new_id(),
            company_id=tx.company_id,
            name=template.name,
            trade=template.trade,
            is_shared=is_shared,
            newest_version=None,
            serving_version=None,
            created_at=self._clock(),
            archived_at=None,
        )
        await shelf.add_template(tx, shelved)
        owner = Owned(shelved.id, shelved.company_id)
        await drafts.add_draft(tx, owner, template, Stamp(principal.name, shelved.created_at))
        after = {"name": template.name, "trade": template.trade}
        await self._audit.record(tx, Change(principal.name, "template.created", str(shelved.id), None, after))
        return shelved

    async def _refuse_when_followed(self, shelved: Shelved, *, by_others_than: UUID | None = None) -> None:
        """Raises `TemplateInUse`; names companies to the platform, and to a company no other than itself."""
        async with self._database.platform() as tx:
            ids, count = await shelf.followers(tx, shelved.id, limit=NAMED_FOLLOWERS + 1)
        others = [company_id for company_id in ids if company_id != shelved.company_id]
        itself = shelved.company_id in ids
        if not others and (by_others_than is not None or not itself):
            return
        if shelved.company_id is None:
            named = [(await self._companies.show(company_id)).slug for company_id in others[:NAMED_FOLLOWERS]]
            who = ", ".join(named) + (f" and {count - len(named)} more" if count > len(named) else "")
        else:
            who = " and ".join(["your company"] * itself + ([f"{count - itself} other companies"] if others else []))
        raise TemplateInUse(f'the template "{shelved.name}" is followed by {who}', remedy="it has to be left first")

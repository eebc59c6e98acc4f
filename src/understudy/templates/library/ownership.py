"""Whose template it is: the transaction a principal works in, and what it may change there."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from uuid import UUID

from understudy.companies.domain import Principal
from understudy.infra.database import Database, Tx
from understudy.templates.records import NotOwner, Shelved, TemplateArchived, TemplateNotFound
from understudy.templates.store import shelf


def scope(database: Database, principal: Principal) -> AbstractAsyncContextManager[Tx]:
    """A transaction of the principal's company, or of the platform."""
    return database.transaction(principal.company_id) if principal.company_id else database.platform()


async def visible(tx: Tx, template_id: UUID) -> Shelved:
    """A template that whoever the transaction is for may read; raises `TemplateNotFound`."""
    shelved = await shelf.find_template(tx, template_id)
    if tx.company_id is None and shelved.company_id is not None:  # the platform's role sees more than its keys may
        raise TemplateNotFound(f"there is no template {template_id} of the platform")
    return shelved


async def owned(tx: Tx, template_id: UUID, *, lock: bool = False, archived: bool = False) -> Shelved:
    """A template that whoever the transaction is for may change.

    Raises `TemplateNotFound`, `NotOwner`, and `TemplateArchived` unless `archived` ones will do. `lock` makes others
    who would change its versions wait.
    """
    shelved = await visible(tx, template_id)
    if shelved.company_id != tx.company_id:
        owner = "another company" if shelved.company_id else "the platform"
        raise NotOwner(
            f'the template "{shelved.name}" belongs to {owner}', remedy="follow it and lay an overlay over it"
        )
    if lock:
        shelved = await shelf.find_template(tx, template_id, lock=True)
    if shelved.archived_at is not None and not archived:
        raise TemplateArchived(f'the template "{shelved.name}" is archived', remedy="bring it back first")
    return shelved

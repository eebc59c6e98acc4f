"""What a company follows: its ordered list of templates, each at the newest version or a pinned one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from understudy.companies.audit import Audit
from understudy.companies.domain import Change, Principal
from understudy.infra.changes import announce
from understudy.infra.database import Database, Tx
from understudy.kit.clock import Clock
from understudy.kit.errors import Conflict, Invalid
from understudy.templates.library.ownership import visible
from understudy.templates.records import MATCHING_TOPIC, Follow, TemplateArchived, TemplateNotFound
from understudy.templates.store import following, versions

MAX_FOLLOWED = 20
"""Templates in one company's list: each is asked for every message, so the list bounds the time of a climb."""


class TooManyFollowed(Conflict):
    """The company's list is full."""

    code = "too_many_followed"


class NotFollowed(TemplateNotFound):
    """The company does not follow the template."""

    code = "not_followed"


class NotPublished(Conflict):
    """The template has no version yet that could answer."""

    code = "not_published"


class Following:
    """The lists of templates that companies answer from. `encoder`: key of the encoder in use."""

    def __init__(self, *, database: Database, audit: Audit, clock: Clock, encoder: str) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._encoder = encoder

    async def list(self, company_id: UUID) -> Sequence[Follow]:
        """The templates that a company follows, in its order: the earlier one wins a tie."""
        async with self._database.transaction(company_id) as tx:
            return await following.list_followed(tx, encoder=self._encoder)

    async def follow(
        self, principal: Principal, template_id: UUID, *, position: int | None = None, version: int | None = None
    ) -> Sequence[Follow]:
        """Puts a template into the company's list, last or at `position` (from 0); `version` pins it.

        Raises `TemplateNotFound`, `VersionNotFound`, `NotPublished`, `TooManyFollowed`. One that is there is moved.
        """
        async with self._database.transaction(principal.company) as tx:
            await following.lock_list(tx)
            shelved = await visible(tx, template_id)
            if shelved.archived_at is not None:
                raise TemplateArchived(f'the template "{shelved.name}" is archived', remedy="follow another one")
            if shelved.newest_version is None:
                raise NotPublished(f'the template "{shelved.name}" is not published yet', remedy="publish it first")
            known = await following.list_followed(tx, encoder=self._encoder)
            if all(one.template.id != template_id for one in known):
                if len(known) >= MAX_FOLLOWED:
                    raise TooManyFollowed(f"a company follows {MAX_FOLLOWED} templates at most", remedy="leave one")
                await self._check_version(tx, template_id, version)
                await following.add_followed(tx, template_id, position=len(known), pinned=version, at=self._clock())
            else:
                await self._pin(tx, template_id, version)
            order = [one.template.id for one in known if one.template.id != template_id]
            order.insert(len(order) if position is None else max(0, position), template_id)
            return await self._arranged(tx, principal, "template.followed", order)

    async def pin(self, principal: Principal, template_id: UUID, version: int | None) -> Sequence[Follow]:
        """Pins a followed template to a version; None follows the newest again. Raises `NotFollowed`."""
        async with self._database.transaction(principal.company) as tx:
            order = await self._order(tx, template_id)
            await self._pin(tx, template_id, version)
            return await self._arranged(tx, principal, "template.pinned", order)

    async def reorder(self, principal: Principal, order: Sequence[UUID]) -> Sequence[Follow]:
        """Puts the list into this order, which names every template of it once."""
        async with self._database.transaction(principal.company) as tx:
            await following.lock_list(tx)
            known = [one.template.id for one in await following.list_followed(tx, encoder=self._encoder)]
            if sorted(order) != sorted(known):
                raise Invalid(
                    "the order must name each followed template once",
                    field="order",
                    remedy="read the list again and give all of its identifiers",
                )
            return await self._arranged(tx, principal, "template.reordered", order)

    async def leave(self, principal: Principal, template_id: UUID) -> Sequence[Follow]:
        """Takes a template off the list; its overlay is kept for a return. Raises `NotFollowed`."""
        async with self._database.transaction(principal.company) as tx:
            order = await self._order(tx, template_id)
            await following.remove_followed(tx, template_id)
            left = [one for one in order if one != template_id]
            return await self._arranged(tx, principal, "template.left", left)

    async def _order(self, tx: Tx, template_id: UUID) -> Sequence[UUID]:
        await following.lock_list(tx)
        known = [one.template.id for one in await following.list_followed(tx, encoder=self._encoder)]
        if template_id not in known:
            raise NotFollowed(f"the company does not follow the template {template_id}", remedy="follow it first")
        return known

    async def _pin(self, tx: Tx, template_id: UUID, version: int | None) -> None:
        await self._check_version(tx, template_id, version)
        await following.change_followed(tx, template_id, pinned_version=version)

    async def _check_version(self, tx: Tx, template_id: UUID, version: int | None) -> None:
        if version is not None:
            await versions.find_version(tx, template_id, version, encoder=self._encoder)

    async def _arranged(self, tx: Tx, principal: Principal, action: str, order: Sequence[UUID]) -> Sequence[Follow]:
        for position, template_id in enumerate(order):
            await following.change_followed(tx, template_id, position=position)
        followed = await following.list_followed(tx, encoder=self._encoder)
        after = [{"template": str(one.template.id), "pinned": one.pinned_version} for one in followed]
        await self._audit.record(tx, Change(principal.name, action, str(principal.company), None, after))
        await announce(tx, MATCHING_TOPIC, str(principal.company))
        return followed

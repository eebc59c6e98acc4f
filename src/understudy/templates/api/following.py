"""Routes of what a company follows, and of its overlays."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from understudy.companies.authorization import caller
from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.templates.api.documents import (
    EXAMPLE_ID,
    MAX_INTEGER,
    Before,
    Body,
    Limit,
    Number,
    OverlayChangeDocument,
    overlay_of,
)
from understudy.templates.api.views import EditedView, FollowView, OverlayView, edited
from understudy.templates.following import MAX_FOLLOWED, Following
from understudy.templates.overlays import Overlays

Reader = Annotated[Principal, caller(Permission.TEMPLATE_READ)]
Editor = Annotated[Principal, caller(Permission.TEMPLATE_EDIT)]


class FollowBody(Body):
    """How to follow a template."""

    position: int | None = Field(None, ge=0, le=MAX_FOLLOWED, description="Place in the list; last without it.")
    version: Number | None = Field(None, description="Pins this version; the newest is followed without it.")


class PinBody(Body):
    """The version to pin; null follows the newest again."""

    version: Number | None = Field(examples=[2])


class OrderBody(Body):
    """The whole list in its new order."""

    order: list[UUID] = Field(max_length=MAX_FOLLOWED, examples=[[EXAMPLE_ID]])


class OverlayBody(Body):
    """A whole overlay, in place of what it was."""

    changes: list[OverlayChangeDocument] = Field(max_length=10_000)
    expected_version: int = Field(ge=0, le=MAX_INTEGER, description="The version that the caller saw; 0 for none.")


def following_routes(following: Following) -> APIRouter:
    """The company's list."""
    router = APIRouter(prefix="/v1/following", tags=["following"])

    @router.get("")
    async def list_followed(principal: Reader) -> list[FollowView]:
        """Lists what the company follows, in its order."""
        return [FollowView.of(one, principal) for one in await following.list(principal.company)]

    @router.put("/order")
    async def reorder_followed(principal: Editor, body: OrderBody) -> list[FollowView]:
        """Puts the list into another order."""
        return [FollowView.of(one, principal) for one in await following.reorder(principal, body.order)]

    @router.put("/{template_id}")
    async def follow_template(principal: Editor, template_id: UUID, body: FollowBody) -> list[FollowView]:
        """Follows a template, or moves and pins one that is followed."""
        found = await following.follow(principal, template_id, position=body.position, version=body.version)
        return [FollowView.of(one, principal) for one in found]

    @router.put("/{template_id}/pin")
    async def pin_template(principal: Editor, template_id: UUID, body: PinBody) -> list[FollowView]:
        """Pins a followed template to a version, or follows the newest again."""
        return [FollowView.of(one, principal) for one in await following.pin(principal, template_id, body.version)]

    @router.delete("/{template_id}")
    async def leave_template(principal: Editor, template_id: UUID) -> list[FollowView]:
        """Follows a template no more; its overlay is kept for a return."""
        return [FollowView.of(one, principal) for one in await following.leave(principal, template_id)]

    return router


def overlay_routes(overlays: Overlays) -> APIRouter:
    """What the company adds to, changes in, or hides from what it follows."""
    router = APIRouter(prefix="/v1/overlays", tags=["overlays"])

    @router.get("/{template_id}")
    async def show_overlay(
        principal: Reader,
        template_id: UUID,
        version: Annotated[int | None, Query(ge=1, le=MAX_INTEGER, description="An old version of it.")] = None,
    ) -> OverlayView:
        """Shows the overlay over a followed template."""
        kept = await overlays.show(principal.company, template_id, version)
        stale = await overlays.stale(principal.company, template_id)
        return OverlayView.of(kept, [change.scenario_name for change in stale])

    @router.put("/{template_id}")
    async def save_overlay(principal: Editor, template_id: UUID, body: OverlayBody) -> OverlayView:
        """Saves the whole overlay as its next version; it answers within a second, for this company only."""
        kept = await overlays.save(
            principal, template_id, overlay_of(body.changes), expected_version=body.expected_version
        )
        return OverlayView.of(kept)

    @router.get("/{template_id}/versions")
    async def list_overlay_versions(
        principal: Reader, template_id: UUID, before: Before = None, limit: Limit = 50
    ) -> list[EditedView]:
        """Lists who changed the overlay and when, newest first; the revision is the version."""
        found = await overlays.history(principal.company, template_id, before=before, limit=limit)
        return [edited(one) for one in found]

    return router

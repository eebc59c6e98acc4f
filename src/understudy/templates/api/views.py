"""What templates, drafts, versions and lists look like over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from understudy.companies.domain import Principal
from understudy.templates.api.documents import (
    EXAMPLE_ID,
    HeadDocument,
    OverlayChangeDocument,
    ScenarioDocument,
    head_fields,
    overlay_documents,
)
from understudy.templates.diff import ChangeKind, TemplateDiff
from understudy.templates.records import DraftHead, DraftScenario, Edited, Follow, KeptOverlay, Shelved, Version

Owner = Literal["you", "platform", "another_company"]


class View(BaseModel):
    """A value as JSON: the same fields as the value has."""

    model_config = ConfigDict(from_attributes=True)


class EditedView(View):
    """Who changed something last; send `revision` along with the next change."""

    revision: int = Field(examples=[7])
    by: str = Field(examples=["key:website"])
    at: datetime


class TemplateView(View):
    """A template. While a new version's head is fitted, `serving_version` is the one before."""

    id: UUID = Field(examples=[EXAMPLE_ID])
    owner: Owner
    name: str = Field(examples=["Retail bank"])
    trade: str = Field(examples=["banking"])
    is_shared: bool = Field(description="Whether other companies may follow it.")
    newest_version: int | None = Field(examples=[3])
    serving_version: int | None = Field(examples=[3])
    created_at: datetime
    archived_at: datetime | None

    @classmethod
    def of(cls, shelved: Shelved, principal: Principal) -> TemplateView:
        """The view of a template for a principal."""
        return cls(
            id=shelved.id,
            owner=_owner(shelved, principal),
            name=shelved.name,
            trade=shelved.trade,
            is_shared=shelved.is_shared,
            newest_version=shelved.newest_version,
            serving_version=shelved.serving_version,
            created_at=shelved.created_at,
            archived_at=shelved.archived_at,
        )


def _owner(shelved: Shelved, principal: Principal) -> Owner:
    if shelved.company_id == principal.company_id:
        return "you"
    return "another_company" if shelved.company_id else "platform"


class TemplatePage(BaseModel):
    """A page of templates; `next` goes into `after` for the following one."""

    items: list[TemplateView]
    next: UUID | None


class ImportView(BaseModel):
    """Where an import ended, and what was left out or needs a look. Nothing is published by it."""

    template: TemplateView
    revision: int = Field(description="Revision of the draft.", examples=[1])
    is_new: bool = Field(description="False: it became the draft of the template of this name.")
    warnings: list[str] = Field(examples=[["12 scenarios have no reply yet and can't be published"]])


class DraftView(HeadDocument):
    """A draft without its scenarios."""

    categories: list[str] = Field(description="Names of the categories, in order.", examples=[["Cards"]])
    revision: int = Field(description="Counts every change of the draft.", examples=[9])
    published_revision: int | None = Field(examples=[9])
    edited: EditedView

    @classmethod
    def of(cls, head: DraftHead) -> DraftView:
        """The view of a draft's head."""
        return cls.model_validate(
            head_fields(head.template)
            | {
                "categories": [category.name for category in head.template.categories],
                "revision": head.revision,
                "published_revision": head.published_revision,
                "edited": edited(head.edited),
            }
        )


class DraftScenarioView(BaseModel):
    """One scenario of a draft."""

    scenario: ScenarioDocument
    category: str = Field(examples=["Cards"])
    edited: EditedView

    @classmethod
    def of(cls, kept: DraftScenario) -> DraftScenarioView:
        """The view of a scenario."""
        return cls(scenario=ScenarioDocument.of(kept.scenario), category=kept.category, edited=edited(kept.edited))


class DraftScenarioPage(BaseModel):
    """A page of scenarios in order of name; `next` goes into `after` for the following one."""

    items: list[DraftScenarioView]
    next: str | None


class VersionView(View):
    """A published version."""

    version: int = Field(examples=[3])
    checksum: str = Field(description="SHA-256 of the document.")
    note: str
    published_by: str = Field(examples=["key:website"])
    published_at: datetime
    is_fitted: bool = Field(description="Whether its head is ready; always false where there is nothing to fit.")

    @classmethod
    def of(cls, version: Version) -> VersionView:
        """The view of a version."""
        return cls(
            version=version.version,
            checksum=version.checksum.hex(),
            note=version.note,
            published_by=version.published_by,
            published_at=version.published_at,
            is_fitted=version.is_fitted,
        )


class VersionPage(BaseModel):
    """A page of versions, newest first; `next` goes into `before` for the following one."""

    items: list[VersionView]
    next: int | None


class FieldChangeView(View):
    """What one field lost and gained."""

    field: str = Field(examples=["triggers"])
    removed: list[str]
    added: list[str]
    reordered: bool


class ChangeView(View):
    """What happened to one subject."""

    kind: ChangeKind
    subject: str = Field(examples=["scenario card_arrival"])
    fields: list[FieldChangeView]


class DiffView(BaseModel):
    """All that changed; empty where nothing did."""

    changes: list[ChangeView]

    @classmethod
    def of(cls, found: TemplateDiff) -> DiffView:
        """The view of a difference."""
        return cls(changes=[ChangeView.model_validate(change) for change in found.changes])


class FollowView(BaseModel):
    """One template of the company's list."""

    template: TemplateView
    position: int = Field(description="The earlier one wins a tie.", examples=[0])
    pinned_version: int | None
    version: int | None = Field(description="The version that answers.", examples=[3])
    overlay_version: int | None
    is_fitted: bool = Field(description="Whether it answers by meaning too, as far as it has examples.")

    @classmethod
    def of(cls, follow: Follow, principal: Principal) -> FollowView:
        """The view of a line of the list."""
        return cls(
            template=TemplateView.of(follow.template, principal),
            position=follow.position,
            pinned_version=follow.pinned_version,
            version=follow.version,
            overlay_version=follow.overlay_version,
            is_fitted=follow.is_fitted,
        )


class OverlayView(BaseModel):
    """An overlay; version 0 and no change where there is none. `stale` names scenarios the template does not have."""

    version: int = Field(examples=[2])
    changes: list[OverlayChangeDocument]
    edited: EditedView | None
    stale: list[str] = Field(default_factory=list)

    @classmethod
    def of(cls, kept: KeptOverlay | None, stale: list[str] | None = None) -> OverlayView:
        """The view of an overlay."""
        if kept is None:
            return cls(version=0, changes=[], edited=None)
        return cls(
            version=kept.version,
            changes=overlay_documents(kept.overlay),
            edited=edited(kept.edited),
            stale=stale or [],
        )


def edited(value: Edited) -> EditedView:
    """The view of a last change."""
    return EditedView.model_validate(value)

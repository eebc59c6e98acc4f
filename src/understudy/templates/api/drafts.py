"""Routes of drafts: the head, and scenario by scenario."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from understudy.companies.authorization import caller
from understudy.companies.domain import Principal
from understudy.templates.api.documents import (
    MAX_INTEGER,
    NO_CONTROLS,
    Body,
    HeadDocument,
    Limit,
    Name,
    Number,
    ScenarioDocument,
    TemplateDocument,
)
from understudy.templates.api.rights import Rights
from understudy.templates.api.views import DraftScenarioPage, DraftScenarioView, DraftView
from understudy.templates.domain import Category
from understudy.templates.library.drafts import Drafts
from understudy.templates.wording import NAME_CHARACTERS

ScenarioName = Annotated[str, Path(min_length=1, max_length=NAME_CHARACTERS, pattern=NO_CONTROLS)]
Revision = Annotated[int, Query(ge=1, le=MAX_INTEGER, description="The revision that the caller saw.")]


class HeadBody(HeadDocument):
    """All of a draft but its scenarios, in place of what it was."""

    categories: list[Name] = Field(description="Names in order; one that holds scenarios cannot be left out.")
    expected_revision: Number = Field(description="`edited.revision` as the caller saw it.", examples=[1])


class NewScenarioBody(Body):
    """A scenario to add."""

    scenario: ScenarioDocument
    category: Name = Field(examples=["Cards"])


class ScenarioBody(NewScenarioBody):
    """A scenario in place of the one in the address; with another name it is renamed."""

    expected_revision: Number = Field(description="`edited.revision` as the caller saw it.", examples=[1])


def draft_routes(drafts: Drafts, rights: Rights) -> APIRouter:
    """The draft of a template, for its owner."""
    router = APIRouter(prefix=f"{rights.folder}/templates/{{template_id}}/draft", tags=["drafts"])
    read, edit = caller(rights.read), caller(rights.edit)

    @router.get("", name=rights.name("show_draft"))
    async def show_draft(template_id: UUID, principal: Principal = read) -> DraftView:
        """Shows the draft without its scenarios."""
        return DraftView.of(await drafts.head(principal, template_id))

    @router.put("", name=rights.name("change_draft"))
    async def change_draft(template_id: UUID, body: HeadBody, principal: Principal = edit) -> DraftView:
        """Changes all of the draft but its scenarios."""
        template = body.template(tuple(Category(name) for name in body.categories))
        head = await drafts.change_head(principal, template_id, template, expected_revision=body.expected_revision)
        return DraftView.of(head)

    @router.get("/document", name=rights.name("read_draft"))
    async def read_draft(template_id: UUID, principal: Principal = read) -> TemplateDocument:
        """Reads the whole draft as a template."""
        return TemplateDocument.of(await drafts.whole(principal, template_id))

    @router.get("/scenarios", name=rights.name("list_scenarios"))
    async def list_scenarios(
        template_id: UUID,
        principal: Principal = read,
        after: Annotated[str, Query(max_length=NAME_CHARACTERS, pattern=NO_CONTROLS)] = "",
        limit: Limit = 50,
    ) -> DraftScenarioPage:
        """Lists the scenarios of the draft in order of name."""
        found = await drafts.scenarios(principal, template_id, after=after, limit=limit)
        items = [DraftScenarioView.of(kept) for kept in found]
        return DraftScenarioPage(items=items, next=found[-1].scenario.name if len(found) == limit else None)

    @router.post("/scenarios", status_code=201, name=rights.name("add_scenario"))
    async def add_scenario(template_id: UUID, body: NewScenarioBody, principal: Principal = edit) -> DraftScenarioView:
        """Adds a scenario to the draft."""
        kept = await drafts.put_scenario(
            principal, template_id, body.scenario.value(), category=body.category, expected=None
        )
        return DraftScenarioView.of(kept)

    @router.get("/scenarios/{name:path}", name=rights.name("show_scenario"))
    async def show_scenario(template_id: UUID, name: ScenarioName, principal: Principal = read) -> DraftScenarioView:
        """Shows one scenario of the draft."""
        return DraftScenarioView.of(await drafts.scenario(principal, template_id, name))

    @router.put("/scenarios/{name:path}", name=rights.name("change_scenario"))
    async def change_scenario(
        template_id: UUID, name: ScenarioName, body: ScenarioBody, principal: Principal = edit
    ) -> DraftScenarioView:
        """Changes a scenario; 409 names who changed it meanwhile, and when."""
        kept = await drafts.put_scenario(
            principal,
            template_id,
            body.scenario.value(),
            category=body.category,
            expected=(name, body.expected_revision),
        )
        return DraftScenarioView.of(kept)

    @router.delete("/scenarios/{name:path}", status_code=204, name=rights.name("delete_scenario"))
    async def delete_scenario(
        template_id: UUID, name: ScenarioName, expected_revision: Revision, principal: Principal = edit
    ) -> Response:
        """Takes a scenario out of the draft."""
        await drafts.delete_scenario(principal, template_id, name, expected_revision=expected_revision)
        return Response(status_code=204)

    return router

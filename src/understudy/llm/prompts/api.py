"""Routes of a company's prompts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field

from understudy.companies.authorization import caller
from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.llm.prompts.domain import MAX_NOTE_CHARACTERS, MAX_PART_CHARACTERS, Edit, Part, PromptSet, PromptVersion
from understudy.llm.prompts.service import Prompts

MAX_INTEGER = 2**31 - 1
MAX_PARTS = 100
NO_CONTROLS = r"^[^\x00-\x1f\x7f]*$"

Reader = Annotated[Principal, caller(Permission.PROMPT_READ)]
Editor = Annotated[Principal, caller(Permission.PROMPT_EDIT)]
Version = Annotated[
    int | None, Query(ge=0, le=MAX_INTEGER, description="A version; 0: as shipped; none: as it is now.")
]
PartName = Annotated[str, InPath(max_length=60, pattern=r"^[a-z_.]+$", examples=["modality.voice"])]
Expected = Annotated[int, Field(ge=0, le=MAX_INTEGER, description="The version that the caller saw; 0 for none.")]


class PublishBody(BaseModel):
    """The parts that the next version changes; the others stay as they are."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "texts": {"modality.voice": "Answer in two short sentences, without markdown."},
                    "note": "Shorter on the telephone",
                    "expected_version": 0,
                }
            ]
        },
    )

    texts: dict[Annotated[str, Field(max_length=60)], Annotated[str, Field(max_length=MAX_PART_CHARACTERS)] | None] = (
        Field(min_length=1, max_length=MAX_PARTS, description="Part → text; null brings the shipped one back.")
    )
    note: str = Field("", max_length=MAX_NOTE_CHARACTERS, pattern=NO_CONTROLS, description="Why, for the others.")
    expected_version: Expected


class RollbackBody(BaseModel):
    """The version that is published again."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=0, le=MAX_INTEGER, description="0 brings back everything that is shipped.", examples=[1])
    expected_version: Expected


class PartView(BaseModel):
    """One part as it holds."""

    name: str = Field(examples=["modality.voice"])
    about: str
    text: str
    is_own: bool = Field(description="Whether it differs from the shipped one.")
    allowed: list[str] = Field(description="The placeholders it may have.")
    required: list[str] = Field(description="Those it must keep.")

    @classmethod
    def of(cls, part: Part, held: PromptSet) -> PartView:
        """The view of a part in a set."""
        return cls(
            name=part.name,
            about=part.about,
            text=held.text(part.name),
            is_own=part.name in held.own,
            allowed=sorted(part.allowed),
            required=sorted(part.required),
        )


class PromptsView(BaseModel):
    """All parts, and the label that decisions store."""

    label: str = Field(examples=["3@1f2e3d4c"])
    version: int = Field(description="The company's version; 0 while it has none.", examples=[3])
    parts: list[PartView]


class PromptVersionView(BaseModel):
    """One published version: the parts that differ from the shipped ones."""

    version: int = Field(examples=[3])
    texts: dict[str, str]
    published_at: datetime
    published_by: str
    note: str
    from_version: int | None = Field(description="The version that a rollback published again.")

    @classmethod
    def of(cls, one: PromptVersion) -> PromptVersionView:
        """The view of a version."""
        return cls(
            version=one.version,
            texts=dict(one.texts),
            published_at=one.published_at,
            published_by=one.published_by,
            note=one.note,
            from_version=one.from_version,
        )


class DiffView(BaseModel):
    """What changed between two versions, as lines of a unified diff; empty when nothing did."""

    lines: list[str]


def prompt_routes(prompts: Prompts) -> APIRouter:
    """A company's prompts and their versions."""
    router = APIRouter(prefix="/v1/prompts", tags=["prompts"])

    @router.get("")
    async def list_prompts(principal: Reader, version: Version = None) -> PromptsView:
        """Lists all parts as they hold, or as a version had them."""
        held = await _held(prompts, principal, version)
        parts = [PartView.of(part, held) for part in prompts.catalogue.parts.values()]
        return PromptsView(label=held.label, version=held.version, parts=parts)

    @router.get("/parts/{name}")
    async def show_prompt(principal: Reader, name: PartName, version: Version = None) -> PartView:
        """Shows one part."""
        part = prompts.catalogue.part(name)
        return PartView.of(part, await _held(prompts, principal, version))

    @router.get("/versions")
    async def list_prompt_versions(
        principal: Reader,
        before: Annotated[int | None, Query(ge=1, le=MAX_INTEGER, description="The version to go on below.")] = None,
        limit: Annotated[int, Query(ge=1, le=200, description="How many at most.")] = 50,
    ) -> list[PromptVersionView]:
        """Lists the company's versions, newest first."""
        found = await prompts.versions(principal.company, before=before, limit=limit)
        return [PromptVersionView.of(one) for one in found]

    @router.get("/diff")
    async def compare_prompts(
        principal: Reader,
        before: Annotated[int, Query(ge=0, le=MAX_INTEGER, description="A version; 0: as shipped.")] = 0,
        after: Version = None,
    ) -> DiffView:
        """Compares two versions."""
        return DiffView(lines=list(await prompts.compare(principal.company, before, after)))

    @router.post("/versions", status_code=201)
    async def publish_prompts(principal: Editor, body: PublishBody) -> PromptVersionView:
        """Publishes the next version; within a second every process uses it."""
        edit = Edit(body.texts, body.note)
        return PromptVersionView.of(await prompts.publish(principal, edit, expected_version=body.expected_version))

    @router.post("/rollback", status_code=201)
    async def roll_back_prompts(principal: Editor, body: RollbackBody) -> PromptVersionView:
        """Publishes an old version again, as the next one."""
        made = await prompts.roll_back(principal, body.version, expected_version=body.expected_version)
        return PromptVersionView.of(made)

    return router


async def _held(prompts: Prompts, principal: Principal, version: int | None) -> PromptSet:
    company_id = principal.company
    return await prompts.of(company_id) if version is None else await prompts.at(company_id, version)

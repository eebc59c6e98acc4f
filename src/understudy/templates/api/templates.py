"""Routes of templates and their versions."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, File, Form, Path, Query, Response, UploadFile
from pydantic import Field

from understudy.companies.authorization import caller
from understudy.companies.domain import Principal
from understudy.templates.api.documents import (
    MAX_INTEGER,
    NO_CONTROLS,
    After,
    Before,
    Body,
    Limit,
    Note,
    Number,
    TemplateDocument,
)
from understudy.templates.api.rights import Rights
from understudy.templates.api.views import (
    DiffView,
    ImportView,
    TemplatePage,
    TemplateView,
    VersionPage,
    VersionView,
)
from understudy.templates.formats.detect import SourceFile
from understudy.templates.formats.yaml_json import to_json, to_yaml
from understudy.templates.library.shelf import Library
from understudy.templates.library.versions import Versions
from understudy.templates.wording import NAME_CHARACTERS

VersionNumber = Annotated[int, Path(ge=1, le=MAX_INTEGER)]
OptionalName = Annotated[str | None, Form(min_length=1, max_length=NAME_CHARACTERS, pattern=NO_CONTROLS)]
Files = Annotated[list[UploadFile], File(description="One file, an archive, or the files of a Rasa project.")]


class SharingBody(Body):
    """Whether other companies may follow a template."""

    is_shared: bool


class PublishBody(Body):
    """What to say of a version."""

    note: Note = ""
    expected_revision: Number | None = Field(None, description="Refuse with 409 when the draft has moved on.")


class RollbackBody(Body):
    """Which version to go back to."""

    version: Number = Field(examples=[2])
    note: Note = ""


def template_routes(library: Library, rights: Rights) -> APIRouter:
    """Templates on the shelf."""
    router = APIRouter(prefix=f"{rights.folder}/templates", tags=["templates"])
    read, edit = caller(rights.read), caller(rights.edit)

    @router.get("", name=rights.name("list_templates"))
    async def list_templates(
        principal: Principal = read,
        after: After = None,
        limit: Limit = 50,
        archived: bool = False,
        own: Annotated[bool, Query(description="Only those that the caller owns.")] = False,
    ) -> TemplatePage:
        """Lists the templates that the caller may follow, oldest first."""
        found = await library.list(principal, after=after, limit=limit, archived=archived, own=own)
        items = [TemplateView.of(shelved, principal) for shelved in found]
        return TemplatePage(items=items, next=found[-1].id if len(found) == limit else None)

    @router.post("", status_code=201, name=rights.name("create_template"))
    async def create_template(body: TemplateDocument, principal: Principal = edit) -> TemplateView:
        """Creates a template with this draft; nothing is published by it."""
        return TemplateView.of(await library.create(principal, body.value()), principal)

    @router.post("/import", name=rights.name("import_template"))
    async def import_template(
        files: Files, name: OptionalName = None, trade: OptionalName = None, principal: Principal = edit
    ) -> ImportView:
        """Reads our YAML or JSON, CSV of text and label, Rasa YAML, or a Dialogflow ES export, as a draft."""
        sources = [SourceFile(file.filename or "file", await file.read()) for file in files]
        imported = await library.import_files(principal, sources, name=name, trade=trade)
        return ImportView(
            template=TemplateView.of(imported.template, principal),
            revision=imported.revision,
            is_new=imported.is_new,
            warnings=list(imported.warnings),
        )

    @router.get("/{template_id}", name=rights.name("show_template"))
    async def show_template(template_id: UUID, principal: Principal = read) -> TemplateView:
        """Shows a template."""
        return TemplateView.of(await library.show(principal, template_id), principal)

    @router.put("/{template_id}/sharing", name=rights.name("share_template"))
    async def share_template(template_id: UUID, body: SharingBody, principal: Principal = edit) -> TemplateView:
        """Lets other companies follow a template, or no longer; refused while some do."""
        shelved = await library.share(principal, template_id, is_shared=body.is_shared)
        return TemplateView.of(shelved, principal)

    @router.post("/{template_id}/archive", status_code=204, name=rights.name("archive_template"))
    async def archive_template(template_id: UUID, principal: Principal = edit) -> Response:
        """Takes a template off the shelf; refused while anybody follows it."""
        await library.archive(principal, template_id)
        return Response(status_code=204)

    @router.post("/{template_id}/restore", name=rights.name("restore_template"))
    async def restore_template(template_id: UUID, principal: Principal = edit) -> TemplateView:
        """Puts an archived template back."""
        return TemplateView.of(await library.restore(principal, template_id), principal)

    @router.delete("/{template_id}", status_code=204, name=rights.name("delete_template"))
    async def delete_template(template_id: UUID, principal: Principal = edit) -> Response:
        """Deletes a template with its draft and versions; refused while anybody follows it."""
        await library.delete(principal, template_id)
        return Response(status_code=204)

    return router


def version_routes(versions: Versions, rights: Rights) -> APIRouter:
    """Published versions."""
    router = APIRouter(prefix=f"{rights.folder}/templates/{{template_id}}", tags=["templates"])
    read, publish = caller(rights.read), caller(rights.publish)

    @router.post("/publish", status_code=201, name=rights.name("publish_template"))
    async def publish_template(template_id: UUID, body: PublishBody, principal: Principal = publish) -> VersionView:
        """Publishes the draft; it serves when its head is fitted, and the version before until then."""
        version = await versions.publish(
            principal, template_id, note=body.note, expected_revision=body.expected_revision
        )
        return VersionView.of(version)

    @router.post("/rollback", status_code=201, name=rights.name("roll_template_back"))
    async def roll_template_back(template_id: UUID, body: RollbackBody, principal: Principal = publish) -> VersionView:
        """Goes back to an old version by publishing it again, at once."""
        return VersionView.of(await versions.rollback(principal, template_id, body.version, note=body.note))

    @router.get("/versions", name=rights.name("list_versions"))
    async def list_versions(
        template_id: UUID, principal: Principal = read, before: Before = None, limit: Limit = 50
    ) -> VersionPage:
        """Lists the versions of a template, newest first."""
        found = await versions.list(principal, template_id, before=before, limit=limit)
        items = [VersionView.of(version) for version in found]
        return VersionPage(items=items, next=found[-1].version if len(found) == limit else None)

    @router.get("/versions/{version}", name=rights.name("show_version"))
    async def show_version(template_id: UUID, version: VersionNumber, principal: Principal = read) -> VersionView:
        """Shows what is known of a version."""
        return VersionView.of(await versions.show(principal, template_id, version))

    @router.get("/versions/{version}/document", name=rights.name("read_version"))
    async def read_version(template_id: UUID, version: VersionNumber, principal: Principal = read) -> TemplateDocument:
        """Reads the template of a version."""
        return TemplateDocument.of(await versions.document(principal, template_id, version))

    @router.get(
        "/versions/{version}/export",
        name=rights.name("export_version"),
        response_class=Response,
        responses={200: {"content": {"application/yaml": {}, "application/json": {}}}},
    )
    async def export_version(
        template_id: UUID,
        version: VersionNumber,
        principal: Principal = read,
        as_format: Annotated[Literal["yaml", "json"], Query(alias="format")] = "yaml",
    ) -> Response:
        """Exports a version as one file, which can be imported again."""
        template = await versions.document(principal, template_id, version)
        text = to_yaml(template) if as_format == "yaml" else to_json(template)
        return Response(text, media_type=f"application/{as_format}")

    @router.get("/diff", name=rights.name("compare_versions"))
    async def compare_versions(
        template_id: UUID,
        before: Annotated[int, Query(ge=1, le=MAX_INTEGER, examples=[2])],
        principal: Principal = read,
        after: Annotated[int | None, Query(ge=1, le=MAX_INTEGER, description="Without it: the draft.")] = None,
    ) -> DiffView:
        """Shows what changed between two versions, or since a version in the draft."""
        return DiffView.of(await versions.compare(principal, template_id, before, after))

    return router

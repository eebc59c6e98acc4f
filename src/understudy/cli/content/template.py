"""understudy template: templates imported, published, compared, rolled back, shared, exported."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from understudy.cli.content.owner import Owner, TemplateName, all_templates, named, principal_of
from understudy.cli.content.showing import (
    owner_of,
    publish_and_fit,
    read_files,
    say,
    say_published,
    version_view,
    versions_of,
)
from understudy.cli.context import Json, err, out, print_json, print_table, run
from understudy.companies.domain import Principal
from understudy.templates.diff import TemplateDiff
from understudy.templates.domain import Template
from understudy.templates.formats.yaml_json import to_json, to_yaml
from understudy.templates.library.shelf import ImportedDraft
from understudy.templates.records import Shelved, Version
from understudy.wiring.product import Product

app = typer.Typer(help="Templates: import, publish, compare, roll back, share, export.", no_args_is_help=True)
Paths = Annotated[list[Path], typer.Argument(help="A file, an archive, or the files of a Rasa project.")]
NoteText = Annotated[str, typer.Option("--note", help="What to say of the version.")]
Fit = Annotated[bool, typer.Option("--fit/--no-fit", help="Fit the head here and now; else a worker does.")]


class FileFormat(StrEnum):
    """What a template is exported as."""

    YAML = "yaml"
    JSON = "json"


@app.command("list")
def list_(
    company: Owner = None,
    own: Annotated[bool, typer.Option(help="Only those that are owned, not all that can be followed.")] = False,
    archived: Annotated[bool, typer.Option(help="Also those that are archived.")] = False,
    as_json: Json = False,
) -> None:
    """Lists templates."""

    async def work(product: Product) -> tuple[Principal, list[Shelved]]:
        principal = await principal_of(product, company)
        return principal, await all_templates(product, principal, own=own, archived=archived)

    principal, found = run(work)
    if as_json:
        print_json(found)
        return
    rows = [(one.name, one.trade, owner_of(one, principal), versions_of(one), one.id) for one in found]
    print_table(
        ["name", "trade", "owner", "version", "id"], rows, empty="No template yet: understudy template import FILE"
    )


@app.command("import")
def import_(
    paths: Paths,
    company: Owner = None,
    name: Annotated[str | None, typer.Option(help="Its name, where the file carries none.")] = None,
    trade: Annotated[str | None, typer.Option(help="Its trade, where the file carries none.")] = None,
    publish: Annotated[bool, typer.Option("--publish", help="Publish it as well.")] = False,
    fit: Fit = False,
    as_json: Json = False,
) -> None:
    """Reads our YAML or JSON, CSV of text and label, Rasa YAML, or a Dialogflow ES export, as a draft."""

    async def work(product: Product) -> tuple[ImportedDraft, Version | None]:
        principal = await principal_of(product, company)
        with err.status("Reading and saving …"):
            imported = await product.templates.library.import_files(
                principal, read_files(paths), name=name, trade=trade
            )
        version = await publish_and_fit(product, principal, imported.template, "", fit=fit) if publish else None
        return imported, version

    imported, version = run(work)
    if as_json:
        print_json({"imported": imported, "version": version_view(version) if version else None})
        return
    for warning in imported.warnings:
        err.print(f"warning: {warning}", markup=False, highlight=False)
    made = "Created" if imported.is_new else "Made a new draft of"
    out.print(f'{made} "{imported.template.name}", {imported.template.id}.', highlight=False)
    if version:
        say_published(version, fit)
    else:
        out.print(f'Next: understudy template publish "{imported.template.name}"', highlight=False)


@app.command()
def publish(
    template: TemplateName, company: Owner = None, note: NoteText = "", fit: Fit = False, as_json: Json = False
) -> None:
    """Publishes the draft as the next version."""

    async def work(product: Product) -> Version:
        principal = await principal_of(product, company)
        shelved = await named(product, principal, template)
        return await publish_and_fit(product, principal, shelved, note, fit=fit)

    version = run(work)
    if as_json:
        print_json(version_view(version))
    else:
        say_published(version, fit)


@app.command()
def rollback(
    template: TemplateName,
    version: Annotated[int, typer.Argument(help="The version to go back to.", min=1, show_default=False)],
    company: Owner = None,
    note: NoteText = "",
    as_json: Json = False,
) -> None:
    """Goes back to an old version by publishing it again; it serves at once."""

    async def work(product: Product) -> Version:
        principal = await principal_of(product, company)
        shelved = await named(product, principal, template)
        return await product.templates.versions.rollback(principal, shelved.id, version, note=note)

    published = run(work)
    if as_json:
        print_json(version_view(published))
    else:
        out.print(f"Version {published.version} holds what version {version} held.", highlight=False)


@app.command()
def versions(template: TemplateName, company: Owner = None, as_json: Json = False) -> None:
    """Lists the versions of a template, newest first."""

    async def work(product: Product) -> list[Version]:
        principal = await principal_of(product, company)
        shelved = await named(product, principal, template)
        return list(await product.templates.versions.list(principal, shelved.id, limit=200))

    found = run(work)
    if as_json:
        print_json([version_view(one) for one in found])
        return
    rows = [
        (one.version, f"{one.published_at:%Y-%m-%d %H:%M}Z", one.published_by, "yes" if one.is_fitted else "", one.note)
        for one in found
    ]
    print_table(["version", "published", "by", "fitted", "note"], rows, empty="Not published yet.")


@app.command()
def diff(
    template: TemplateName,
    before: Annotated[int, typer.Argument(help="A version.", min=1, show_default=False)],
    after: Annotated[int | None, typer.Argument(help="Another; without it: the draft.", min=1)] = None,
    company: Owner = None,
    as_json: Json = False,
) -> None:
    """Shows what changed between two versions, or since a version in the draft."""

    async def work(product: Product) -> TemplateDiff:
        principal = await principal_of(product, company)
        shelved = await named(product, principal, template)
        return await product.templates.versions.compare(principal, shelved.id, before, after)

    found = run(work)
    if as_json:
        print_json(found)
        return
    for line in found.lines() or ("Nothing changed.",):
        out.print(line, markup=False, highlight=False, soft_wrap=True)


@app.command()
def export(
    template: TemplateName,
    company: Owner = None,
    version: Annotated[int | None, typer.Option(help="A version; without it: the newest.", min=1)] = None,
    draft: Annotated[bool, typer.Option("--draft", help="The draft instead of a version.")] = False,
    as_format: Annotated[FileFormat, typer.Option("--format", help="What to write.")] = FileFormat.YAML,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; without it: the screen.")
    ] = None,
) -> None:
    """Writes a template as one file, which can be imported again."""

    async def work(product: Product) -> Template:
        principal = await principal_of(product, company)
        shelved = await named(product, principal, template)
        if draft:
            return await product.templates.drafts.whole(principal, shelved.id)
        return await product.templates.versions.document(principal, shelved.id, version)

    found = run(work)
    text = to_yaml(found) if as_format is FileFormat.YAML else to_json(found)
    if output is None:
        out.print(text, markup=False, highlight=False, soft_wrap=True)
        return
    output.write_text(text, encoding="utf-8")
    out.print(f"Wrote {output}.", highlight=False)


@app.command()
def share(
    template: TemplateName,
    company: Owner = None,
    stop: Annotated[bool, typer.Option("--stop", help="Share it no longer; refused while others follow it.")] = False,
    as_json: Json = False,
) -> None:
    """Lets other companies follow a template."""

    async def work(product: Product) -> Shelved:
        principal = await principal_of(product, company)
        shelved = await named(product, principal, template)
        return await product.templates.library.share(principal, shelved.id, is_shared=not stop)

    say(run(work), "Shared no longer" if stop else "Shared", as_json=as_json)


@app.command()
def archive(template: TemplateName, company: Owner = None, as_json: Json = False) -> None:
    """Takes a template off the shelf; refused while anybody follows it."""

    async def work(product: Product) -> Shelved:
        principal = await principal_of(product, company)
        shelved = await named(product, principal, template)
        await product.templates.library.archive(principal, shelved.id)
        return shelved

    say(run(work), "Archived", as_json=as_json)


@app.command()
def restore(template: TemplateName, company: Owner = None, as_json: Json = False) -> None:
    """Puts an archived template back."""

    async def work(product: Product) -> Shelved:
        principal = await principal_of(product, company)
        shelved = await named(product, principal, template)
        return await product.templates.library.restore(principal, shelved.id)

    say(run(work), "Brought back", as_json=as_json)


@app.command()
def delete(
    template: TemplateName,
    company: Owner = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Deletes a template with its draft and versions; refused while anybody follows it."""
    if not yes:
        typer.confirm(f'Delete "{template}" with all its versions?', abort=True)

    async def work(product: Product) -> Shelved:
        principal = await principal_of(product, company)
        shelved = await named(product, principal, template)
        await product.templates.library.delete(principal, shelved.id)
        return shelved

    say(run(work), "Deleted", as_json=as_json)

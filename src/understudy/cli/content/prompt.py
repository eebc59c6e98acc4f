"""understudy prompt: the words that models are instructed with, their versions."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from understudy.cli.context import CompanySlug, Json, acting_for, fail, out, print_json, print_table, run
from understudy.kit.errors import Invalid
from understudy.llm.prompts.domain import Edit, Part, PromptSet, PromptVersion
from understudy.wiring.product import Product

app = typer.Typer(help="The words that models are instructed with, and their versions.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Name of the part, such as modality.voice.", show_default=False)]
Version = Annotated[int | None, typer.Option("--version", min=0, help="A version; 0: as shipped; else as it is now.")]
Expected = Annotated[
    int | None, typer.Option("--expected-version", min=0, help="The version you saw; else whatever holds now.")
]


@app.command("list")
def list_(company: CompanySlug, version: Version = None, as_json: Json = False) -> None:
    """Lists the parts, and which of them are the company's own."""
    parts, held = run(lambda product: _read(product, company, version))
    if as_json:
        print_json(held)
        return
    rows = [(part.name, "own" if part.name in held.own else "shipped", part.about) for part in parts]
    out.print(f"version {held.label}", highlight=False)
    print_table(["part", "", "about"], rows, empty="There are no parts.")


@app.command()
def show(name: Name, company: CompanySlug, version: Version = None, as_json: Json = False) -> None:
    """Shows the text of a part."""

    async def work(product: Product) -> tuple[Part, PromptSet]:
        part = product.prompts.catalogue.part(name)
        return part, (await _read(product, company, version))[1]

    part, held = run(work)
    if as_json:
        print_json({"part": part, "label": held.label, "text": held.text(name), "is_own": name in held.own})
    else:
        print(held.text(name))


@app.command()
def versions(company: CompanySlug, as_json: Json = False) -> None:
    """Lists the company's versions, newest first."""

    async def work(product: Product) -> Sequence[PromptVersion]:
        return await product.prompts.versions((await acting_for(product, company)).company)

    found = run(work)
    if as_json:
        print_json(found)
        return
    rows = [
        (one.version, one.published_at.isoformat("T", "seconds"), one.published_by, ", ".join(one.texts), _told(one))
        for one in found
    ]
    empty = "It uses the shipped prompts: understudy prompt edit PART --company SLUG"
    print_table(["version", "published", "by", "own parts", "note"], rows, empty=empty)


@app.command()
def diff(
    company: CompanySlug,
    before: Annotated[int, typer.Option("--from", min=0, help="The older version; 0: as shipped.")] = 0,
    after: Annotated[int | None, typer.Option("--to", min=0, help="The newer version; else as it is now.")] = None,
    as_json: Json = False,
) -> None:
    """Compares two versions, line by line."""

    async def work(product: Product) -> tuple[str, ...]:
        return await product.prompts.compare((await acting_for(product, company)).company, before, after)

    lines = run(work)
    if as_json:
        print_json({"lines": lines})
    else:
        print("\n".join(lines) or "Nothing differs.")


@app.command()
def edit(
    name: Name,
    company: CompanySlug,
    file: Annotated[Path | None, typer.Option("--file", help="The new text; without it your editor opens.")] = None,
    is_shipped: Annotated[bool, typer.Option("--shipped", help="Brings the shipped text back.")] = False,
    note: Annotated[str, typer.Option(help="Why, for the others.")] = "",
    expected_version: Expected = None,
    as_json: Json = False,
) -> None:
    """Publishes the next version with another text for a part."""
    seen = expected_version
    if is_shipped:
        text = None
    elif file is not None:
        text = _text_of(file)
    else:
        _, held = run(lambda product: _read(product, company, None))
        seen = held.version if seen is None else seen
        text = _edited(_known(held, name))
        if text.strip() == held.texts[name].strip():
            out.print("Nothing changed.")
            return

    async def work(product: Product) -> PromptVersion:
        principal = await acting_for(product, company)
        expected = (await product.prompts.of(principal.company)).version if seen is None else seen
        return await product.prompts.publish(principal, Edit({name: text}, note), expected_version=expected)

    _published(run(work), as_json=as_json)


@app.command()
def rollback(
    company: CompanySlug,
    to: Annotated[int, typer.Option("--to", min=0, help="The version to publish again; 0: all as shipped.")],
    expected_version: Expected = None,
    as_json: Json = False,
) -> None:
    """Publishes an old version again, as the next one."""

    async def work(product: Product) -> PromptVersion:
        principal = await acting_for(product, company)
        seen = expected_version
        expected = (await product.prompts.of(principal.company)).version if seen is None else seen
        return await product.prompts.roll_back(principal, to, expected_version=expected)

    _published(run(work), as_json=as_json)


async def _read(product: Product, company: str, version: int | None) -> tuple[Sequence[Part], PromptSet]:
    company_id = (await acting_for(product, company)).company
    prompts = product.prompts
    held = await prompts.of(company_id) if version is None else await prompts.at(company_id, version)
    return tuple(prompts.catalogue.parts.values()), held


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fail(Invalid(f"{file} cannot be read: {error}", field="file", remedy="give a text file in UTF-8"))


def _edited(text: str) -> str:
    """The text as somebody left it in the editor of their environment."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "prompt.md"
        file.write_text(text + "\n", encoding="utf-8")
        try:
            done = subprocess.run([*shlex.split(editor), str(file)], check=False)  # noqa: S603  # one's own editor
        except OSError as error:
            fail(Invalid(f"the editor {editor!r} cannot be started: {error}", remedy="set EDITOR, or give --file"))
        return _text_of(file) if done.returncode == 0 else text


def _known(held: PromptSet, name: str) -> str:
    if name not in held.texts:
        fail(Invalid(f"there is no prompt part {name!r}", field="name", remedy=f"one of: {', '.join(held.texts)}"))
    return held.texts[name]


def _published(made: PromptVersion, *, as_json: bool) -> None:
    if as_json:
        print_json(made)
    else:
        out.print(f"Published version {made.version}.", highlight=False)


def _told(one: PromptVersion) -> str:
    return one.note if one.from_version is None else f"version {one.from_version} again. {one.note}".strip()

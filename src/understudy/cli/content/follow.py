"""understudy follow: the ordered list of templates that a company answers from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from understudy.cli.content.owner import TemplateName, named
from understudy.cli.context import CompanySlug, Json, acting_for, print_json, print_table, run
from understudy.templates.records import Follow
from understudy.wiring.product import Product

app = typer.Typer(help="Which templates a company answers from, in order.", no_args_is_help=True)
Version = Annotated[
    int | None, typer.Option("--version", min=1, help="Pins this version; else the newest is followed.")
]


@app.command("list")
def list_(company: CompanySlug, as_json: Json = False) -> None:
    """Lists what the company follows."""

    async def work(product: Product) -> Sequence[Follow]:
        return await product.templates.following.list((await acting_for(product, company)).company)

    _show(run(work), as_json=as_json)


@app.command()
def add(
    template: TemplateName,
    company: CompanySlug,
    position: Annotated[int | None, typer.Option(min=0, help="Place in the list from 0; else last.")] = None,
    version: Version = None,
    as_json: Json = False,
) -> None:
    """Follows a template, or moves and pins one that is followed."""

    async def work(product: Product) -> Sequence[Follow]:
        principal = await acting_for(product, company)
        shelved = await named(product, principal, template)
        return await product.templates.following.follow(principal, shelved.id, position=position, version=version)

    _show(run(work), as_json=as_json)


@app.command()
def pin(template: TemplateName, company: CompanySlug, version: Version = None, as_json: Json = False) -> None:
    """Pins a followed template to a version; without one, follows the newest again."""

    async def work(product: Product) -> Sequence[Follow]:
        principal = await acting_for(product, company)
        shelved = await named(product, principal, template)
        return await product.templates.following.pin(principal, shelved.id, version)

    _show(run(work), as_json=as_json)


@app.command()
def leave(template: TemplateName, company: CompanySlug, as_json: Json = False) -> None:
    """Follows a template no more; its overlay is kept for a return."""

    async def work(product: Product) -> Sequence[Follow]:
        principal = await acting_for(product, company)
        shelved = await named(product, principal, template)
        return await product.templates.following.leave(principal, shelved.id)

    _show(run(work), as_json=as_json)


def _show(found: Sequence[Follow], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    rows = [
        (
            one.position,
            one.template.name,
            one.version,
            "pinned" if one.pinned_version else "newest",
            "yes" if one.is_fitted else "being fitted",
            one.overlay_version or "",
        )
        for one in found
    ]
    columns = ["", "template", "version", "", "answers by meaning", "overlay"]
    print_table(columns, rows, empty="It follows no template yet: understudy follow add TEMPLATE --company SLUG")

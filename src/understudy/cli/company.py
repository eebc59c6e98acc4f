"""understudy company: create, list, show, change and archive companies, and their settings."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
import yaml

from understudy.cli.context import Json, acting_for, operator, out, print_json, print_table, run
from understudy.companies.domain import Company, slug_of
from understudy.wiring.product import Product

app = typer.Typer(help="Companies and their settings.", no_args_is_help=True)
PAGE = 200
Slug = Annotated[str, typer.Argument(help="Slug of the company.", show_default=False)]


def _view(company: Company) -> dict[str, Any]:
    return {
        "id": company.id,
        "slug": company.slug,
        "name": company.name,
        "trade": company.trade,
        "created_at": company.created_at,
        "archived_at": company.archived_at,
        "settings_version": company.settings_version,
        "settings": company.settings.document,
    }


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Name of the company.", show_default=False)],
    trade: Annotated[str, typer.Option(help="Its trade, such as banking or hvac.", show_default=False)],
    slug: Annotated[str | None, typer.Option(help="Its slug; made from the name if left out.")] = None,
    as_json: Json = False,
) -> None:
    """Creates a company."""

    async def work(product: Product) -> Company:
        return await product.companies.create(operator(), slug=slug or slug_of(name), name=name, trade=trade)

    company = run(work)
    if as_json:
        print_json(_view(company))
    else:
        out.print(f"Created {company.slug}. Next: understudy key create --company {company.slug} website")


@app.command("list")
def list_(
    archived: Annotated[bool, typer.Option(help="Also those that are archived.")] = False, as_json: Json = False
) -> None:
    """Lists the companies."""

    async def work(product: Product) -> list[Company]:
        return await _all(product, archived=archived)

    companies = run(work)
    if as_json:
        print_json([_view(company) for company in companies])
        return
    rows = [(c.slug, c.name, c.trade, c.created_at.date(), "archived" if c.archived_at else "") for c in companies]
    print_table(["slug", "name", "trade", "created", ""], rows, empty="No company yet: understudy company create NAME")


@app.command()
def show(slug: Slug, as_json: Json = False) -> None:
    """Shows a company with all its settings."""
    company = run(lambda product: product.companies.by_slug(slug))
    if as_json:
        print_json(_view(company))
        return
    out.print(f"[bold]{company.name}[/] ({company.slug}), {company.trade}, id {company.id}")
    out.print(f"settings, version {company.settings_version}:")
    out.print(yaml.safe_dump(dict(company.settings.document), sort_keys=False, allow_unicode=True), highlight=False)


@app.command()
def change(
    slug: Slug,
    name: Annotated[str | None, typer.Option(help="New name.")] = None,
    trade: Annotated[str | None, typer.Option(help="New trade.")] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help="A setting, such as ladder.thresholds.rules=0.75; an empty value resets it."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Changes a company's name, trade or settings; every process uses them within a second."""
    patch = _patch(setting or [])

    async def work(product: Product) -> Company:
        principal = await acting_for(product, slug)
        company = await product.companies.by_slug(slug)
        if name or trade:
            company = await product.companies.change(principal, company.id, name=name, trade=trade)
        if patch:
            company = await product.companies.change_settings(principal, company.id, patch)
        return company

    company = run(work)
    if as_json:
        print_json(_view(company))
    else:
        out.print(f"Changed {company.slug}; settings are at version {company.settings_version}.")


@app.command()
def archive(slug: Slug, as_json: Json = False) -> None:
    """Archives a company: its keys stop working, its data stays."""

    async def work(product: Product) -> None:
        principal = await acting_for(product, slug)
        await product.companies.archive(principal, principal.company)

    run(work)
    if as_json:
        print_json({"slug": slug, "archived": True})
    else:
        out.print(f"Archived {slug}. To bring it back: understudy company restore {slug}")


@app.command()
def restore(slug: Slug, as_json: Json = False) -> None:
    """Brings an archived company back."""

    run(lambda product: product.companies.restore(operator(), slug))
    if as_json:
        print_json({"slug": slug, "archived": False})
    else:
        out.print(f"Brought {slug} back.")


async def _all(product: Product, *, archived: bool) -> list[Company]:
    found: list[Company] = []
    while page := await product.companies.list(after=found[-1].slug if found else "", limit=PAGE, archived=archived):
        found += page
    return found


def _patch(settings: list[str]) -> dict[str, Any]:
    patch: dict[str, Any] = {}
    for setting in settings:
        path, equals, value = setting.partition("=")
        if not equals or not path:
            raise typer.BadParameter(f"{setting!r} is not of the form path.to.setting=value")
        *groups, leaf = path.split(".")
        place = patch
        for group in groups:
            place = place.setdefault(group, {})
        place[leaf] = _value(value)
    return patch


def _value(text: str) -> Any:
    if text == "":
        return None
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text

"""understudy key: API keys of a company, or of the platform."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from understudy.cli.context import Json, operator, out, print_json, print_table, run
from understudy.companies.domain import ApiKey
from understudy.companies.permissions import COMPANY_PERMISSIONS, PLATFORM_PERMISSIONS, Permission
from understudy.wiring.product import Product

app = typer.Typer(help="API keys.", no_args_is_help=True)
Owner = Annotated[str | None, typer.Option("--company", "-c", help="Slug of the company; none: the platform's keys.")]


async def _company_id(product: Product, slug: str | None) -> UUID | None:
    return (await product.companies.by_slug(slug)).id if slug else None


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What the key is for.", show_default=False)],
    company: Owner = None,
    permission: Annotated[
        list[Permission] | None, typer.Option(help="A permission it holds; repeat. All, if left out.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Creates a key; its token is shown this once."""
    everything = COMPANY_PERMISSIONS if company else PLATFORM_PERMISSIONS

    async def work(product: Product) -> tuple[ApiKey, str]:
        return await product.access.create_key(
            operator(),
            name=name,
            permissions=frozenset(permission) if permission else everything,
            company_id=await _company_id(product, company),
        )

    key, token = run(work)
    if as_json:
        print_json({"id": key.id, "name": key.name, "permissions": sorted(key.permissions), "token": token})
    else:
        out.print(f"{token}", highlight=False)
        out.print("[dim]Keep it: it is not shown again.[/]")


@app.command("list")
def list_(company: Owner = None, as_json: Json = False) -> None:
    """Lists the keys, without their tokens."""

    async def work(product: Product) -> list[ApiKey]:
        return await product.access.keys(await _company_id(product, company))

    keys = run(work)
    if as_json:
        print_json(keys)
        return
    rows = [(k.id, k.name, ", ".join(sorted(k.permissions)), "revoked" if k.revoked_at else "") for k in keys]
    print_table(["id", "name", "permissions", ""], rows, empty="No key yet: understudy key create NAME")


@app.command()
def revoke(
    key_id: Annotated[UUID, typer.Argument(show_default=False)], company: Owner = None, as_json: Json = False
) -> None:
    """Revokes a key, everywhere within a second."""

    async def work(product: Product) -> None:
        await product.access.revoke_key(operator(), key_id, company_id=await _company_id(product, company))

    run(work)
    if as_json:
        print_json({"id": key_id, "revoked": True})
    else:
        out.print(f"Revoked {key_id}.")

"""understudy contact: everything kept about a contact, given out or erased."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import typer

from understudy.cli.context import CompanySlug, Json, acting_for, out, print_json, print_table, run
from understudy.conversations.domain import Contact, IdentityKind
from understudy.wiring.product import Product

app = typer.Typer(help="Contacts: find, export, erase.", no_args_is_help=True)
ContactId = Annotated[UUID, typer.Argument(metavar="CONTACT", help="Its id.", show_default=False)]


@app.command()
def find(
    company: CompanySlug,
    kind: Annotated[IdentityKind, typer.Argument(help="What it is known by.", show_default=False)],
    value: Annotated[str, typer.Argument(help="Such as ann@example.com.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Finds the contact of a phone number, an e-mail address or another identity."""

    async def work(product: Product) -> Contact:
        return await product.contacts.find((await acting_for(product, company)).company, kind=kind, value=value)

    contact = run(work)
    if as_json:
        print_json(contact)
    else:
        out.print(f"{contact.id} {contact.display_name or ''}", highlight=False, markup=False)


@app.command()
def export(company: CompanySlug, contact: ContactId) -> None:
    """Prints everything kept about a contact as JSON."""

    async def work(product: Product) -> dict[str, list[dict[str, Any]]]:
        return await product.contacts.export(await acting_for(product, company), contact)

    print_json({"contact_id": contact, "tables": run(work)})


@app.command()
def erase(
    company: CompanySlug,
    contact: ContactId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Erases a contact and everything kept about it, for good."""
    if not yes:
        typer.confirm(f"Erase {contact} and everything kept about it, for good?", abort=True, err=True)

    async def work(product: Product) -> Mapping[str, int]:
        return await product.contacts.erase(await acting_for(product, company), contact)

    erased = run(work)
    if as_json:
        print_json({"contact_id": contact, "erased": erased})
    else:
        print_table(["table", "rows erased"], erased.items(), empty="")

"""For whom a command about templates acts, and which template it means."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from understudy.cli.context import acting_for, operator
from understudy.companies.domain import Principal
from understudy.templates.records import Shelved, TemplateNotFound
from understudy.wiring.product import Product

PAGE = 200

Owner = Annotated[
    str | None,
    typer.Option("--company", "-c", help="Slug of the company; without it: the platform.", show_default=False),
]
TemplateName = Annotated[str, typer.Argument(metavar="TEMPLATE", help="Its name or id.", show_default=False)]


async def principal_of(product: Product, slug: str | None) -> Principal:
    """Whoever sits at this machine, for a company or for the platform."""
    return await acting_for(product, slug) if slug else operator()


async def all_templates(
    product: Product, principal: Principal, *, own: bool = False, archived: bool = False
) -> list[Shelved]:
    """Every template that the principal may follow."""
    found: list[Shelved] = []
    while page := await product.templates.library.list(
        principal, after=found[-1].id if found else None, limit=PAGE, own=own, archived=archived
    ):
        found += page
    return found


async def named(product: Product, principal: Principal, name: str) -> Shelved:
    """The template of an id or a name; one's own comes before others of the same name."""
    try:
        return await product.templates.library.show(principal, UUID(name))
    except ValueError:
        pass
    known = await all_templates(product, principal, archived=True)
    fitting = [one for one in known if one.name == name or one.name.casefold() == name.casefold()]
    fitting.sort(key=lambda one: (one.archived_at is not None, one.company_id != principal.company_id))
    if not fitting:
        raise TemplateNotFound(f'there is no template "{name}"', remedy="`understudy template list` shows them")
    return fitting[0]

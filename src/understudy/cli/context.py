"""What all commands share: the opened product, who acts, how results and errors are shown."""

from __future__ import annotations

import asyncio
import getpass
import json
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Annotated, Any, NoReturn, TypeVar
from uuid import UUID

import typer
from pydantic_core import to_jsonable_python
from rich.console import Console
from rich.table import Table

from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.infra.postgres.place import Place, find_place
from understudy.infra.telemetry import configure_logging
from understudy.kit.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable, UnderstudyError
from understudy.wiring.configuration import Configuration, configuration
from understudy.wiring.product import Product, build, opened

T = TypeVar("T")

EXIT: dict[type[UnderstudyError], int] = {Invalid: 2, NotFound: 3, Conflict: 4, Forbidden: 5, Unavailable: 6}
"""Exit codes: 0 done, 1 a bug, 2 wrong input, 3 not found, 4 it moved on, 5 not allowed, 6 not available just now."""

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
CompanySlug = Annotated[str, typer.Option("--company", "-c", help="Slug of the company.", show_default=False)]

out = Console()
err = Console(stderr=True)


def fail(error: UnderstudyError) -> NoReturn:
    """Says what is wrong and how to mend it, and ends with the exit code of the error."""
    where = f"{error.field}: " if error.field else ""
    err.print(f"[red]error:[/] {_escape(where + error.message)}", highlight=False, soft_wrap=True)
    if isinstance(error, Invalid) and len(error.problems) > 1:
        for problem in error.problems:
            err.print(f"  - {_escape(str(problem))}", highlight=False)
    if error.remedy:
        err.print(f"[dim]remedy:[/] {_escape(error.remedy)}", highlight=False, soft_wrap=True)
    raise typer.Exit(next(code for kind, code in EXIT.items() if isinstance(error, kind)))


def find_place_or_fail(settings: Configuration) -> Place:
    """The database, with progress said when the embedded one has to start."""
    try:
        with err.status("Opening the database …"):
            return find_place(settings.database)
    except UnderstudyError as error:
        fail(error)


def read_configuration() -> Configuration:
    """The settings of this process; ends the program on faults."""
    try:
        return configuration()
    except UnderstudyError as error:
        fail(error)


def run(work: Callable[[Product], Awaitable[T]]) -> T:
    """Opens the product, does the work, closes it; errors end the program with a message and an exit code."""
    settings = read_configuration()
    configure_logging(json=False, level="WARNING")
    place = find_place_or_fail(settings)

    async def whole() -> T:
        async with opened(build(place, settings)) as product:
            return await work(product)

    try:
        return asyncio.run(whole())
    except UnderstudyError as error:
        fail(error)
    finally:
        place.leave()


def operator(company_id: UUID | None = None) -> Principal:
    """Whoever sits at this machine: they may do everything, under their own name."""
    return Principal(f"cli:{getpass.getuser()}", company_id, frozenset(Permission))


async def acting_for(product: Product, slug: str) -> Principal:
    """The person at this machine acting for a company; raises `CompanyNotFound`."""
    return operator((await product.companies.by_slug(slug)).id)


def print_json(value: Any) -> None:
    """Prints a value as JSON: dataclasses, times and identifiers included."""
    json.dump(to_jsonable_python(value), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Prints rows as a table, or what to do when there are none."""
    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(_escape("" if cell is None else str(cell)) for cell in row))
    out.print(table if table.row_count else f"[dim]{empty}[/]")


def _escape(text: str) -> str:
    return text.replace("[", "\\[")

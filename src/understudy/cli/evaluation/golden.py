"""understudy golden: messages whose right answer is known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from understudy.cli.context import CompanySlug, Json, acting_for, err, out, print_json, print_table, run
from understudy.evaluation.domain import GoldenCase
from understudy.evaluation.golden.domain import NewCase
from understudy.evaluation.golden.sheet import read_cases
from understudy.kit.errors import Invalid
from understudy.kit.text import excerpt
from understudy.wiring.product import Product

PAGE = 200
EXCERPT = 70
app = typer.Typer(help="Golden cases: messages whose right answer is known.", no_args_is_help=True)
CaseId = Annotated[UUID, typer.Argument(metavar="CASE", help="Its id.", show_default=False)]
Note = Annotated[str, typer.Option(help="Why, for the others.")]
Expected = Annotated[
    str | None,
    typer.Option(help="The key that should answer, or the name of a scenario; none: nothing free should."),
]


@app.command("list")
def list_(
    company: CompanySlug,
    version: Annotated[int | None, typer.Option(min=0, help="A version of the set; none: as it is now.")] = None,
    as_json: Json = False,
) -> None:
    """Lists the cases of the set."""

    async def work(product: Product) -> tuple[int, list[GoldenCase]]:
        company_id = (await product.companies.by_slug(company)).id
        found: list[GoldenCase] = []
        while page := await product.learning.evaluation.golden.list(
            company_id, version=version, after=found[-1].id if found else None, limit=PAGE
        ):
            found += page
        return await product.learning.evaluation.golden.version(company_id), found

    now, found = run(work)
    if as_json:
        print_json({"version": now, "cases": found})
        return
    rows = [(case.id, case.since, excerpt(case.text, EXCERPT), case.expected or "–", case.origin) for case in found]
    print_table(["id", "since", "text", "expected", "origin"], rows, empty="No case yet: understudy golden add TEXT")


@app.command()
def add(
    text: Annotated[str, typer.Argument(help="The message.", show_default=False)],
    company: CompanySlug,
    expected: Expected = None,
    note: Note = "",
    as_json: Json = False,
) -> None:
    """Adds a case."""

    async def work(product: Product) -> Sequence[GoldenCase]:
        principal = await acting_for(product, company)
        return await product.learning.evaluation.golden.add(principal, [NewCase(text, expected, note=note)])

    _say_added(run(work), as_json=as_json)


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="CSV with the columns text, expected, language, note; or JSON lines.")],
    company: CompanySlug,
    as_json: Json = False,
) -> None:
    """Adds all cases of a file, or none; those that are there already are left out."""

    async def work(product: Product) -> Sequence[GoldenCase]:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise Invalid(f"{path}: {error.strerror}", field="path", remedy="give a file that can be read") from None
        given = read_cases(content, path.name)
        with err.status(f"Reading {len(given):,} cases …"):
            return await product.learning.evaluation.golden.add(await acting_for(product, company), given)

    _say_added(run(work), as_json=as_json)


@app.command()
def confirm(
    decision: Annotated[UUID, typer.Argument(help="Id of the decision.", show_default=False)],
    company: CompanySlug,
    expected: Annotated[str | None, typer.Option(help="What would have been right; none: what answered.")] = None,
    note: Note = "",
    as_json: Json = False,
) -> None:
    """Makes a case of a recorded answer."""

    async def work(product: Product) -> Sequence[GoldenCase]:
        principal = await acting_for(product, company)
        return await product.learning.evaluation.golden.confirm(principal, decision, expected=expected, note=note)

    _say_added(run(work), as_json=as_json)


@app.command()
def drop(case: CaseId, company: CompanySlug, as_json: Json = False) -> None:
    """Takes a case out of the set; earlier versions keep it."""

    async def work(product: Product) -> int:
        return await product.learning.evaluation.golden.drop(await acting_for(product, company), case)

    version = run(work)
    if as_json:
        print_json({"dropped": case, "version": version})
    else:
        out.print(f"Dropped {case}: the set is at version {version}.", highlight=False)


def _say_added(added: Sequence[GoldenCase], *, as_json: bool) -> None:
    if as_json:
        print_json(list(added))
    else:
        out.print(f"Added {len(added):,} case{'s' if len(added) != 1 else ''}.", highlight=False)

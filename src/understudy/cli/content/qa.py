"""understudy qa: questions and answers of a company, or of a trade."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from understudy.cli.context import Json, acting_for, err, operator, out, print_json, print_table, run
from understudy.kit.errors import Invalid
from understudy.kit.text import excerpt
from understudy.templates.domain import QaEntry, Reply
from understudy.templates.questions.domain import NewQuestion
from understudy.templates.questions.sheet import read_questions
from understudy.templates.records import Edited
from understudy.wiring.product import Product

PAGE = 200
EXCERPT = 70
app = typer.Typer(help="Questions and answers of a company, or those that a trade shares.", no_args_is_help=True)
Company = Annotated[str | None, typer.Option("--company", "-c", help="Slug of the company.", show_default=False)]
Trade = Annotated[str | None, typer.Option("--trade", help="A trade, for all its companies.", show_default=False)]
EntryId = Annotated[UUID, typer.Argument(metavar="QUESTION", help="Its id.", show_default=False)]
Revision = Annotated[int, typer.Option(min=1, help="The revision that you saw.", show_default=False)]


@app.command("list")
def list_(company: Company = None, trade: Trade = None, as_json: Json = False) -> None:
    """Lists questions with their answers."""
    found = run(lambda product: _all(product, company, trade))
    if as_json:
        print_json([_view(entry, edited) for entry, edited in found])
        return
    rows = [
        (
            entry.id,
            edited.revision,
            excerpt(entry.question, EXCERPT),
            len(entry.variants),
            excerpt(_text(entry), EXCERPT),
        )
        for entry, edited in found
    ]
    print_table(["id", "revision", "question", "variants", "reply"], rows, empty="No question yet: understudy qa add")


@app.command()
def add(
    question: Annotated[str, typer.Argument(help="The question.", show_default=False)],
    reply: Annotated[str, typer.Argument(help="The answer.", show_default=False)],
    company: Company = None,
    trade: Trade = None,
    short: Annotated[str, typer.Option(help="A short form of the answer.")] = "",
    variant: Annotated[list[str] | None, typer.Option(help="Another way to ask it; may be repeated.")] = None,
    as_json: Json = False,
) -> None:
    """Adds a question; it answers within a second."""
    given = NewQuestion(question, Reply(short, reply), tuple(variant or ()))
    _say_added(run(lambda product: _add(product, [given], company, trade)), as_json=as_json)


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="CSV with the columns question, variants, short, full; or JSON.")],
    company: Company = None,
    trade: Trade = None,
    as_json: Json = False,
) -> None:
    """Adds all questions of a sheet, or none."""

    async def work(product: Product) -> list[tuple[QaEntry, Edited]]:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise Invalid(f"{path}: {error.strerror}", field="path", remedy="give a file that can be read") from None
        given = read_questions(content, path.name)
        with err.status(f"Reading {len(given)} questions …"):
            return await _add(product, given, company, trade)

    _say_added(run(work), as_json=as_json)


@app.command()
def delete(
    question: EntryId, revision: Revision, company: Company = None, trade: Trade = None, as_json: Json = False
) -> None:
    """Deletes a question."""

    async def work(product: Product) -> None:
        _one_owner(company, trade)
        if company:
            principal = await acting_for(product, company)
            await product.templates.questions.delete(principal, question, expected_revision=revision)
        else:
            await product.templates.trade_questions.delete(operator(), question, expected_revision=revision)

    run(work)
    if as_json:
        print_json({"deleted": question})
    else:
        out.print(f"Deleted {question}.", highlight=False)


async def _all(product: Product, company: str | None, trade: str | None) -> list[tuple[QaEntry, Edited]]:
    _one_owner(company, trade)
    found: list[tuple[QaEntry, Edited]] = []
    company_id = (await product.companies.by_slug(company)).id if company else None
    while True:
        after = found[-1][0].id if found else None
        if company_id is not None:
            kept = await product.templates.questions.list(company_id, after=after, limit=PAGE)
            page = [(one.entry, one.edited) for one in kept]
        else:
            shared = await product.templates.trade_questions.list(operator(), trade=trade, after=after, limit=PAGE)
            page = [(one.entry, one.edited) for one in shared]
        if not page:
            return found
        found += page


async def _add(
    product: Product, given: list[NewQuestion], company: str | None, trade: str | None
) -> list[tuple[QaEntry, Edited]]:
    _one_owner(company, trade)
    if company:
        kept = await product.templates.questions.add(await acting_for(product, company), given)
    else:
        kept = await product.templates.trade_questions.add(operator(), trade or "", given)
    return [(one.entry, one.edited) for one in kept]


def _one_owner(company: str | None, trade: str | None) -> None:
    if bool(company) == bool(trade):
        raise Invalid("say whose questions they are", field="company", remedy="give either --company or --trade")


def _say_added(added: list[tuple[QaEntry, Edited]], *, as_json: bool) -> None:
    if as_json:
        print_json([_view(entry, edited) for entry, edited in added])
    else:
        out.print(f"Added {len(added)} question{'s' if len(added) != 1 else ''}.", highlight=False)


def _view(entry: QaEntry, edited: Edited) -> dict[str, Any]:
    return {
        "id": entry.id,
        "revision": edited.revision,
        "question": entry.question,
        "variants": list(entry.variants),
        "reply": {"short": entry.reply.short, "full": entry.reply.full},
    }


def _text(entry: QaEntry) -> str:
    return entry.reply.full or entry.reply.short

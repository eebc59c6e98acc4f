"""understudy template draft: a first template from past messages that nobody labelled."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from understudy.cli.context import CompanySlug, Json, acting_for, err, out, print_json, print_table, run
from understudy.learning.drafting.reading import read_past
from understudy.learning.drafting.service import Drafted
from understudy.wiring.product import Product


def draft(
    company: CompanySlug,
    source: Annotated[Path, typer.Option("--from", help="CSV, JSONL, or text with a message on each line.")],
    name: Annotated[str | None, typer.Option(help="Of the template; without it: the company's name.")] = None,
    contacts: Annotated[int, typer.Option(help="People who must ask the same for a scenario.", min=2)] = 4,
    as_json: Json = False,
) -> None:
    """Groups past messages by meaning; each thing that is asked often becomes a suggested scenario."""

    async def work(product: Product) -> Drafted:
        principal = await acting_for(product, company)
        with err.status("Reading and comparing …"):
            messages = read_past(source.read_text(encoding="utf-8-sig"), source.suffix.lstrip(".").lower())
            return await product.learning.makers.drafting.draft(principal, messages, name=name, contacts=contacts)

    drafted = run(work)
    if as_json:
        print_json(drafted)
        return
    rows = [
        (one.proposal.scenario, one.evidence.contacts, one.evidence.sources, one.proposal.details.get("central", ""))
        for one in drafted.suggestions
    ]
    print_table(["scenario", "people", "messages", "such as"], rows, empty="Nothing was asked often enough.")
    share = drafted.covered / max(1, drafted.read)
    out.print(
        f'{drafted.covered} of {drafted.read} messages ({share:.0%}) are covered. Template "{drafted.template.name}", '
        f"{drafted.template.id}. Each scenario needs a reply before it is approved.",
        highlight=False,
        markup=False,
    )

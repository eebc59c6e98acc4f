"""understudy rescue: what paid answers teach, and tasks that failed."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from understudy.cli.context import CompanySlug, Json, acting_for, out, print_json, print_table, run
from understudy.kit.text import excerpt
from understudy.learning.domain import Task, TaskStatus
from understudy.learning.tasks.domain import TaskQuery
from understudy.wiring.product import Product

app = typer.Typer(help="Rescues: what paid answers teach.", no_args_is_help=True)


@app.command("list")
def list_(
    company: CompanySlug,
    status: Annotated[TaskStatus | None, typer.Option(help="Only those in this state.")] = None,
    key: Annotated[str | None, typer.Option(help="Only those about this answer.")] = None,
    limit: Annotated[int, typer.Option(help="How many.", min=1, max=200)] = 50,
    as_json: Json = False,
) -> None:
    """Lists learning tasks, newest first."""

    async def work(product: Product) -> list[Task]:
        principal = await acting_for(product, company)
        return list(await product.learning.makers.tasks.list(principal, TaskQuery(status, key, limit=limit)))

    found = run(work)
    if as_json:
        print_json(found)
        return
    rows = [
        (one.id, one.status.value, one.rescue.key, excerpt(one.rescue.text, 60), len(one.suggestion_ids), one.error)
        for one in found
    ]
    print_table(["id", "status", "about", "text", "suggestions", "reason"], rows, empty="No rescue yet.")


@app.command()
def retry(
    company: CompanySlug,
    task: Annotated[UUID, typer.Argument(help="The task that failed.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Lets a failed task be worked on again."""

    async def work(product: Product) -> Task:
        return await product.learning.makers.tasks.retry(await acting_for(product, company), task)

    found = run(work)
    if as_json:
        print_json(found)
    else:
        out.print(f"The task {found.id} is {found.status.value}.", highlight=False)

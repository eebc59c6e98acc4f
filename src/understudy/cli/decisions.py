"""understudy decisions: how answers came about."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from understudy.answering.api import DecisionView
from understudy.answering.domain import Decision, DecisionQuery, Outcome, RungName
from understudy.answering.ladder import shown
from understudy.cli.context import CompanySlug, Json, acting_for, out, print_json, print_table, run
from understudy.cli.ladder import drawn
from understudy.conversations.domain import Message
from understudy.kit.money import dollars
from understudy.wiring import Product

app = typer.Typer(help="How answers came about.", no_args_is_help=True)
COLUMNS = ("id", "at", "outcome", "rung", "confidence", "path", "saved")


@app.command("list")
def list_(
    company: CompanySlug,
    rung: Annotated[RungName | None, typer.Option(help="Only those that this rung answered.")] = None,
    outcome: Annotated[Outcome | None, typer.Option(help="Only those with this outcome.")] = None,
    conversation: Annotated[UUID | None, typer.Option(help="Only those of this conversation.")] = None,
    before: Annotated[UUID | None, typer.Option(help="Go on below this decision.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many at most.")] = 20,
    as_json: Json = False,
) -> None:
    """Lists decisions, newest first."""

    async def work(product: Product) -> list[Decision]:
        principal = await acting_for(product, company)
        query = DecisionQuery(before, limit, rung, outcome, conversation)
        return await product.answering.decisions(principal.company, query)

    found = run(work)
    if as_json:
        print_json([DecisionView.of(decision) for decision in found])
        return
    print_table(COLUMNS, map(_row, found), empty="No decision yet: understudy ask --company SLUG TEXT")


@app.command()
def show(
    decision_id: Annotated[UUID, typer.Argument(help="Id of the decision.", show_default=False)],
    company: CompanySlug,
    as_json: Json = False,
) -> None:
    """Shows how one answer came about, rung by rung."""

    async def work(product: Product) -> tuple[Decision, list[Message]]:
        principal = await acting_for(product, company)
        decision = await product.answering.decision(principal.company, decision_id)
        thread = await product.conversations.read(
            company_id=principal.company, conversation_id=decision.about.conversation_id
        )
        wanted = (decision.about.message_id, decision.about.reply_id)
        return decision, [message for message in thread.messages if message.id in wanted]

    decision, messages = run(work)
    if as_json:
        print_json(DecisionView.of(decision))
        return
    for message in messages:
        out.print(f"{message.author}: {message.text}", markup=False)
    out.print()
    out.print(drawn(decision))


def _row(decision: Decision) -> tuple[object, ...]:
    choice = decision.choice
    confidence = shown(choice.confidence) if choice.confidence is not None else ""
    return (
        decision.id,
        f"{decision.decided_at:%Y-%m-%d %H:%M:%S}",
        choice.outcome.value,
        choice.rung.value if choice.rung else "",
        confidence,
        choice.path,
        dollars(decision.spending.saved_micros),
    )

"""understudy decisions: how answers came about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from understudy.answering.api import DecisionView
from understudy.answering.domain import Decision, DecisionQuery, Outcome, RungName, RungTrace, Verdict
from understudy.answering.exchanges.domain import Exchange
from understudy.answering.exchanges.views import ExchangeView, PromptView
from understudy.answering.ladder import shown
from understudy.answering.paid import PaidTrace
from understudy.cli.context import CompanySlug, Json, acting_for, out, print_json, run
from understudy.companies.permissions import Permission
from understudy.conversations.domain import Message
from understudy.kit.money import dollars
from understudy.kit.text import excerpt
from understudy.wiring.product import Product

app = typer.Typer(help="How answers came about.", no_args_is_help=True)

BAR_WIDTH = 20
MATCHED_CHARACTERS = 40
STYLES = {
    Verdict.ANSWERED: "bold green",
    Verdict.BELOW: "yellow",
    Verdict.ABSTAINED: "magenta",
    Verdict.NOTHING: "dim",
    Verdict.SKIPPED: "dim",
    Verdict.FAILED: "bold red",
}
WORDS = {
    Verdict.ANSWERED: "answered",
    Verdict.BELOW: "not sure enough",
    Verdict.ABSTAINED: "abstained",
    Verdict.NOTHING: "nothing found",
    Verdict.SKIPPED: "skipped",
    Verdict.FAILED: "failed",
}


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
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("id", "at", "outcome", "path", "saved"):
        table.add_column(name, no_wrap=name in ("id", "at"))
    for decision in found:
        table.add_row(*_row(decision))
    out.print(table if found else "[dim]No decision yet: understudy ask --company SLUG TEXT[/]")


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


@app.command()
def prompt(
    decision_id: Annotated[UUID, typer.Argument(help="Id of the decision.", show_default=False)],
    company: CompanySlug,
    as_json: Json = False,
) -> None:
    """Shows what a model was told for a decision and what it answered, personal data masked."""

    async def work(product: Product) -> Sequence[Exchange]:
        principal = await acting_for(product, company)
        principal.demand(Permission.PROMPT_READ)
        return await product.answering.exchanges(principal.company, decision_id)

    said = run(work)
    if as_json:
        print_json(PromptView(decision_id=decision_id, exchanges=[ExchangeView.of(one) for one in said]))
        return
    for one in said:
        out.rule(f"prompts {one.prompt_version}")
        for section in one.prompt.sections:
            out.print(section.text, markup=False)
            out.print()
        for turn in one.prompt.turns:
            out.print(f"{turn.role}: {turn.text}", markup=False)
        out.rule("answer")
        out.print(one.completion or "(none)", markup=False)
    if not said:
        out.print("[dim]No model was asked for this decision.[/]")


def _row(decision: Decision) -> tuple[str, ...]:
    return (
        str(decision.id),
        f"{decision.decided_at:%m-%d %H:%M:%S}",
        decision.choice.outcome.value,
        decision.choice.path,
        dollars(decision.spending.saved_micros),
    )


def drawn(decision: Decision) -> RenderableType:
    """A decision as a ladder: the rungs from the bottom up to the one that answered, and a line of sums."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("rung", "score", "", "came to", "matched"):
        table.add_column(name, no_wrap=not name)
    table.add_column("time", justify="right")
    for trace in decision.rungs:
        table.add_row(*_rung(trace))
    choice, spending = decision.choice, decision.spending
    sums = Text.assemble(
        ("path ", "dim"),
        choice.path,
        ("  cost ", "dim"),
        dollars(spending.cost_micros),
        ("  saved ", "dim"),
        (dollars(spending.saved_micros), "green" if spending.saved_micros else ""),
        ("  in ", "dim"),
        _time(decision.latency_us),
    )
    paid = [line for trace in decision.rungs if trace.paid for line in _paid(trace.paid)]
    return Group(table, *paid, sums) if decision.rungs else sums


def _paid(paid: PaidTrace) -> Iterator[Text]:
    """The calls of the paid rung, a line each, and the model's own reason."""
    for call in paid.calls:
        came_to = call.fault.value if call.fault else "answered"
        tier = f" {call.route.tier}" if call.route.tier else ""
        sums = f"  {dollars(call.cost_micros)}  {call.latency_ms} ms"
        yield Text.assemble(("call ", "dim"), f"{call.target}{tier}: {came_to} ", (call.route.reason, "dim"), sums)
    if paid.from_cache:
        yield Text("answered from memory, at no cost", "dim")
    if paid.kind:
        reason = f" ({paid.escalation})" if paid.escalation else ""
        yield Text.assemble(("model ", "dim"), f"{paid.kind}{reason}: {paid.rationale}")
        yield Text.assemble(("sure ", "dim"), paid.confidence_method)


def _rung(trace: RungTrace) -> tuple[RenderableType, ...]:
    style = STYLES[trace.verdict]
    said = trace.error or trace.reason
    came_to = WORDS[trace.verdict] + (f": {said}" if said else "")
    matched = f"{trace.best.title} ← {excerpt(trace.best.matched, MATCHED_CHARACTERS)}" if trace.best else ""
    return (
        Text(trace.rung.value, style),
        Text(shown(trace.score) if trace.score is not None else "", style),
        _bar(trace),
        Text(came_to, style),
        Text(matched),
        Text(_time(trace.latency_us) if trace.latency_us else "", "dim"),
    )


def _bar(trace: RungTrace) -> Text:
    """The score as a bar, with the threshold marked on it."""
    if trace.threshold is None:
        return Text()
    filled = round((trace.score or 0.0) * BAR_WIDTH)
    cells = ["━" if place < filled else "╌" for place in range(BAR_WIDTH)]
    cells[min(BAR_WIDTH - 1, int(trace.threshold * BAR_WIDTH))] = "┃"
    return Text("".join(cells), STYLES[trace.verdict])


def _time(micros: int) -> str:
    return f"{micros} µs" if micros < 1_000 else f"{micros / 1_000:.1f} ms"

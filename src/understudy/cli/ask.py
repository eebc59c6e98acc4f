"""understudy ask: say something to a company as a customer would, and watch it climb."""

from __future__ import annotations

from typing import Annotated

import typer

from understudy.answering.api import DecisionView
from understudy.answering.decision.case import Wish
from understudy.channels.service import Taken
from understudy.cli.context import CompanySlug, Json, operator, out, print_json, run
from understudy.cli.decisions import drawn
from understudy.conversations.domain import Channel, ContactRef, IdentityKind, Inbound
from understudy.infra.system import new_id
from understudy.templates.rendering import Form
from understudy.wiring.product import Product


def ask(
    text: Annotated[str, typer.Argument(help="What the customer says.", show_default=False)],
    company: CompanySlug,
    contact: Annotated[str, typer.Option(help="Who says it; the same word is the same customer.")] = "",
    form: Annotated[Form | None, typer.Option(help="Form of the reply.")] = None,
    min_confidence: Annotated[
        float | None, typer.Option(min=0, max=1, help="What every rung must reach; it only tightens.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Says something to a company, shows the reply and the ladder. It is stored like any message, on channel `cli`."""

    async def work(product: Product) -> Taken:
        found = await product.companies.by_slug(company)
        who = ContactRef(IdentityKind.EXTERNAL, contact or operator().name)
        inbound = Inbound(Channel.CLI, str(new_id()), who, text)
        return await product.channels.take(found.id, inbound, wish=Wish(min_confidence, form))

    taken = run(work)
    answer = taken.answer
    if as_json:
        reply = answer.reply.text if answer.reply else None
        decision = DecisionView.of(answer.decision) if answer.decision else None
        print_json({"reply": reply, "conversation_state": answer.state, "decision": decision})
        return
    out.print(answer.reply.text if answer.reply else "(nothing is sent: a person has this conversation)", markup=False)
    if answer.decision:
        out.print()
        out.print(drawn(answer.decision))

"""understudy conversation, understudy reply: what was said, and answering as a person."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from understudy.cli.context import CompanySlug, Json, acting_for, out, print_json, print_table, run
from understudy.conversations.domain import (
    Channel,
    Conversation,
    ConversationState,
    Escalation,
    Filter,
    Message,
    Thread,
)
from understudy.conversations.handover import OperatorReply
from understudy.kit.text import excerpt
from understudy.wiring.product import Product

EXCERPT = 100
app = typer.Typer(help="Conversations, read and handed back.", no_args_is_help=True)
ConversationId = Annotated[UUID, typer.Argument(metavar="CONVERSATION", help="Its id.", show_default=False)]


@app.command("list")
def list_(
    company: CompanySlug,
    state: Annotated[ConversationState | None, typer.Option(help="Only those in this state.")] = None,
    contact: Annotated[UUID | None, typer.Option(help="Only those of this contact.")] = None,
    channel: Annotated[Channel | None, typer.Option(help="Only those on this channel.")] = None,
    before: Annotated[UUID | None, typer.Option(help="Go on after this conversation.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many at most.")] = 20,
    as_json: Json = False,
) -> None:
    """Lists conversations, the one begun last first."""

    async def work(product: Product) -> list[Conversation]:
        principal = await acting_for(product, company)
        return await product.conversations.list(
            company_id=principal.company, where=Filter(state, contact, channel), before=before, limit=limit
        )

    found = run(work)
    if as_json:
        print_json(found)
        return
    rows = [(c.id, c.channel, c.state, c.message_count, f"{c.last_message_at:%Y-%m-%d %H:%M}Z") for c in found]
    print_table(["id", "channel", "state", "messages", "last"], rows, empty="No conversation yet.")


@app.command()
def show(company: CompanySlug, conversation: ConversationId, as_json: Json = False) -> None:
    """Shows what was said in a conversation."""

    async def work(product: Product) -> Thread:
        principal = await acting_for(product, company)
        return await product.conversations.read(company_id=principal.company, conversation_id=conversation)

    thread = run(work)
    if as_json:
        print_json(thread)
        return
    state, version = thread.conversation.state, thread.conversation.version
    out.print(f"{thread.contact.display_name or thread.contact.id}: {state}, version {version}", highlight=False)
    rows = [(m.position, f"{m.at:%H:%M:%S}", m.author, m.text) for m in thread.messages]
    print_table(["", "at", "author", "text"], rows, empty="Its messages were forgotten.")
    for escalation in thread.escalations:
        out.print(_line(escalation), highlight=False, markup=False)


@app.command("hand-back")
def hand_back(company: CompanySlug, conversation: ConversationId, as_json: Json = False) -> None:
    """Gives a conversation back to the ladder."""

    async def work(product: Product) -> Conversation:
        return await product.handover.hand_back(await acting_for(product, company), conversation)

    moved = run(work)
    if as_json:
        print_json(moved)
    else:
        out.print(f"The ladder answers in {moved.id} again.", highlight=False)


@app.command()
def escalations(
    company: CompanySlug,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many at most.")] = 20,
    as_json: Json = False,
) -> None:
    """Lists what was handed over to people, newest first."""

    async def work(product: Product) -> list[Escalation]:
        principal = await acting_for(product, company)
        return await product.handover.escalations(principal.company, limit=limit)

    found = run(work)
    if as_json:
        print_json(found)
        return
    rows = [(e.conversation_id, e.kind, e.state, e.taken_by, excerpt(e.summary, EXCERPT)) for e in found]
    print_table(["conversation", "kind", "state", "taken by", "summary"], rows, empty="Nothing waits for a person.")


def reply(
    company: CompanySlug,
    conversation: ConversationId,
    text: Annotated[str, typer.Argument(help="What to answer.", show_default=False)],
    hand_back: Annotated[bool, typer.Option("--hand-back", help="Give it back to the ladder.")] = False,
    as_json: Json = False,
) -> None:
    """Answers in a conversation as a person; the ladder is silent until it is handed back."""

    async def work(product: Product) -> Message:
        principal = await acting_for(product, company)
        return await product.handover.reply(principal, conversation, OperatorReply(text, hand_back))

    message = run(work)
    if as_json:
        print_json(message)
    else:
        out.print(f"Answered as message {message.position} of {message.conversation_id}.", highlight=False)


def _line(escalation: Escalation) -> str:
    taken = f" by {escalation.taken_by}" if escalation.taken_by else ""
    return f"{escalation.kind} ({escalation.state}{taken}): {escalation.reason}; {excerpt(escalation.summary, EXCERPT)}"

"""understudy feedback: what contacts and people say of answers."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from understudy.cli.context import CompanySlug, Json, acting_for, out, print_json, print_table, run
from understudy.conversations.domain import Channel
from understudy.conversations.feedback.api import CorrectionView, OpinionView
from understudy.conversations.feedback.domain import Category, Correction, NewCorrection, Opinion, OpinionQuery
from understudy.kit.text import excerpt
from understudy.wiring.product import Product

COMMENT_CHARACTERS = 60
app = typer.Typer(help="What contacts and people say of answers.", no_args_is_help=True)
Before = Annotated[UUID | None, typer.Option(help="Go on below this message.")]
Limit = Annotated[int, typer.Option(min=1, max=200, help="How many at most.")]


@app.command("list")
def list_(
    company: CompanySlug,
    helpful: Annotated[bool | None, typer.Option("--helpful/--not-helpful", help="Only these.")] = None,
    channel: Annotated[Channel | None, typer.Option(help="Only from this channel.")] = None,
    commented: Annotated[bool, typer.Option("--commented", help="Only with a comment.")] = False,
    before: Before = None,
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    """Lists what contacts think of replies, the newest reply first."""

    async def work(product: Product) -> list[Opinion]:
        query = OpinionQuery(before, limit, helpful, channel, commented)
        return await product.learning.signals.feedback.list(await acting_for(product, company), query)

    found = run(work)
    if as_json:
        print_json([OpinionView.of(opinion) for opinion in found])
        return
    rows = [(o.message_id, f"{o.changed_at:%m-%d %H:%M}", o.channel, *_said(o)) for o in found]
    print_table(["reply", "at", "channel", "helpful", "rating", "comment"], rows, empty="Nobody said anything yet.")


@app.command()
def corrections(company: CompanySlug, before: Before = None, limit: Limit = 20, as_json: Json = False) -> None:
    """Lists what people say of answers, the newest message first."""

    async def work(product: Product) -> list[Correction]:
        return await product.learning.signals.corrections.list(
            await acting_for(product, company), before=before, limit=limit
        )

    found = run(work)
    if as_json:
        print_json([CorrectionView.of(made) for made in found])
        return
    rows = [
        (
            made.message_id,
            made.corrected_by,
            "right" if made.said.is_right else made.said.category,
            made.said.right_key or excerpt(made.said.right_text or "", COMMENT_CHARACTERS),
            excerpt(made.said.reason, COMMENT_CHARACTERS),
        )
        for made in found
    ]
    print_table(["message", "by", "was", "right would be", "reason"], rows, empty="Nothing was corrected yet.")


@app.command()
def correct(
    company: CompanySlug,
    message: Annotated[UUID, typer.Argument(help="The contact's message, or the reply.", show_default=False)],
    right: Annotated[bool, typer.Option("--right", help="It was good as it was.")] = False,
    key: Annotated[str | None, typer.Option(help="What should have answered, such as scenario:Bank/lost_card.")] = None,
    text: Annotated[str | None, typer.Option(help="What should have been said.")] = None,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    category: Annotated[Category, typer.Option(help="What is wrong with it.")] = Category.WRONG,
    as_json: Json = False,
) -> None:
    """Says of an answer that it was right, or what would have been."""

    async def work(product: Product) -> Correction:
        said = NewCorrection(right, key, text, reason, category)
        return await product.learning.signals.corrections.correct(await acting_for(product, company), message, said)

    made = run(work)
    if as_json:
        print_json(CorrectionView.of(made))
    else:
        out.print(f"Kept for message {made.message_id}.", highlight=False)


def _said(opinion: Opinion) -> tuple[object, ...]:
    given = opinion.given
    helpful = "" if given.is_helpful is None else "yes" if given.is_helpful else "no"
    return (helpful, given.rating, excerpt(given.comment or "", COMMENT_CHARACTERS))

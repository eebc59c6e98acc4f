"""understudy notices: what people should know about, and where it is sent."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from understudy.cli.context import CompanySlug, Json, acting_for, operator, out, print_json, print_table, run
from understudy.monitoring.api import NoticeView
from understudy.monitoring.domain import MOST_NOTICES, Code, Notice, NoticeQuery, Severity
from understudy.monitoring.webhooks import Webhook
from understudy.wiring.product import Product

app = typer.Typer(help="What people should know about, and where it is sent.", no_args_is_help=True)
AnyCompany = Annotated[str, typer.Option("--company", "-c", help="Slug of the company; without it, all.")]


@app.command("list")
def list_(
    company: AnyCompany = "",
    code: Annotated[Code | None, typer.Option(help="Only those of this code.")] = None,
    severity: Annotated[Severity | None, typer.Option(help="Only those that press so much.")] = None,
    seen: Annotated[bool | None, typer.Option("--seen/--unseen", help="Only those seen, or not.")] = None,
    before: Annotated[UUID | None, typer.Option(help="Go on below this notice.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST_NOTICES, help="How many at most.")] = 20,
    as_json: Json = False,
) -> None:
    """Lists notices, newest first."""

    async def work(product: Product) -> list[Notice]:
        notices = product.notices.notices
        wanted = NoticeQuery(None, code, severity, seen, before, limit)
        if not company:
            return await notices.list_all(wanted)
        return await notices.list((await acting_for(product, company)).company, wanted)

    found = run(work)
    if as_json:
        print_json([NoticeView.of(notice) for notice in found])
        return
    rows = [
        (n.id, f"{n.last_at:%m-%d %H:%M}", n.severity, n.code, n.count, "seen" if n.is_seen else "", n.title)
        for n in found
    ]
    print_table(["id", "last", "severity", "code", "times", "", "title"], rows, empty="Nothing to know about.")


@app.command()
def seen(
    notice_id: Annotated[UUID, typer.Argument(metavar="NOTICE", help="Its id.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Marks a notice as seen; the next of its kind is a new one."""

    async def work(product: Product) -> Notice:
        return await product.notices.notices.see_any(operator().name, notice_id)

    notice = run(work)
    if as_json:
        print_json(NoticeView.of(notice))
    else:
        out.print(f"Seen: {notice.title}", highlight=False, markup=False)


@app.command()
def webhook(
    company: CompanySlug,
    url: Annotated[str, typer.Argument(help="Where notices go; empty: nowhere.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Sets where the company's notices are sent. The first time, a secret is made and shown this once."""

    async def work(product: Product) -> Webhook:
        return await product.notices.webhooks.set_address(await acting_for(product, company), url)

    made = run(work)
    if as_json:
        print_json(made)
        return
    out.print(f"Notices go to {made.url or 'the console only'}.", highlight=False, markup=False, soft_wrap=True)
    if made.secret:
        _show(made.secret)


@app.command("new-secret")
def new_secret(company: CompanySlug, as_json: Json = False) -> None:
    """Makes a new secret to sign with; the old one signs nothing any more."""

    async def work(product: Product) -> str:
        return await product.notices.webhooks.renew_secret(await acting_for(product, company))

    secret = run(work)
    if as_json:
        print_json({"secret": secret})
    else:
        _show(secret)


@app.command("test-webhook")
def try_webhook(company: CompanySlug, as_json: Json = False) -> None:
    """Posts a signed test to the company's webhook, once."""

    async def work(product: Product) -> Webhook:
        return await product.notices.webhooks.test(await acting_for(product, company))

    tested = run(work)
    if as_json:
        print_json({"url": tested.url, "delivered": True})
    else:
        out.print(f"{tested.url} took it.", highlight=False, markup=False, soft_wrap=True)


def _show(secret: str) -> None:
    out.print(f"Secret, shown this once: {secret}", highlight=False, markup=False, soft_wrap=True)

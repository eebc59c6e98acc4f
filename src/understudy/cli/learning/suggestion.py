"""understudy suggestion: what learning proposes, and what people decide about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from understudy.cli.context import CompanySlug, Json, acting_for, fail, out, print_json, print_table, run
from understudy.kit.errors import Invalid
from understudy.kit.money import dollars
from understudy.kit.text import excerpt
from understudy.learning.deciding.agreeing import answering
from understudy.learning.deciding.api.views import ApprovalBody, CameView, DetailView, SuggestionView
from understudy.learning.deciding.domain import MOST_LISTED, Approval, Came, Choice, Detail, SuggestionQuery
from understudy.learning.deciding.service import Deciding
from understudy.learning.domain import Issue, Status, Suggestion
from understudy.wiring.product import Product


def _deciding(product: Product) -> Deciding:
    return product.learning.deciding.deciding


app = typer.Typer(help="What learning proposes, and what people decide about it.", no_args_is_help=True)
Wanted = Annotated[UUID, typer.Argument(metavar="SUGGESTION", help="Its id.", show_default=False)]
Several = Annotated[
    list[UUID], typer.Argument(metavar="SUGGESTION", help="Its id; several at once.", show_default=False)
]
Reason = Annotated[str, typer.Option(help="Why, for the others.")]
Revision = Annotated[int | None, typer.Option(min=1, help="The revision you saw; else whatever it is now.")]


@app.command("list")
def list_(
    company: CompanySlug,
    status: Annotated[list[Status] | None, typer.Option(help="Only those that stand so; else those that wait.")] = None,
    issue: Annotated[Issue | None, typer.Option(help="Only those that change this.")] = None,
    scenario: Annotated[str | None, typer.Option(help="Only about this scenario.")] = None,
    channel: Annotated[str | None, typer.Option(help="Only with sources of this channel.")] = None,
    language: Annotated[str | None, typer.Option(help="Only in this language, such as en.")] = None,
    min_confidence: Annotated[float | None, typer.Option(min=0, max=1, help="Only those so sure.")] = None,
    before: Annotated[UUID | None, typer.Option(help="Go on below this suggestion.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST_LISTED, help="How many at most.")] = 20,
    as_json: Json = False,
) -> None:
    """Lists suggestions, those that save most first."""
    statuses = tuple(status or (Status.PENDING,))
    wanted = SuggestionQuery(statuses, issue, scenario, channel, language, min_confidence, before, limit)

    async def work(product: Product) -> list[Suggestion]:
        return list(await _deciding(product).list((await acting_for(product, company)).company, wanted))

    found = run(work)
    if as_json:
        print_json([SuggestionView.of(one) for one in found])
        return
    rows = [
        (
            one.id,
            one.status,
            one.proposal.issue,
            one.proposal.scenario,
            f"{one.confidence:.2f}",
            one.evidence.contacts,
            one.backtest.counted.newly_caught if one.backtest else "",
            dollars(one.backtest.counted.saving_micros) if one.backtest else "",
        )
        for one in found
    ]
    columns = ["id", "status", "change", "scenario", "sure", "contacts", "caught", "a month"]
    print_table(columns, rows, empty="Nothing waits for a decision.")


@app.command()
def show(suggestion_id: Wanted, company: CompanySlug, as_json: Json = False) -> None:
    """Shows a suggestion with its diff, its sources, its replay, and how it does."""

    async def work(product: Product) -> Detail:
        return await _deciding(product).show((await acting_for(product, company)).company, suggestion_id)

    detail = run(work)
    if as_json:
        print_json(DetailView.whole(detail))
        return
    one = detail.suggestion
    out.print(f"{one.proposal.issue}: {one.proposal.scenario}, {one.status}, revision {one.revision}", highlight=False)
    out.print(one.proposal.reasoning, markup=False, highlight=False)
    if one.held_because:
        out.print(f"Because {one.held_because}.", markup=False, highlight=False)
    for line in detail.diff:
        out.print(f"  {line.sign} {line.scenario} {line.kind}: {line.text}", markup=False, highlight=False)
    if one.backtest is not None:
        _say_backtest(detail)
    for source in detail.sources[:10]:
        said = f"  {source.decided_at:%Y-%m-%d} {source.channel}: {excerpt(source.text, 90)}"
        out.print(said, markup=False, highlight=False)
    if one.applied_at is not None:
        track = detail.track
        out.print(
            f"Applied {one.applied_at:%Y-%m-%d %H:%M}: {track.uses} answers, {track.right} right and {track.wrong} "
            f"wrong, {dollars(track.saved_micros)} saved; precision {track.low:.2f} to {track.high:.2f}.",
            highlight=False,
        )


@app.command()
def approve(
    suggestion_ids: Several,
    company: CompanySlug,
    edit: Annotated[Path | None, typer.Option(help="JSON file with the change as you want it; for one only.")] = None,
    reply: Annotated[str, typer.Option(help="What a new scenario answers that has no reply yet; for one only.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Apply one that is held back, and answer for it.")] = False,
    reason: Reason = "",
    revision: Revision = None,
    as_json: Json = False,
) -> None:
    """Approves suggestions and applies them; several about the same content become one version."""
    if len(suggestion_ids) == 1 or edit is not None or reply or force:
        if len(suggestion_ids) != 1:
            fail(Invalid("one suggestion at a time is edited or forced", field="suggestion", remedy="name one"))
        body = ApprovalBody(edit=_read(edit) if edit else None)

        async def one(product: Product) -> Suggestion:
            deciding, principal = _deciding(product), await acting_for(product, company)
            wanted = body.wanted()
            if reply:
                known = (await deciding.show(principal.company, suggestion_ids[0])).suggestion.proposal.edit
                wanted = answering(wanted or known, reply)
            return await deciding.approve(
                principal, Approval(Choice(suggestion_ids[0], revision), wanted, reason, force)
            )

        _say([Came(suggestion_ids[0], run(one))], as_json=as_json)
        return

    async def many(product: Product) -> list[Came]:
        principal = await acting_for(product, company)
        return list(await _deciding(product).approve_many(principal, _choices(suggestion_ids, None), reason))

    _say(run(many), as_json=as_json)


@app.command()
def reject(
    suggestion_ids: Several,
    company: CompanySlug,
    reason: Annotated[str, typer.Option(help="Why: the same is not proposed again.", show_default=False)],
    revision: Revision = None,
    as_json: Json = False,
) -> None:
    """Rejects suggestions."""

    async def work(product: Product) -> list[Came]:
        principal = await acting_for(product, company)
        return list(await _deciding(product).reject(principal, _choices(suggestion_ids, revision), reason))

    _say(run(work), as_json=as_json)


@app.command()
def save(
    suggestion_ids: Several, company: CompanySlug, reason: Reason = "", revision: Revision = None, as_json: Json = False
) -> None:
    """Puts suggestions aside for later."""

    async def work(product: Product) -> list[Came]:
        principal = await acting_for(product, company)
        return list(await _deciding(product).save(principal, _choices(suggestion_ids, revision), reason))

    _say(run(work), as_json=as_json)


@app.command()
def revert(
    suggestion_id: Wanted, company: CompanySlug, reason: Reason = "", revision: Revision = None, as_json: Json = False
) -> None:
    """Takes an applied suggestion out of the content again."""

    async def work(product: Product) -> Suggestion:
        principal = await acting_for(product, company)
        return await _deciding(product).revert(principal, Choice(suggestion_id, revision), reason)

    _say([Came(suggestion_id, run(work))], as_json=as_json)


@app.command("propose-again")
def propose_again(
    suggestion_id: Wanted, company: CompanySlug, revision: Revision = None, as_json: Json = False
) -> None:
    """Puts one that was rejected, taken back or ran out into the queue again; it is replayed before it is shown."""

    async def work(product: Product) -> Suggestion:
        principal = await acting_for(product, company)
        return await _deciding(product).propose_again(principal, Choice(suggestion_id, revision))

    _say([Came(suggestion_id, run(work))], as_json=as_json)


def _choices(suggestion_ids: list[UUID], revision: int | None) -> list[Choice]:
    return [Choice(one, revision) for one in suggestion_ids]


def _read(file: Path) -> dict[str, object]:
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        fail(Invalid(f"{file} cannot be read: {error}", field="edit", remedy="give the `edit` of `show --json`"))
    if not isinstance(read, dict):
        fail(Invalid(f"{file} holds no edit", field="edit", remedy="give the `edit` of `show --json`"))
    return read


def _say(came: list[Came], *, as_json: bool) -> None:
    if as_json:
        print_json([CameView.of(one) for one in came])
    for one in came if not as_json else ():
        if one.suggestion is not None and one.error is None:
            version = f", version {one.suggestion.applied_version}" if one.suggestion.status is Status.APPLIED else ""
            out.print(f"{one.suggestion_id}: {one.suggestion.status}{version}", highlight=False)
    if failed := next((one.error for one in came if one.error is not None), None):
        fail(failed)


def _say_backtest(detail: Detail) -> None:
    backtest = detail.suggestion.backtest
    assert backtest is not None
    counted = backtest.counted
    out.print(
        f"Replayed on {counted.messages:,} messages: {counted.newly_caught} newly caught, {counted.changed} changed, "
        f"{counted.newly_wrong} newly wrong, {counted.still_paid} still paid; {dollars(counted.saving_micros)} a month "
        f"({dollars(counted.saving_low_micros)} to {dollars(counted.saving_high_micros)}).",
        highlight=False,
    )
    for said in backtest.wrong:
        out.print(f"  ! {said}", markup=False, highlight=False)

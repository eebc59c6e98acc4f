"""understudy replay: past traffic under other content or settings."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from understudy.cli.content.owner import named
from understudy.cli.context import CompanySlug, Json, acting_for, err, out, print_json, print_table, run
from understudy.companies.domain import Principal
from understudy.evaluation.comparing import Saving
from understudy.evaluation.domain import Outcome, Tally
from understudy.evaluation.replaying.contents import Wanted
from understudy.evaluation.replaying.domain import MOST_AT_ONCE, MOST_DAYS, Candidate, ReplayRun, Report, RunStatus
from understudy.kit.errors import Invalid
from understudy.kit.money import dollars
from understudy.kit.text import excerpt
from understudy.wiring.product import Product

POLL_SECONDS = 0.5
EXCERPT = 60
Thresholds = Annotated[
    list[str] | None, typer.Option("--threshold", help="A rung and its threshold, as semantic=0.5; may be repeated.")
]
Named = Annotated[str | None, typer.Option(help="A template, by name or id, whose other content is tried.")]
Numbered = Annotated[int | None, typer.Option(min=1, help="A version of the template; none: its draft.")]
Days = Annotated[int, typer.Option(min=1, max=MOST_DAYS, help="Days of past traffic.")]
AtMost = Annotated[
    int, typer.Option(min=1, max=1_000_000, help=f"Messages at most; more than {MOST_AT_ONCE:,} run as jobs.")
]
Jobs = Annotated[bool, typer.Option("--jobs", help="Run in parts on the workers, however few messages there are.")]
Shown = Annotated[int, typer.Option(min=0, max=500, help="How many changed messages are shown.")]


def replay(
    company: CompanySlug,
    thresholds: Thresholds = None,
    template: Named = None,
    version: Numbered = None,
    days: Days = 30,
    at_most: AtMost = 10_000,
    jobs: Jobs = False,
    show: Shown = 10,
    as_json: Json = False,
) -> None:
    """Shows what past messages would get under other thresholds, or another content of a template."""

    async def work(product: Product) -> Report | ReplayRun:
        principal = await acting_for(product, company)
        template_id = (await named(product, principal, template)).id if template else None
        wanted = Wanted(_thresholds(thresholds or []), template_id, version)
        candidate = await product.learning.evaluation.contents.candidate(principal, wanted)
        with _bar() as progress:
            if jobs or at_most > MOST_AT_ONCE:
                return await _on_workers(product, principal, candidate, (days, at_most), progress)
            task = progress.add_task("Replaying", total=None)
            return await product.learning.evaluation.replays.backtest(
                principal.company,
                candidate,
                days=days,
                at_most=at_most,
                progress=lambda done, total: progress.update(task, completed=done, total=total),
            )

    found = run(work)
    if as_json:
        print_json(found)
        return
    if isinstance(found, ReplayRun):
        _show_run(found)
    else:
        saving = Saving(found.saving_month_micros, found.saving_low_micros, found.saving_high_micros)
        _show_tally(found.tally, found.golden, saving)
        _show_outcomes(found.changed[:show])


def _thresholds(given: Sequence[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for text in given:
        rung, _, value = text.partition("=")
        try:
            found[rung.strip()] = float(value)
        except ValueError:
            raise Invalid(f"{text!r} is no threshold", field="--threshold", remedy="write it as semantic=0.5") from None
    return found


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=err, transient=True)


async def _on_workers(
    product: Product, principal: Principal, candidate: Candidate, window: tuple[int, int], progress: Progress
) -> ReplayRun:
    """Starts it and waits until it ends; Ctrl-C leaves it running."""
    replays = product.learning.evaluation.replays
    days, at_most = window
    found = await replays.start(principal, candidate, days=days, at_most=at_most)
    task = progress.add_task(f"Replay {found.id}", total=found.total)
    while found.status is RunStatus.RUNNING:
        await asyncio.sleep(POLL_SECONDS)
        found = await replays.show(principal.company, found.id)
        progress.update(task, completed=found.done)
    return found


def _show_run(found: ReplayRun) -> None:
    out.print(f"Replay {found.id}: {found.status}", highlight=False)
    if found.error:
        out.print(found.error, highlight=False, markup=False)
    if found.saving_month_micros is not None:
        saving = Saving(found.saving_month_micros, found.saving_low_micros or 0, found.saving_high_micros or 0)
        _show_tally(found.tally, found.golden, saving)


def _show_tally(tally: Tally, golden: int, saving: Saving) -> None:
    rows: list[tuple[str, Any]] = [
        ("messages", f"{tally.messages:,}"),
        ("golden cases", f"{golden:,}"),
        ("newly answered free", f"{tally.newly_caught:,}"),
        ("answered otherwise", f"{tally.changed:,}"),
        ("newly wrong", f"{tally.newly_wrong:,}"),
        ("mended", f"{tally.mended:,}"),
        ("no longer answered free", f"{tally.lost:,}"),
        ("no free answer", f"{tally.still_paid:,}"),
        ("saving a month", f"{dollars(saving.micros)} ({dollars(saving.low_micros)} to {dollars(saving.high_micros)})"),
    ]
    for label, value in rows:
        out.print(f"{label:<26}{value:>28}", highlight=False)


def _show_outcomes(outcomes: Sequence[Outcome]) -> None:
    if not outcomes:
        return
    rows = [
        (
            excerpt(one.recorded.text, EXCERPT),
            one.before.key or "–",
            one.after.key or "–",
            "wrong" if one.is_wrong else one.effect,
        )
        for one in outcomes
    ]
    out.print()
    print_table(["message", "before", "after", "effect"], rows, empty="")

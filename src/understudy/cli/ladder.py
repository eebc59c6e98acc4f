"""The ladder as it is drawn in the terminal: rung by rung, score against threshold, what matched, time."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from understudy.answering.domain import Decision, RungTrace, Verdict
from understudy.answering.ladder import shown
from understudy.kit.money import dollars

BAR_WIDTH = 20
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


def drawn(decision: Decision) -> RenderableType:
    """A decision as a ladder: the rungs from the bottom up to the one that answered, and a line of sums."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("rung", "score", "", "came to", "matched"):
        table.add_column(name)
    table.add_column("time", justify="right")
    for trace in decision.rungs:
        table.add_row(*_row(trace))
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
    return Group(table, sums) if decision.rungs else sums


def _row(trace: RungTrace) -> tuple[RenderableType, ...]:
    style = STYLES[trace.verdict]
    said = trace.error or trace.reason
    came_to = WORDS[trace.verdict] + (f": {said}" if said else "")
    matched = f"{trace.best.title} ← {trace.best.matched}" if trace.best else ""
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

"""What the replay did, as figures."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from understudy.demo.content import OUT_OF_SCOPE
from understudy.demo.replay import Replayed

FREE_RUNGS = ("company_qa", "trade_qa", "rules", "semantic")
NO_RUNG = "none"


@dataclass(frozen=True, slots=True)
class RungShare:
    """What one rung did. `accuracy`: share of its scenario picks that match the label; None where it picked none."""

    rung: str
    messages: int
    share: float
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of one replay. Shares and accuracies lie between 0 and 1."""

    messages: int
    replays: int
    rungs: tuple[RungShare, ...]
    answered: float
    """Share of in-scope messages that a free rung answered."""
    accuracy: float
    """Share of those answers whose scenario is the labelled one."""
    clarified: float
    """Share of in-scope messages where it asked back."""
    refused: float | None
    """Share of out-of-scope messages that no scenario answered; None where there were none."""
    p50_ms: float
    p95_ms: float
    p99_ms: float
    cost_micros: int
    saved_micros: int
    """What the paid rung would have cost for messages answered free: an estimate, its method is in each decision."""


def summarise(results: Sequence[Replayed]) -> Summary:
    """The figures; latencies are those of messages that were new in this run, if there were any."""
    within = [result for result in results if result.message.expected != OUT_OF_SCOPE]
    outside = [result for result in results if result.message.expected == OUT_OF_SCOPE]
    free = [result for result in within if result.answer["outcome"] in ("answered", "handed_over") and _is_free(result)]
    new = [result for result in results if not result.answer["is_replay"]]
    times = sorted(result.seconds * 1000 for result in (new or results))
    return Summary(
        messages=len(results),
        replays=len(results) - len(new),
        rungs=_shares(results),
        answered=_share(len(free), len(within)),
        accuracy=_share(sum(map(_is_right, free)), len(free)),
        clarified=_share(sum(r.answer["outcome"] == "clarified" for r in within), len(within)),
        refused=_share(sum(r.picked is None for r in outside), len(outside)) if outside else None,
        p50_ms=statistics.median(times),
        p95_ms=times[int(0.95 * (len(times) - 1))],
        p99_ms=times[int(0.99 * (len(times) - 1))],
        cost_micros=sum(result.answer["cost_micros"] for result in results),
        saved_micros=sum(result.answer["saved_micros"] for result in results),
    )


def _is_free(result: Replayed) -> bool:
    return result.answer["rung"] in FREE_RUNGS


def _is_right(result: Replayed) -> bool:
    return result.picked == result.message.expected


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _shares(results: Sequence[Replayed]) -> tuple[RungShare, ...]:
    counts = Counter(str(result.answer["rung"] or NO_RUNG) for result in results)
    order = [*FREE_RUNGS, *sorted(set(counts) - set(FREE_RUNGS))]
    shares = []
    for rung in order:
        picks = [r for r in results if r.answer["rung"] == rung and r.picked is not None]
        accuracy = sum(map(_is_right, picks)) / len(picks) if picks else None
        shares.append(RungShare(rung, counts[rung], _share(counts[rung], len(results)), accuracy))
    return tuple(shares)

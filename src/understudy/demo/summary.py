"""What the replay did, as figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from understudy.demo.content import OUT_OF_SCOPE
from understudy.demo.replay import Replayed
from understudy.demo.spending import Spent
from understudy.kit.money import dollars

FREE_RUNGS = ("company_qa", "trade_qa", "rules", "semantic")
PAID_RUNG = "llm"
NO_RUNG = "none"
KEYS = {"company_qa": "qa:", "trade_qa": "trade_qa:"}
"""How the key of what answered begins, whichever rung picked it."""


@dataclass(frozen=True, slots=True)
class RungShare:
    """What one rung did. `accuracy`: share of its scenario picks that match the label; None where it picked none."""

    rung: str
    messages: int
    share: float
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds from message to reply, as the caller saw them."""

    p50: float
    p95: float
    p99: float


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
    """Share of out-of-scope messages that no free scenario answered; None where there were none."""
    free_ms: Times
    paid_ms: Times | None
    """Of messages that the paid rung was asked about; None where there were none."""
    rescued: int
    """Messages that only the paid rung could answer."""
    cost_micros: int
    saved_micros: int
    """What the paid rung would have cost for messages answered free: an estimate, its method is in each decision."""

    @property
    def without_free_rungs_micros(self) -> int:
        """What these answers would have cost had the paid rung given all of them: an estimate."""
        return self.cost_micros + self.saved_micros


def summarise(results: Sequence[Replayed]) -> Summary:
    """The figures; latencies are those of messages that were new in this run, if there were any."""
    within = [result for result in results if result.message.expected != OUT_OF_SCOPE]
    outside = [result for result in results if result.message.expected == OUT_OF_SCOPE]
    free = [result for result in within if result.answer["outcome"] in ("answered", "handed_over") and _is_free(result)]
    new = [result for result in results if not result.answer["is_replay"]]
    timed = new or results
    asked = [result for result in timed if _was_asked(result)]
    return Summary(
        messages=len(results),
        replays=len(results) - len(new),
        rungs=_shares(results),
        answered=_share(len(free), len(within)),
        accuracy=_share(sum(map(_is_right, free)), len(free)),
        clarified=_share(sum(r.answer["outcome"] == "clarified" for r in within), len(within)),
        refused=_share(sum(r.picked is None or not _is_free(r) for r in outside), len(outside)) if outside else None,
        free_ms=_times([result for result in timed if not _was_asked(result)]),
        paid_ms=_times(asked) if asked else None,
        rescued=sum(_is_rescue(result) for result in results),
        cost_micros=sum(result.answer["cost_micros"] for result in results),
        saved_micros=sum(result.answer["saved_micros"] for result in results),
    )


def lines(bank: Summary, money: Spent) -> list[tuple[str, str]]:
    """The figures below the table, each with what it is."""
    times = bank.free_ms
    refused = f"{bank.refused:.1%}" if bank.refused is not None else "-"
    return [
        ("answered free, of the bank's own questions", f"{bank.answered:.1%}"),
        ("… of which right, by the labels", f"{bank.accuracy:.1%}"),
        ("asked back, offering the two best", f"{bank.clarified:.1%}"),
        ("questions of another world that the free rungs left alone", refused),
        ("free: message in, reply out, p50 / p95 / p99", _in_words(times)),
        *_paid_lines(bank, money),
        ("paid for these answers", dollars(bank.cost_micros)),
        ("… and had the paid rung answered all of them (estimate)", dollars(bank.without_free_rungs_micros)),
        ("left of the bank's budget this month", f"{dollars(money.left_micros)} of {dollars(money.cap_micros)}"),
        *([("came in before: answered from the record, not again", f"{bank.replays:,}")] if bank.replays else []),
    ]


def is_expected(result: Replayed) -> bool:
    """Whether a message to the HVAC company ended where it should; what is expected is named as `kind:name`."""
    kind, _, name = result.message.expected.partition(":")
    if kind in KEYS:
        return str(result.answer["answered_by"]).startswith(KEYS[kind])
    return result.picked is None if kind == OUT_OF_SCOPE else result.picked == name


def _paid_lines(bank: Summary, money: Spent) -> list[tuple[str, str]]:
    by = "the scripted stand-in" if money.is_scripted else "the paid rung"
    rescued = [(f"rescued by {by}", f"{bank.rescued:,}")]
    if failed := sum(one.failed for one in money.providers):
        rescued.append(("calls to models that failed, of all (see Routing)", f"{failed:,} of {_calls(money):,}"))
    if bank.paid_ms is None or bank.replays == bank.messages:
        return rescued
    note = "stand-in, which answers at once" if money.is_scripted else "with a paid call"
    return [*rescued, (f"{note}: p50 / p95 / p99", _in_words(bank.paid_ms))]


def _calls(money: Spent) -> int:
    return sum(one.calls for one in money.providers)


def _in_words(times: Times) -> str:
    return f"{times.p50:.0f} / {times.p95:.0f} / {times.p99:.0f} ms"


def _is_free(result: Replayed) -> bool:
    return result.answer["rung"] in FREE_RUNGS


def _was_asked(result: Replayed) -> bool:
    return result.answer["rung"] == PAID_RUNG or bool(result.answer["cost_micros"])


def _is_rescue(result: Replayed) -> bool:
    is_answered = result.answer["outcome"] in ("answered", "handed_over") and result.answer["answered_by"]
    return result.answer["rung"] == PAID_RUNG and bool(is_answered)


def _is_right(result: Replayed) -> bool:
    return result.picked == result.message.expected


def _times(results: Sequence[Replayed]) -> Times:
    times = sorted(result.seconds * 1000 for result in results) or [0.0]
    p50, p95, p99 = (times[int(share * (len(times) - 1))] for share in (0.5, 0.95, 0.99))
    return Times(p50, p95, p99)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _shares(results: Sequence[Replayed]) -> tuple[RungShare, ...]:
    counts = Counter(str(result.answer["rung"] or NO_RUNG) for result in results)
    order = [*FREE_RUNGS, PAID_RUNG, *sorted(set(counts) - {*FREE_RUNGS, PAID_RUNG})]
    shares = []
    for rung in order:
        picks = [r for r in results if r.answer["rung"] == rung and r.picked is not None]
        accuracy = sum(map(_is_right, picks)) / len(picks) if picks else None
        shares.append(RungShare(rung, counts[rung], _share(counts[rung], len(results)), accuracy))
    return tuple(shares)

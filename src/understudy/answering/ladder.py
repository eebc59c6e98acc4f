"""The climb: rungs in order, each gathers its evidence and is judged purely, until one is sure enough.

The same climb runs live, in replay with other thresholds, and in experiments: rungs, bars and timer are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from understudy.answering.domain import Candidate, RungName, RungTrace, Verdict
from understudy.answering.settings import LadderSettings, Thresholds
from understudy.templates.matching.company_matcher import CompanyMatcher, Evidence, Match, Message

AMBIGUOUS = "ambiguous"
"""The reason of a rung whose two best candidates are too close."""

Timer = Callable[[], int]
"""Microseconds from any fixed moment on, never going back."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A rung that was not asked, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Question:
    """What climbs: a message prepared once, and what the company answers from at this moment.

    Where encoding the message or getting the matcher failed, the error stands in its place: the rungs that need it
    raise it, the others go on.
    """

    message: Message
    matcher: CompanyMatcher | Exception
    settings: LadderSettings
    encoding_failed: Exception | None = None


class Rung(Protocol):
    """One way of answering. It may raise: the climb records that and goes on."""

    @property
    def name(self) -> RungName:
        """Its name in settings and traces."""
        ...

    async def look(self, question: Question) -> Evidence | Skipped:
        """Gathers what this rung knows about the question; decides nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Bars:
    """What each rung must reach: the company's thresholds, which a caller may tighten and never loosen."""

    thresholds: Thresholds
    min_confidence: float = 0.0

    def of(self, rung: RungName) -> float:
        """The confidence from which the rung may answer."""
        return max(self.thresholds.of(rung), self.min_confidence)


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """Two candidates of one rung that are too close to choose between; one of the two is likely right."""

    rung: RungName
    first: Match
    second: Match

    @property
    def certainty(self) -> float:
        """The probability that one of the two is right; they exclude each other."""
        return min(1.0, self.first.confidence + self.second.confidence)


@dataclass(frozen=True, slots=True)
class Climb:
    """What a climb came to: the traces of the rungs reached, and the match of the one that answered, if one did."""

    traces: tuple[RungTrace, ...]
    answer: Match | None = None
    ambiguity: Ambiguity | None = None

    @property
    def rung(self) -> RungName | None:
        """The rung that answered."""
        return self.traces[-1].rung if self.answer and self.traces else None

    @property
    def has_failure(self) -> bool:
        """Whether a rung raised."""
        return any(trace.verdict is Verdict.FAILED for trace in self.traces)

    @property
    def best_score(self) -> float:
        """The highest score of any rung that was reached; 0 when none had a candidate."""
        return max((trace.score for trace in self.traces if trace.score is not None), default=0.0)


def judge(rung: RungName, evidence: Evidence, threshold: float, latency_us: int = 0) -> RungTrace:
    """What a rung's evidence comes to. Zero confidence (a veto) never answers, whatever the threshold.

    Two close candidates make it abstain when one of the two is likely right: their confidences, which are
    probabilities of things that exclude each other, together reach the threshold.
    """
    best, second = evidence.best, evidence.second
    verdict, reason = Verdict.BELOW, evidence.note
    if best is None:
        verdict = Verdict.ABSTAINED if evidence.note else Verdict.NOTHING
    elif evidence.is_ambiguous and second is not None:
        if Ambiguity(rung, best, second).certainty >= threshold:
            verdict, reason = Verdict.ABSTAINED, AMBIGUOUS
    elif best.confidence >= threshold and best.confidence > 0:
        verdict = Verdict.ANSWERED
    return RungTrace(
        rung=rung,
        verdict=verdict,
        version=evidence.version,
        score=best.confidence if best else None,
        threshold=threshold,
        best=_candidate(best),
        second=_candidate(second),
        latency_us=latency_us,
        reason=reason,
    )


async def climb(rungs: Sequence[Rung], question: Question, bars: Bars, timer: Timer) -> Climb:
    """Asks the rungs in order, up to the first that is sure enough. One that raises is recorded and skipped."""
    traces: list[RungTrace] = []
    ambiguity: Ambiguity | None = None
    for rung in rungs:
        started = timer()
        try:
            found = await rung.look(question)
        except Exception as error:  # noqa: BLE001 - around a rung: recorded by class, without the customer's words
            traces.append(_failed(rung.name, error, timer() - started))
            continue
        if isinstance(found, Skipped):
            traces.append(RungTrace(rung.name, Verdict.SKIPPED, reason=found.reason))
            continue
        trace = judge(rung.name, found, bars.of(rung.name), timer() - started)
        traces.append(trace)
        if trace.verdict is Verdict.ANSWERED:
            return Climb(tuple(traces), answer=found.best)
        ambiguity = _clearer(ambiguity, trace, found)
    return Climb(tuple(traces), ambiguity=ambiguity)


def path_of(traces: Sequence[RungTrace]) -> str:
    """A climb as text, such as `rules 0.42 < semantic 0.55 < fallback`; rungs that had nothing to say are left out."""
    steps = (_step(trace) for trace in traces)
    return " < ".join(step for step in steps if step)


def shown(score: float) -> str:
    """A score with two decimals, cut, not rounded: what is below a threshold never looks as if it reached it."""
    return f"{int(score * 100 + 1e-9) / 100:.2f}"


def _step(trace: RungTrace) -> str | None:
    if trace.verdict is Verdict.FAILED:
        return f"{trace.rung} failed"
    if trace.rung is RungName.FALLBACK:
        return str(trace.rung)
    if trace.score is None:
        return None
    doubt = f" {AMBIGUOUS}" if trace.reason == AMBIGUOUS else ""
    return f"{trace.rung} {shown(trace.score)}{doubt}"


def _clearer(known: Ambiguity | None, trace: RungTrace, evidence: Evidence) -> Ambiguity | None:
    """The ambiguity that more likely holds the right answer; the lower rung's on a tie."""
    if trace.reason != AMBIGUOUS or evidence.best is None or evidence.second is None:
        return known
    found = Ambiguity(trace.rung, evidence.best, evidence.second)
    return found if known is None or found.certainty > known.certainty else known


def _failed(rung: RungName, error: Exception, latency_us: int) -> RungTrace:
    return RungTrace(rung, Verdict.FAILED, latency_us=latency_us, error=type(error).__name__)


def _candidate(match: Match | None) -> Candidate | None:
    return Candidate(match.key, match.title, match.confidence, match.matched) if match else None

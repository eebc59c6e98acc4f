"""The climb: rungs in order, each gathers its evidence and is judged purely, until one is sure enough.

The same climb runs live, in replay with other thresholds, and in experiments: rungs, bars and timer are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from understudy.answering.domain import Candidate, RungName, RungTrace, Verdict
from understudy.answering.paid import AnswerKind, EscalationReason
from understudy.answering.question.asked import Found
from understudy.answering.question.asked import Question as Question
from understudy.answering.question.looked import BY_MODEL, Escalate, Failed, Looked, Opinion, Sent, Written
from understudy.answering.question.looked import Skipped as Skipped
from understudy.answering.settings import Thresholds
from understudy.templates.matching.company_matcher import Evidence, Match

AMBIGUOUS = "ambiguous"
"""The reason of a rung whose two best candidates are too close."""

Timer = Callable[[], int]
"""Microseconds from any fixed moment on, never going back."""


class Rung(Protocol):
    """One way of answering. It may raise: the climb records that and goes on."""

    @property
    def name(self) -> RungName:
        """Its name in settings and traces."""
        ...

    async def look(self, question: Question) -> Looked:
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
    """What a climb came to: the traces of the rungs reached, and the match of the one that answered, if one did.

    `escalate`: a person is needed; `is_out_of_scope`: the company does not do this; `disclaimer` goes below the answer;
    `sent`: what was said to providers on the way.
    """

    traces: tuple[RungTrace, ...]
    answer: Match | Written | None = None
    ambiguity: Ambiguity | None = None
    escalate: Escalate | None = None
    is_out_of_scope: bool = False
    disclaimer: str = ""
    sent: Sent | None = None

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
        in_scope=evidence.in_scope,
    )


def weigh(rung: RungName, opinion: Opinion, threshold: float, latency_us: int = 0) -> RungTrace:
    """What an opinion comes to. That a person is needed holds however sure it is: no number keeps anybody from one."""
    kind, reason = opinion.paid.kind, opinion.held
    may_answer = opinion.held is None and kind is not AnswerKind.UNCLEAR
    is_sure = may_answer and opinion.confidence >= threshold and opinion.confidence > 0
    verdict = Verdict.ANSWERED if is_sure or kind is AnswerKind.PERSON else Verdict.BELOW
    if reason is None and kind is not AnswerKind.SCENARIO and kind is not None:
        reason = _says(kind, opinion.paid.escalation)
    return RungTrace(
        rung=rung,
        verdict=verdict,
        version=opinion.version,
        score=opinion.confidence if kind is not AnswerKind.UNCLEAR else None,
        threshold=threshold,
        best=_candidate(opinion.match),
        second=_candidate(opinion.second),
        latency_us=latency_us,
        reason=reason,
        paid=opinion.paid,
    )


async def climb(rungs: Sequence[Rung], question: Question, bars: Bars, timer: Timer) -> Climb:
    """Asks the rungs in order, up to the first that is sure enough. One that raises is recorded and skipped."""
    traces: list[RungTrace] = []
    ambiguity: Ambiguity | None = None
    sent: Sent | None = None
    for rung in rungs:
        started = timer()
        try:
            found = await rung.look(question)
        except Exception as error:  # noqa: BLE001 - around a rung: recorded by class, without the customer's words
            found = Failed("", type(error).__name__)
        trace = _traced(rung.name, found, bars, timer() - started)
        traces.append(trace)
        if not isinstance(found, Evidence | Escalate):
            sent = found.sent
        if isinstance(found, Escalate):
            return Climb(tuple(traces), escalate=found)
        if trace.verdict is Verdict.ANSWERED:
            return replace(_ended(tuple(traces), found), sent=sent)
        ambiguity = _clearer(ambiguity, trace, found)
        if isinstance(found, Evidence):
            question = replace(question, found=(*question.found, Found(rung.name, found)))
    return Climb(tuple(traces), ambiguity=ambiguity, sent=sent)


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
    if trace.rung in (RungName.FALLBACK, RungName.PASSTHROUGH):
        return str(trace.rung)
    if trace.score is None:
        return f"{trace.rung} {trace.reason}" if trace.paid and trace.paid.kind else None
    doubt = f" {AMBIGUOUS}" if trace.reason == AMBIGUOUS else ""
    return f"{trace.rung} {shown(trace.score)}{doubt}"


def _traced(rung: RungName, found: Looked, bars: Bars, latency_us: int) -> RungTrace:
    if isinstance(found, Evidence):
        return judge(rung, found, bars.of(rung), latency_us)
    if isinstance(found, Opinion):
        return weigh(rung, found, bars.of(rung), latency_us)
    if isinstance(found, Failed):
        said = found.reason or None
        return RungTrace(rung, Verdict.FAILED, latency_us=latency_us, reason=said, error=found.error, paid=found.paid)
    if isinstance(found, Escalate):
        return RungTrace(rung, Verdict.SKIPPED, reason=_says(AnswerKind.PERSON, found.reason))
    return RungTrace(rung, Verdict.SKIPPED, reason=found.reason, paid=found.paid)


def _ended(traces: tuple[RungTrace, ...], found: Looked) -> Climb:
    """The climb that ended with what this rung said."""
    if isinstance(found, Evidence):
        return Climb(traces, answer=found.best)
    if not isinstance(found, Opinion):
        return Climb(traces)
    if found.paid.kind is AnswerKind.PERSON and found.paid.escalation is not None:
        return Climb(traces, escalate=Escalate(found.paid.escalation, BY_MODEL))
    if found.paid.kind is AnswerKind.OUT_OF_SCOPE:
        return Climb(traces, is_out_of_scope=True)
    return Climb(traces, answer=found.match or found.written, disclaimer=found.disclaimer)


def _says(kind: AnswerKind, reason: EscalationReason | None) -> str:
    return f"{kind}: {reason}" if reason else str(kind)


def _clearer(known: Ambiguity | None, trace: RungTrace, found: Looked) -> Ambiguity | None:
    """The ambiguity that more likely holds the right answer; the lower rung's on a tie."""
    doubt = None
    if isinstance(found, Evidence) and trace.reason == AMBIGUOUS and found.best and found.second:
        doubt = Ambiguity(trace.rung, found.best, found.second)
    if isinstance(found, Opinion) and found.match and found.second:
        doubt = Ambiguity(trace.rung, found.match, found.second)
    if doubt is None or (known is not None and doubt.certainty <= known.certainty):
        return known
    return doubt


def _candidate(match: Match | None) -> Candidate | None:
    return Candidate(match.key, match.title, match.confidence, match.matched) if match else None

"""Thresholds of the free rungs, moved either way by what became of messages near them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from uuid import UUID

from understudy.answering.domain import RungName
from understudy.learning.domain import Issue, Maker, Proposal
from understudy.learning.editing import Edit
from understudy.learning.making.domain import Observation, tasks_of
from understudy.learning.queue.evidence import WITNESSES, Witnesses

MOVED = (RungName.COMPANY_QA, RungName.TRADE_QA, RungName.RULES, RungName.SEMANTIC)
"""The rungs whose thresholds are looked at."""
STEP = 0.01
FARTHEST = 0.15
"""How far a threshold is moved at once."""
LEAST_CONTACTS = 20
"""People whose messages must lie between the old threshold and the new one."""
SAFE = 0.90
"""Share of right answers that must be sure (by its lower bound) before a threshold is lowered."""
Z = 1.96
"""Two-sided 95 %."""
LOWER, RAISE = "lower", "raise"


@dataclass(frozen=True, slots=True)
class Judged:
    """A free answer of which it is known whether it was right."""

    contact_id: UUID
    rung: RungName
    confidence: float
    is_right: bool


def lowered(
    observations: Sequence[Observation], thresholds: Mapping[str, float], *, template_id: UUID
) -> Iterator[Proposal]:
    """Rungs that were right below their threshold: the paid rung picked what they would have answered."""
    for rung in MOVED:
        bar = thresholds[rung.value]
        points = [
            (scored.score, one, scored.key == one.key)
            for one in observations
            for scored in one.scores
            if scored.rung is rung and scored.key is not None and scored.score is not None
        ]
        best: tuple[float, int, int, list[Observation]] | None = None
        for candidate in _candidates(bar, -1):
            between = [(one, right) for score, one, right in points if candidate <= score < bar]
            people = _by_contact([(one.contact_id, right) for one, right in between])
            right = sum(people.values())
            if len(people) >= LEAST_CONTACTS and bounds(right, len(people))[0] >= SAFE:
                best = (candidate, right, len(people), [one for one, _ in between])
        if best is not None:
            yield _proposal(rung, (bar, best[0]), best[1:3], template_id=template_id, sources=tasks_of(best[3]))


def raised(
    judged: Sequence[Judged], thresholds: Mapping[str, float], *, floor: float, template_id: UUID
) -> Iterator[Proposal]:
    """Rungs that were wrong just above their threshold: surely less often right than the company wants."""
    for rung in MOVED:
        bar = thresholds[rung.value]
        for candidate in _candidates(bar, 1):
            between = [one for one in judged if one.rung is rung and bar <= one.confidence < candidate]
            people = _by_contact([(one.contact_id, one.is_right) for one in between])
            right = sum(people.values())
            if len(people) >= LEAST_CONTACTS and bounds(right, len(people))[1] < floor:
                yield _proposal(rung, (bar, candidate), (right, len(people)), template_id=template_id, sources=())
                break


def bounds(right: int, count: int, z: float = Z) -> tuple[float, float]:
    """Lower and upper bound of a share. Source: Wilson's score interval (1927)."""
    if count == 0:
        return 0.0, 1.0
    share = right / count
    middle = share + z * z / (2 * count)
    spread = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return (middle - spread) / scale, (middle + spread) / scale


def _candidates(bar: float, sign: int) -> Iterator[float]:
    for step in range(1, round(FARTHEST / STEP) + 1):
        candidate = round(bar + sign * step * STEP, 4)
        if 0 < candidate < 1:
            yield candidate


def _by_contact(found: Sequence[tuple[UUID, bool]]) -> dict[UUID, bool]:
    """Each contact once: right only where all its messages were."""
    people: dict[UUID, bool] = {}
    for contact, right in found:
        people[contact] = people.get(contact, True) and right
    return people


def _proposal(
    rung: RungName,
    move: tuple[float, float],
    counted: tuple[int, int],
    *,
    template_id: UUID,
    sources: tuple[UUID, ...],
) -> Proposal:
    (before, after), (right, people) = move, counted
    direction = LOWER if after < before else RAISE
    low, high = bounds(right, people)
    told = f"{right} of {people} people got, or would have got, the right answer there ({low:.0%} to {high:.0%})."
    details: dict[str, object] = {"direction": direction, "before": before, "after": after}
    if not sources:
        details[WITNESSES] = Witnesses(people, (1.0,) * people).stored()
    return Proposal(
        issue=Issue.ADJUST_THRESHOLD,
        scenario="",
        edit=Edit(template_id, thresholds={rung.value: after}),
        reasoning=f"The {rung.value} rung between {min(move):.2f} and {max(move):.2f}: {told}",
        language="",
        maker=Maker.STATISTICS,
        sources=sources,
        details=details,
    )

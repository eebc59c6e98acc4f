"""What a model is offered: what the free rungs found, what else lies near, and passages to write from. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from understudy.answering.prompting.domain import Candidate, Source
from understudy.answering.question.asked import Question
from understudy.templates.domain import Action
from understudy.templates.matching.company.nearness import wanted_by
from understudy.templates.matching.company_matcher import CompanyMatcher, Match
from understudy.templates.rendering import Form, compose

NEAREST = 12
"""Scenarios and questions looked up beside what the free rungs found: in the shipped heads the right one is among the
ten nearest for over 99 of 100 messages that have one."""
WANTED = 3
"""Examples told with a candidate: enough to see what it is for, and few tokens."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What a model may choose among and write from. `matches`: key → what goes out when it is picked."""

    matches: Mapping[str, Match]
    candidates: tuple[Candidate, ...]
    sources: tuple[Source, ...]

    @property
    def texts(self) -> dict[str, str]:
        """Key → its text as the model reads it."""
        told = {one.key: one.answer for one in self.candidates}
        return told | {one.key: one.text for one in self.sources}


def offered(
    question: Question, matcher: CompanyMatcher, passages: Sequence[Source], values: Mapping[str, str | None]
) -> Offered:
    """What is offered for a question: nearest first. `values` fill the placeholders of approved replies."""
    found = (match for one in question.found for match in (one.evidence.best, one.evidence.second) if match)
    matches = _nearest_first((*found, *matcher.nearest(question.message, NEAREST)))
    answers = {match.key: _answer(match, values) for match in matches}
    asked = (matcher.own, matcher.trade)
    candidates = tuple(
        Candidate(
            match.key,
            match.title,
            answers[match.key],
            match.confidence,
            wanted_by(match, matcher.followed, asked)[:WANTED],
        )
        for match in matches
        if match.template is not None
    )
    asked_before = (
        Source(match.key, match.title, answers[match.key], match.confidence)
        for match in matches
        if match.template is None
    )
    return Offered({match.key: match for match in matches}, candidates, (*asked_before, *passages))


def beside(question: Question, picked: Match) -> Match | None:
    """The best other thing that a free rung found: what may be offered beside an unsure pick."""
    found = (match for one in question.found for match in (one.evidence.best, one.evidence.second) if match)
    others = (match for match in found if match.key != picked.key and match.confidence > 0)
    return max(others, key=lambda match: match.confidence, default=None)


def _nearest_first(matches: Iterable[Match]) -> tuple[Match, ...]:
    known: dict[str, Match] = {}
    for match in matches:
        if match.action is Action.START_FLOW or not match.replies:
            continue
        earlier = known.get(match.key)
        if earlier is None or match.confidence > earlier.confidence:
            known[match.key] = replace(match, confidence=min(1.0, max(0.0, match.confidence)))
    return tuple(sorted(known.values(), key=lambda match: -match.confidence))


def _answer(match: Match, values: Mapping[str, str | None]) -> str:
    return compose(match.replies, rotation=0, form=Form.FULL, values=values).text

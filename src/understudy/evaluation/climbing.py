"""Recorded messages climb the free rungs again, a batch at a time, under what is and under what is tried. Pure.

Each message is judged as it is live; only the work is shared: what is the same on both sides is asked once, and heads
read all messages of a batch together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from understudy.answering import policy
from understudy.answering.domain import RungName, Verdict
from understudy.answering.ladder import Climb, judge
from understudy.answering.rungs.free import BASIC_RUNGS, FREE_RUNGS, MatcherRung
from understudy.answering.settings import LadderSettings
from understudy.answering.triggers.reading import wish_in
from understudy.evaluation.domain import Climbed, Recorded
from understudy.language.domain import Matrix
from understudy.templates.matching.candidates.batches import Batch, said_by
from understudy.templates.matching.company.weighing import all_sources
from understudy.templates.matching.company_matcher import CompanyMatcher, Evidence, Match, Message

NOWHERE = Climbed(None, None, None)
"""No free rung answers."""


@dataclass(frozen=True)
class Side:
    """What messages climb under: a matcher, and the settings of the ladder."""

    matcher: CompanyMatcher
    settings: LadderSettings

    @cached_property
    def rungs(self) -> tuple[MatcherRung, ...]:
        """The free rungs that run, in order."""
        return FREE_RUNGS if self.settings.gatekeeper else BASIC_RUNGS


@dataclass(frozen=True, slots=True)
class Answered:
    """A rung that is sure enough, and its match."""

    rung: RungName
    match: Match

    @property
    def climbed(self) -> Climbed:
        """The same in short."""
        return Climbed(self.match.key, self.rung, self.match.confidence)


def climb_both(
    before: Side, after: Side, recorded: Sequence[Recorded], embeddings: Matrix
) -> list[tuple[Climbed, Climbed]]:
    """What the free rungs come to for each message, before and after. `embeddings` [n, d], row by row.

    As live, an explicit wish for a person goes before what a rung is not sure of word for word; it is looked for where
    the two sides differ.
    """
    messages = [Message(one.text, row, one.language) for one, row in zip(recorded, embeddings, strict=True)]
    floors = [one.min_confidence for one in recorded]
    batch = _Batches(messages, embeddings)
    first = _Climbing(before, batch, floors)
    first.climb()
    second = _Climbing(after, batch, floors)
    second.climb(shared=_shared(before, after), known=first.evidence)
    found = []
    for place, message in enumerate(messages):
        one, other = first.answers.get(place), second.answers.get(place)
        climbed = (one.climbed if one else NOWHERE), (other.climbed if other else NOWHERE)
        if climbed[0].key != climbed[1].key:
            climbed = _wished(before, one, message), _wished(after, other, message)
        found.append(climbed)
    return found


def _shared(before: Side, after: Side) -> frozenset[RungName]:
    """The rungs that find the same on both sides, whatever they must reach."""
    if before.settings.gatekeeper != after.settings.gatekeeper:
        return frozenset()
    one, other = before.matcher, after.matcher
    shared = set()
    if one.own is other.own:
        shared.add(RungName.COMPANY_QA)
    if one.trade is other.trade:
        shared.add(RungName.TRADE_QA)
    if one is other:
        shared |= {RungName.RULES, RungName.SEMANTIC}
    return frozenset(shared)


class _Batches:
    """The messages of a batch, and for heads those of them that come so far."""

    def __init__(self, messages: Sequence[Message], embeddings: Matrix) -> None:
        self.messages = messages
        self._embeddings = embeddings
        self._made: dict[tuple[int, ...], Batch] = {}

    def of(self, places: Sequence[int]) -> Batch:
        """Some of the messages; n-grams of the same ones are weighed once."""
        key = tuple(places)
        if key not in self._made:
            rows = self._embeddings[np.array(key, np.int64)]
            self._made[key] = Batch([self.messages[place] for place in key], rows)
        return self._made[key]


class _Climbing:
    """One side of a batch: what the rungs found of each message, and the answers."""

    def __init__(self, side: Side, batch: _Batches, floors: Sequence[float]) -> None:
        self._side = side
        self._batch = batch
        self._floors = floors
        self.evidence: dict[RungName, dict[int, Evidence]] = {}
        self.answers: dict[int, Answered] = {}

    def climb(
        self,
        *,
        shared: frozenset[RungName] = frozenset(),
        known: dict[RungName, dict[int, Evidence]] | None = None,
    ) -> None:
        """Asks rung after rung, each for the messages that none before answered. `known` of `shared` rungs is taken."""
        open_places = list(range(len(self._batch.messages)))
        for rung in self._side.rungs:
            found = dict(known.get(rung.name, {})) if known is not None and rung.name in shared else {}
            self._ask(rung, [place for place in open_places if place not in found], found)
            self.evidence[rung.name] = found
            threshold = self._side.settings.thresholds.of(rung.name)
            open_places = [place for place in open_places if not self._answers(rung, place, found[place], threshold)]

    def _answers(self, rung: MatcherRung, place: int, evidence: Evidence, threshold: float) -> bool:
        trace = judge(rung.name, evidence, max(threshold, self._floors[place]))
        if trace.verdict is not Verdict.ANSWERED or evidence.best is None:
            return False
        self.answers[place] = Answered(rung.name, evidence.best)
        return True

    def _ask(self, rung: MatcherRung, places: Sequence[int], found: dict[int, Evidence]) -> None:
        matcher, messages = self._side.matcher, self._batch.messages
        if rung.name is not RungName.SEMANTIC:
            found.update((place, rung.ask(matcher, messages[place])) for place in places)
            return
        read = [place for place in places if messages[place].language in matcher.languages]
        sources = all_sources(matcher.followed)
        if sources and read:
            said = said_by(sources, self._batch.of(read))
            pairs = zip(read, said, strict=True)
            found.update((place, matcher.semantic(messages[place], scored)) for place, scored in pairs)
        found.update((place, matcher.semantic(messages[place])) for place in places if place not in found)


def _wished(side: Side, answered: Answered | None, message: Message) -> Climbed:
    """What answers, unless the message explicitly wishes for a person."""
    if answered is None:
        return NOWHERE
    if not side.settings.gatekeeper:
        return answered.climbed
    trace = judge(answered.rung, Evidence("", answered.match), 0.0)
    is_outranked = policy.outranks(Climb((trace,), answer=answered.match)) and wish_in(message.text) is not None
    return NOWHERE if is_outranked else answered.climbed

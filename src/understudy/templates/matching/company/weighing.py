"""From what matchers say to evidence: near misses held down, what an overlay took over left out, the best two first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from understudy.language.domain import Vector
from understudy.templates.matching.company.compiled import CompiledTemplate
from understudy.templates.matching.company.evidence import Asked, Evidence, Followed, Match, Message
from understudy.templates.matching.expressions import is_expression
from understudy.templates.matching.features import Written
from understudy.templates.matching.guard import ENGLISH, near_miss
from understudy.templates.matching.head import Head
from understudy.templates.matching.normalise import Folded
from understudy.templates.matching.rules import RuleMatch, RulesVerdict
from understudy.templates.matching.scored import Candidate, Merged, Neighbour, Scored


@dataclass(frozen=True, slots=True)
class Weighed:
    """A match on its way to become evidence; `note` is what speaks against it, `rank` sorts the best first."""

    match: Match
    note: str | None = None
    rank: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class MeaningSource:
    """A matcher of meaning: the head of a template, or the neighbours in an overlay, which have no `head`."""

    followed: Followed
    score: Callable[[Written, Vector], Scored]
    listed: Callable[[Written, Vector], Sequence[tuple[str, float]]]
    examples: Sequence[str]
    hidden: frozenset[str] = frozenset()
    head: Head | None = None

    def scores(self, text: Written, embedding: Vector) -> Scored:
        """What the matcher says, without the scenarios that an overlay took over."""
        return without(self.score(text, embedding), self.hidden)

    def near(self, text: Written, embedding: Vector) -> list[tuple[str, float]]:
        """The nearest labels with their nearness, without those that an overlay took over."""
        return [one for one in self.listed(text, embedding) if one[0] not in self.hidden]


def meaning_sources(one: Followed) -> Iterator[MeaningSource]:
    """The matchers of meaning of one template: the company's own words come first."""
    if one.overlay and one.overlay.nearest:
        nearest = one.overlay.nearest
        yield MeaningSource(one, nearest.scores, nearest.near, one.overlay.examples)
    if one.template.head:
        head = one.template.head
        yield MeaningSource(one, head.scores, head.near, one.template.examples, one.hidden, head)


def all_sources(followed: Sequence[Followed]) -> list[MeaningSource]:
    """The matchers of meaning of a company, in its order."""
    return [source for one in followed for source in meaning_sources(one)]


def without(scored: Scored, hidden: frozenset[str]) -> Scored:
    """What is left when the hidden labels are no answers. They stay in scope, though."""
    if not hidden:
        return scored
    left = [one for one in (scored.best, scored.second) if one is not None and one.label not in hidden]
    best, second, *_ = [*left, None, None]
    nearest = scored.nearest if scored.nearest and scored.nearest.label not in hidden else None
    return Scored(best, second, nearest, scored.in_scope)


def verdicts(one: Followed, folded: Folded) -> Iterator[tuple[bool, RulesVerdict]]:
    """What the rules say: of the company's overlay (True), then of the shared template."""
    if one.overlay and one.overlay.scenarios:
        yield True, one.overlay.rules.match(folded)
    yield False, one.template.rules.match(folded, hidden=one.hidden)


def ruled(one: Followed, verdict: RulesVerdict, place: tuple[int, bool], guarded: Message | None) -> Iterator[Weighed]:
    """The matches of a verdict; `place` decides ties: the template's, and whether the overlay said it.

    `guarded`: the message, where near misses are to be held down.
    """
    for found in (verdict.best, verdict.second):
        match = one.match(found.scenario, found.confidence, found.trigger) if found else None
        if found is None or match is None:
            continue
        weighed = Weighed(match)
        if guarded is not None and not found.exact:
            weighed = held_down(match, guarded, _trigger_texts(found, guarded.text), one.template)
        placed = one.placed(found.scenario)
        priority = placed.scenario.priority if placed else 0
        order, is_own = place
        rank = (-weighed.match.confidence, float(order), -priority, float(not is_own))
        yield Weighed(weighed.match, weighed.note, rank)


def tied(weighed: Sequence[Weighed]) -> bool:
    """Whether two scenarios of one template fit equally well and neither was given priority."""
    return len(weighed) > 1 and weighed[0].rank[:3] == weighed[1].rank[:3]


def explained_together(best: RuleMatch, second: RuleMatch | None) -> bool:
    """Whether the triggers of the two explain every word of the message: "ok thanks"."""
    return not set(best.unexplained) & set(second.unexplained if second else best.unexplained)


def meant(merged: Merged, sources: Sequence[MeaningSource], message: Message) -> list[Weighed]:
    """The matches of what the matchers of meaning say together, the best first."""
    pairs = ((merged.best, merged.best_source), (merged.second, merged.second_source))
    found = [_meant(candidate, sources[at], merged, message) for candidate, at in pairs if candidate is not None]
    return sorted((one for one in found if one is not None), key=lambda one: -one.match.confidence)


def _meant(candidate: Candidate, source: MeaningSource, merged: Merged, message: Message) -> Weighed | None:
    matched = nearest_text(merged.nearest, candidate.label, source.examples)
    match = source.followed.match(candidate.label, candidate.confidence, matched)
    placed = source.followed.placed(candidate.label)
    if match is None or placed is None:
        return None
    if candidate.label not in source.followed.hidden and message.language == ENGLISH:
        return held_down(match, message, (), source.followed.template)
    phrases = (trigger for trigger in placed.scenario.triggers if not is_expression(trigger))
    texts = (*placed.scenario.examples, *phrases)
    is_own = candidate.label in source.followed.hidden
    return held_down(match, message, texts, None if is_own else source.followed.template)


def nearest_text(nearest: Neighbour | None, label: str, texts: Sequence[str]) -> str:
    """The example closest to the message, if it is one of this label; else nothing."""
    is_one = nearest is not None and nearest.label == label and 0 <= nearest.index < len(texts)
    return texts[nearest.index] if nearest is not None and is_one else ""


def asked(questions: Asked, scored: Scored, message: Message) -> list[Weighed]:
    """The matches of what nearest questions say, the best first."""
    found = []
    for candidate in (scored.best, scored.second):
        entry = questions.entry(candidate.label) if candidate else None
        if candidate is None or entry is None:
            continue
        matched = nearest_text(scored.nearest, candidate.label, questions.questions.texts) or entry.question
        match = questions.match(entry, candidate.confidence, matched)
        found.append(held_down(match, message, (entry.question, *entry.variants), None))
    return sorted(found, key=lambda one: -one.match.confidence)


def held_down(match: Match, message: Message, texts: Sequence[str], template: CompiledTemplate | None) -> Weighed:
    """The match, less sure where the message only looks like the texts it matched.

    With a template all texts of the scenario count, and its words decide what another entity is; without, the texts
    that are given.
    """
    if template is None:
        miss = near_miss(message.said, texts, language=message.language)
    else:
        words = template.words
        miss = near_miss(message.said, texts, label=match.title, vocabulary=words, language=message.language)
    if miss is None:
        return Weighed(match)
    return Weighed(replace(match, confidence=match.confidence * miss.factor), miss.reason)


def judged(weighed: Sequence[Weighed], version: str, *, ambiguous: bool, in_scope: float | None = None) -> Evidence:
    """Evidence of the first two matches; those that were vetoed to nothing leave their note behind."""
    left = [one for one in weighed if one.match.confidence > 0]
    notes = [one.note for one in weighed if one.note]
    if not left:
        return Evidence(version, note=notes[0] if notes else None, in_scope=in_scope)
    return Evidence(
        version=version,
        best=left[0].match,
        second=left[1].match if len(left) > 1 else None,
        is_ambiguous=ambiguous and len(left) > 1 and not notes,
        note=left[0].note,
        in_scope=in_scope,
    )


def _trigger_texts(found: RuleMatch, text: str) -> tuple[str, ...]:
    """What a trigger reads like: the phrase itself; for an expression, what it found."""
    return (text[slice(*found.span)],) if is_expression(found.trigger) else (found.trigger,)

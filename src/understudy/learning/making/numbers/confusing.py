"""Scenarios that are taken for one another: words that forbid one, two that are one, one that is two. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from uuid import UUID

from understudy.answering.domain import RungName
from understudy.learning.content.domain import Content, padded, plain
from understudy.learning.domain import Issue, Maker, Proposal, Scored
from understudy.learning.editing import Edit, NewScenario, ScenarioEdit
from understudy.learning.making.domain import Observation, Subject, contacts_of, is_fresh, tasks_of
from understudy.learning.making.numbers.grouping import Group, Looked, looked
from understudy.learning.making.numbers.naming import name_of, telling_words
from understudy.learning.making.numbers.phrases import telling
from understudy.learning.making.numbers.statistics import written
from understudy.templates.domain import Scenario
from understudy.templates.matching.company.compiled import words_of

MOST_NEGATIVES = 3
NEAR_MISS = 0.5
"""Confidence from which a rung's candidate that was not sent is a near miss."""
CONFUSED_CONTACTS = 5
"""People whose messages were taken for the other scenario, each way, before the two are proposed to be one."""
SPLIT_CONTACTS = 6
"""People in each of the two halves of a scenario before it is proposed to be two."""
SPLIT_BELOW = 0.35
"""Cosine between two groups' centres below which they mean different things."""


def negatives(subject: Subject) -> Iterator[Proposal]:
    """Words by which a near miss is told from the scenario that nearly answered: its negative triggers.

    Of the messages about this subject, those for which the rules had another scenario as their best candidate.
    """
    missed: defaultdict[str, list[Observation]] = defaultdict(list)
    for one in subject.own:
        scored = next((s for s in one.scores if s.rung is RungName.RULES), None)
        if scored and _is_near(scored) and scored.key != subject.key:
            missed[scored.key or ""].append(one)
    for key, messages in missed.items():
        wronged = subject.content.named_by(key)
        if wronged is None:
            continue
        proposal = forbidding(subject.content, wronged, messages, subject.others, language=subject.language)
        if proposal is not None and is_fresh(messages, subject.fresh):
            yield proposal


def forbidding(
    content: Content,
    wronged: Scenario,
    messages: Sequence[Observation],
    others: Sequence[Observation],
    *,
    language: str,
) -> Proposal | None:
    """Negative triggers that keep a scenario from answering these messages and forbid none that are its own."""
    own_key = content.key(wronged.name)
    rightly = [one.padded for one in others if one.key == own_key]
    rightly += [phrase for name, phrase in content.phrases if name == wronged.name]
    known = [padded(text) for text in plain((*wronged.negative_triggers, *wronged.triggers))]
    found = telling(messages, rightly, known=known)[:MOST_NEGATIVES]
    found = [one for one in found if one.outside == 0]
    if not found:
        return None
    witnesses = [one for one in messages if any(f" {phrase.text} " in one.padded for phrase in found)]
    shown = ", ".join(f'"{written(one.text)}"' for one in found)
    change = ScenarioEdit(wronged.name, negative_triggers=tuple(written(one.text) for one in found))
    return Proposal(
        issue=Issue.TIGHTEN_NEGATIVE_TRIGGERS,
        scenario=wronged.name,
        edit=Edit(content.template_id, not content.is_own, scenarios=(change,)),
        reasoning=(
            f'{len(contacts_of(witnesses))} people who meant something else came close to "{wronged.name}". '
            f"They say {shown}; nobody who means it does."
        ),
        language=language,
        maker=Maker.STATISTICS,
        sources=tasks_of(witnesses),
        details={"instead": sorted({one.key for one in witnesses})},
    )


def split(subject: Subject, seen: Looked | None = None) -> Proposal | None:
    """A scenario whose messages fall into two groups that mean different things, as two. `seen`: looked at before."""
    large = [group for group in (seen or looked(subject)).groups if group.contacts >= SPLIT_CONTACTS]
    pair = next((pair for pair in combinations(large, 2) if _between(*pair) < SPLIT_BELOW), None)
    if pair is None or not is_fresh([*pair[0].members, *pair[1].members], subject.fresh):
        return None
    stays, goes = _who_stays(subject, pair)
    terms = telling_words(goes.members, [one.padded for one in stays.members])
    return Proposal(
        issue=Issue.SPLIT_SCENARIO,
        scenario=subject.scenario.name,
        edit=_divided(subject, goes, terms),
        reasoning=(
            f'"{subject.scenario.name}" is asked about in two ways that mean different things '
            f"({stays.contacts} and {goes.contacts} people): the second is told by {', '.join(terms) or 'its words'}. "
            "It gets the same reply at first; give it its own."
        ),
        language=subject.language,
        maker=Maker.STATISTICS,
        sources=tasks_of(goes.members),
        details={"between": round(_between(stays, goes), 3)},
    )


def _divided(subject: Subject, goes: Group, terms: Sequence[str]) -> Edit:
    """The change that makes a scenario of its own of a group: with its texts, and the replies as they are."""
    scenario = subject.scenario
    texts = tuple(dict.fromkeys(one.text for one in goes.members))
    said = {words_of(text) for text in texts}
    moved = tuple(text for text in scenario.examples if words_of(text) in said)
    added = Scenario(
        name=name_of(terms, prefix=scenario.name, taken=subject.content.scenarios),
        examples=texts,
        replies=scenario.replies,
        follow_up=scenario.follow_up,
        action=scenario.action,
    )
    return Edit(
        subject.content.template_id,
        subject.in_overlay,
        scenarios=(ScenarioEdit(scenario.name, without_examples=moved),) if moved else (),
        added=(NewScenario(added, subject.content.categories[scenario.name]),),
    )


def _between(first: Group, second: Group) -> float:
    return float(first.centre @ second.centre)


def merges(content: Content, observations: Sequence[Observation], *, language: str) -> Iterator[Proposal]:
    """Pairs of scenarios that are taken for each other both ways, as one."""
    taken: defaultdict[tuple[str, str], list[Observation]] = defaultdict(list)
    for one in observations:
        for scored in one.scores:
            if _is_near(scored) and scored.key != one.key and scored.rung is not RungName.LLM:
                taken[scored.key or "", one.key].append(one)
                break
    for (first, second), messages in taken.items():
        back = taken.get((second, first), [])
        if first >= second or min(_people(messages), _people(back)) < CONFUSED_CONTACTS:
            continue
        both = content.named_by(first), content.named_by(second)
        if both[0] is not None and both[1] is not None:
            yield _merged(content, (both[0], both[1]), [*messages, *back], language)


def _merged(
    content: Content, both: tuple[Scenario, Scenario], witnesses: Sequence[Observation], language: str
) -> Proposal:
    kept, gone = sorted(both, key=lambda one: (-len(one.examples) - len(one.triggers), one.name))
    change = ScenarioEdit(kept.name, triggers=gone.triggers, examples=gone.examples)
    same = kept.replies == gone.replies
    return Proposal(
        issue=Issue.MERGE_SCENARIOS,
        scenario=kept.name,
        edit=Edit(content.template_id, not content.is_own, scenarios=(change,), removed=(gone.name,)),
        reasoning=(
            f'"{kept.name}" and "{gone.name}" are taken for each other by {_people(witnesses)} people, both ways. '
            + ("Their replies are the same." if same else f'Their replies differ: that of "{kept.name}" would go out.')
        ),
        language=language,
        maker=Maker.STATISTICS,
        sources=tasks_of(witnesses),
        details={"same_replies": same},
    )


def _who_stays(subject: Subject, pair: tuple[Group, Group]) -> tuple[Group, Group]:
    """The group that the scenario's examples are nearer to stays; by shared words, which need no embedding."""
    own = {word for text in plain((*subject.scenario.triggers, *subject.scenario.examples)) for word in words_of(text)}

    def shared(group: Group) -> float:
        words = [word for one in group.members for word in one.padded.split()]
        return sum(word in own for word in words) / max(1, len(words))

    first, second = pair
    return (first, second) if shared(first) >= shared(second) else (second, first)


def _is_near(scored: Scored) -> bool:
    return scored.key is not None and scored.score is not None and scored.score >= NEAR_MISS


def _people(observations: Sequence[Observation]) -> int:
    people: frozenset[UUID] = contacts_of(observations)
    return len(people)

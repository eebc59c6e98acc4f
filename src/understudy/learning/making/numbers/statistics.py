"""The maker that needs no model: examples, keywords and synonyms for a scenario from what was said about it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

from understudy.learning.content.domain import padded, plain
from understudy.learning.domain import Issue, Maker, Proposal
from understudy.learning.editing import Edit, ScenarioEdit
from understudy.learning.making.domain import Observation, Subject, contacts_of, is_fresh, tasks_of
from understudy.learning.making.numbers.grouping import LEAST_CONTACTS, Group, Looked, looked, one_of_each_contact
from understudy.learning.making.numbers.phrases import CONTACTS, telling, variants
from understudy.learning.queue.evidence import AGAINST
from understudy.templates.matching.company.compiled import words_of

MOST_PHRASES = 5
"""Keywords of one proposal."""
SAME_WORDING = 0.97
"""Cosine from which two examples say the same in the same words: one of them teaches as much as both."""


def proposals(subject: Subject, seen: Looked | None = None) -> Iterator[Proposal]:
    """Examples, keywords and synonyms for one scenario. `seen`: it, looked at before."""
    seen = seen or looked(subject)
    groups = [group for group in seen.groups if group.contacts >= LEAST_CONTACTS]
    against = len(contacts_of(subject.own) - contacts_of(seen.sound))
    for maker in (examples, keywords, synonyms):
        proposal = maker(subject, groups, against)
        if proposal is not None:
            yield proposal


def examples(subject: Subject, groups: Sequence[Group], against: int = 0) -> Proposal | None:
    """What people said, as examples: one of each contact and group, each wording once."""
    owners = subject.content.owners
    chosen: list[Observation] = []
    witnesses: list[Observation] = []
    counted = 0
    for group in groups:
        new = [one for one in group.members if words_of(one.text) not in owners]
        if not new or not is_fresh(new, subject.fresh):
            continue
        picked = _distinct([one for one in one_of_each_contact(group) if words_of(one.text) not in owners], chosen)
        chosen += picked
        witnesses += new
        counted += bool(picked)
    if not chosen:
        return None
    people = len(contacts_of(witnesses))
    return Proposal(
        issue=Issue.ADD_EXAMPLES,
        scenario=subject.scenario.name,
        edit=_edit(subject, ScenarioEdit(subject.scenario.name, examples=tuple(one.text for one in chosen))),
        reasoning=(
            f"{_people(people)} asked this in {_count(counted, 'way')} that no free rung was sure of; a model picked "
            f'"{subject.scenario.name}" each time. As examples they let the scenario be recognised by meaning.'
        ),
        language=subject.language,
        maker=Maker.STATISTICS,
        sources=tasks_of(witnesses),
        details={AGAINST: against, "groups": counted},
    )


def keywords(subject: Subject, groups: Sequence[Group], against: int = 0) -> Proposal | None:
    """Phrases that people use for this and for nothing else, as triggers."""
    inside = [one for group in groups for one in group.members]
    outside = [one.padded for one in subject.others]
    outside += [phrase for name, phrase in subject.content.phrases if name != subject.scenario.name]
    known = [padded(text) for text in plain((*subject.scenario.triggers, *subject.scenario.negative_triggers))]
    found = telling(inside, outside, known=known)[:MOST_PHRASES]
    found = [one for one in found if tuple(one.text.split()) not in subject.content.owners]
    users: frozenset[UUID] = frozenset().union(*(one.contacts for one in found)) if found else frozenset()
    witnesses = [one for one in inside if one.contact_id in users and any(f" {p.text} " in one.padded for p in found)]
    if not witnesses or not is_fresh(witnesses, subject.fresh):
        return None
    shown = ", ".join(f'"{written(one.text)}" ({one.inside} of {_people(one.inside)} who say it)' for one in found)
    return Proposal(
        issue=Issue.ADD_KEYWORDS,
        scenario=subject.scenario.name,
        edit=_edit(subject, ScenarioEdit(subject.scenario.name, triggers=tuple(written(one.text) for one in found))),
        reasoning=f'People who mean "{subject.scenario.name}" say {shown}; in what means other things they are rare.',
        language=subject.language,
        maker=Maker.STATISTICS,
        sources=tasks_of(witnesses),
        details={
            AGAINST: against,
            "log_odds": {written(one.text): round(one.sureness, 2) for one in found},
            "elsewhere": {written(one.text): one.outside for one in found},
        },
    )


def synonyms(subject: Subject, groups: Sequence[Group], against: int = 0) -> Proposal | None:
    """A word that people say in place of one in a trigger, for the whole template; not for a company's overlay."""
    if subject.in_overlay:
        return None
    inside = [one for group in groups for one in group.members]
    triggers = [padded(text) for text in plain(subject.scenario.triggers)]
    wanted: defaultdict[str, dict[str, frozenset[UUID]]] = defaultdict(dict)
    for (term, variant), by in variants(triggers, inside).items():
        if len(by) >= CONTACTS and _means_the_same(subject, term, variant):
            wanted[term][variant] = by
    if not wanted:
        return None
    term, said = max(wanted.items(), key=lambda item: (sum(map(len, item[1].values())), item[0]))
    witnesses = [one for one in inside if any(one.contact_id in by for by in said.values()) and _says(one, said)]
    if not is_fresh(witnesses, subject.fresh):
        return None
    listed = ", ".join(f'"{one}"' for one in said)
    return Proposal(
        issue=Issue.ADD_SYNONYMS,
        scenario=subject.scenario.name,
        edit=Edit(subject.content.template_id, synonyms={term: tuple(said)}),
        reasoning=f'{_people(len(contacts_of(witnesses)))} said {listed} where a trigger has "{term}".',
        language=subject.language,
        maker=Maker.STATISTICS,
        sources=tasks_of(witnesses),
        details={AGAINST: against},
    )


def written(phrase: str) -> str:
    """A folded phrase as people write it: scripts without spaces have none."""
    words = phrase.split()
    return "".join(words) if words and all(len(word) == 1 and word > "\u3004" for word in words) else phrase


def _means_the_same(subject: Subject, term: str, variant: str) -> bool:
    """Whether the variant tells no scenario from another, and stands for nothing else yet."""
    synonyms = subject.content.synonyms
    spoken = {term, *synonyms, *(one for variants_ in synonyms.values() for one in variants_)} - {term}
    if variant in spoken:
        return False
    return not any(f" {variant} " in phrase for name, phrase in subject.content.phrases)


def _says(one: Observation, said: dict[str, frozenset[UUID]]) -> bool:
    return any(f" {variant} " in one.padded for variant in said)


def _distinct(candidates: Sequence[Observation], chosen: Sequence[Observation]) -> list[Observation]:
    """Those of the candidates that say it in words of their own, the surest first."""
    kept: list[Observation] = []
    for one in sorted(candidates, key=lambda candidate: (-candidate.confidence, candidate.at)):
        if not any(float(one.vector @ other.vector) >= SAME_WORDING for other in (*chosen, *kept)):
            kept.append(one)
    return kept


def _edit(subject: Subject, change: ScenarioEdit) -> Edit:
    return Edit(subject.content.template_id, subject.in_overlay, scenarios=(change,))


def _people(count: int) -> str:
    return _count(count, "person", "people")


def _count(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"

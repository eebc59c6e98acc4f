"""Messages that belong to no scenario yet, as new scenarios. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from understudy.language.domain import Matrix
from understudy.learning.content.examples import PLACEHOLDER
from understudy.learning.domain import Issue, Maker, Proposal
from understudy.learning.editing import LEARNT, Edit, NewScenario
from understudy.learning.making.domain import Observation, is_fresh, tasks_of
from understudy.learning.making.numbers.grouping import Group, grouped, one_of_each_contact
from understudy.learning.making.numbers.naming import name_of, telling_words
from understudy.learning.making.numbers.statistics import SAME_WORDING
from understudy.learning.queue.evidence import WITNESSES, Witnesses
from understudy.templates.domain import Reply, Scenario
from understudy.templates.rendering import unknown_placeholders

NEEDS_REPLY = "It needs a reply before it can answer."
CLUSTER = 0.6
"""Cosine to a group's centre for messages without a label: tighter than within a scenario."""
CLUSTER_CONTACTS = 4
"""People from which a question is worth a scenario."""
MOST_EXAMPLES = 40
TITLE_CHARACTERS = 90
CENTRAL_MESSAGE = "central_message"
"""Where a proposal's details name the message that says best what is wanted."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a new scenario goes. `taken`: names of scenarios that are there."""

    template_id: UUID
    taken: Collection[str] = ()
    in_overlay: bool = False


def new_scenarios(
    messages: Sequence[Observation],
    home: Home,
    *,
    fresh: frozenset[UUID] | None = None,
    contacts: int = CLUSTER_CONTACTS,
) -> Iterator[Proposal]:
    """A new scenario for each thing that enough people ask, the most asked first. They have no reply yet.

    `fresh`: only groups with one of these tasks; None: all of them, for messages that are no tasks.
    """
    groups = joined([group for group in grouped(messages, bar=CLUSTER) if group.members])
    names = set(home.taken)
    for group in groups:
        if group.contacts < contacts or (fresh is not None and not is_fresh(group.members, fresh)):
            continue
        rest = [one.padded for other in groups if other is not group for one in other.members]
        name = name_of(telling_words(group.members, rest), taken=names)
        names.add(name)
        yield _proposal(group, name, home)


def answered(proposal: Proposal, text: str) -> Proposal:
    """The proposal of a new scenario with what the most central message was answered with as its reply.

    A model wrote it, from the company's own sources: a person reads it before it goes out again. A text with
    placeholders of personal data, or in braces, is of that one customer, and is left out.
    """
    if not text.strip() or PLACEHOLDER.search(text) or unknown_placeholders(text):
        return proposal
    reply = Reply(text.strip(), text.strip())
    added = tuple(replace(one, scenario=replace(one.scenario, replies=(reply,))) for one in proposal.edit.added)
    reasoning = proposal.reasoning.replace(NEEDS_REPLY, "Its reply is what a model wrote: read it closely.")
    return replace(proposal, edit=replace(proposal.edit, added=added), reasoning=reasoning)


def joined(groups: Sequence[Group]) -> list[Group]:
    """Groups whose centres lie as near as their own members put together, largest first."""
    kept: list[Group] = []
    for group in sorted(groups, key=lambda one: -len(one.members)):
        near = _nearest(kept, group)
        if near is None:
            kept.append(group)
        else:
            for one in group.members:
                near.add(one)
    return sorted(kept, key=lambda one: -len(one.members))


def _nearest(groups: Sequence[Group], wanted: Group) -> Group | None:
    if not groups:
        return None
    centres: Matrix = np.stack([group.centre for group in groups])
    near = centres @ wanted.centre
    place = int(np.argmax(near))
    return groups[place] if float(near[place]) >= (1 + CLUSTER) / 2 else None


def _proposal(group: Group, name: str, home: Home) -> Proposal:
    central = group.most_central()
    picked = _spread(one_of_each_contact(group), central)
    tasks = tasks_of(group.members)
    details: dict[str, object] = {"central": central.text[:TITLE_CHARACTERS]}
    if central.message_id is not None:
        details[CENTRAL_MESSAGE] = str(central.message_id)
    if not tasks:
        sure = tuple(float(one.vector @ group.centre) for one in one_of_each_contact(group))
        details[WITNESSES] = Witnesses(len(group.members), sure).stored()
    scenario = Scenario(name, examples=tuple(one.text for one in picked))
    return Proposal(
        issue=Issue.ADD_NEW_SCENARIO,
        scenario=name,
        edit=Edit(home.template_id, home.in_overlay, added=(NewScenario(scenario, LEARNT),)),
        reasoning=(
            f'{group.contacts} people asked much the same, such as "{central.text[:TITLE_CHARACTERS]}", and there is '
            f"no scenario for it. {NEEDS_REPLY}"
        ),
        language=group.members[0].language,
        maker=Maker.STATISTICS,
        sources=tasks,
        details=details,
    )


def _spread(members: Sequence[Observation], central: Observation) -> list[Observation]:
    """Members that say it in different words, the most central first."""
    kept = [central]
    for one in sorted(members, key=lambda member: -float(member.vector @ central.vector)):
        if len(kept) == MOST_EXAMPLES:
            break
        if all(float(one.vector @ other.vector) < SAME_WORDING for other in kept):
            kept.append(one)
    return kept

"""Terms for a template that many companies follow: only what is said at several of them. Pure.

A term that three companies' customers use tells nothing of any one of them. No sentence, contact or task of another
company goes along: the proposal rests on counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from understudy.learning.content.domain import Content, padded, plain
from understudy.learning.domain import Issue, Maker, Proposal
from understudy.learning.editing import Edit, ScenarioEdit
from understudy.learning.making.domain import Observation
from understudy.learning.making.numbers.phrases import telling
from understudy.learning.making.numbers.statistics import MOST_PHRASES, written
from understudy.learning.queue.evidence import WITNESSES, Witnesses
from understudy.templates.domain import Scenario

COMPANIES = 3
"""Companies at which a term must be said before any other sees it."""


def shared_terms(
    content: Content, said: Mapping[UUID, Sequence[Observation]], *, contacts: int = COMPANIES
) -> Iterator[Proposal]:
    """Keywords for the scenarios of a template. `said`: company → what its customers said about the template.

    They are proposed for the template itself, or for an overlay over it, as the content says.
    """
    whole = [replace(one, contact_id=company) for company, ones in said.items() for one in ones]
    by_scenario: defaultdict[tuple[str, str], list[Observation]] = defaultdict(list)
    for one in whole:
        by_scenario[one.key, one.language].append(one)
    for (key, language), inside in by_scenario.items():
        scenario = content.named_by(key)
        if scenario is None or len({one.contact_id for one in inside}) < contacts:
            continue
        others = [one.padded for one in whole if one.key != key]
        proposal = _terms(content, scenario, inside, others)
        if proposal is not None:
            yield replace(proposal, language=language)


def _terms(
    content: Content, scenario: Scenario, inside: Sequence[Observation], others: Sequence[str]
) -> Proposal | None:
    outside = [*others, *(phrase for name, phrase in content.phrases if name != scenario.name)]
    known = [padded(text) for text in plain((*scenario.triggers, *scenario.negative_triggers))]
    found = [
        one
        for one in telling(inside, outside, known=known, contacts=COMPANIES)
        if tuple(one.text.split()) not in content.owners
    ][:MOST_PHRASES]
    if not found:
        return None
    companies = len(frozenset().union(*(one.contacts for one in found)))
    sure = sum(one.confidence for one in inside) / len(inside)
    change = ScenarioEdit(scenario.name, triggers=tuple(written(one.text) for one in found))
    return Proposal(
        issue=Issue.ADD_KEYWORDS,
        scenario=scenario.name,
        edit=Edit(content.template_id, not content.is_own, scenarios=(change,)),
        reasoning=f"Customers of {companies} companies that share what they learn use these words for it.",
        language=inside[0].language,
        maker=Maker.STATISTICS,
        sources=(),
        details={"companies": companies, WITNESSES: Witnesses(companies, (round(sure, 3),) * companies).stored()},
    )

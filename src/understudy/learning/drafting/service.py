"""The verb of drafting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.companies.service import Companies
from understudy.infra.computing import in_thread
from understudy.kit.clock import Clock
from understudy.language.masking.masking import mask
from understudy.language.service import Language
from understudy.learning.content.examples import example_of
from understudy.learning.domain import Proposal, Suggestion
from understudy.learning.drafting.reading import PastMessage
from understudy.learning.making.domain import Observation
from understudy.learning.making.numbers.clusters import CLUSTER_CONTACTS, Home, new_scenarios
from understudy.learning.queue.service import Queue
from understudy.templates.domain import Template
from understudy.templates.library.shelf import Library
from understudy.templates.records import Shelved

MOST = 20_000
"""Messages that are compared: more are thinned out evenly, since what is asked often stays often."""
UNSURE_LANGUAGE = "unknown"
PAGE = 200


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where drafts stand, and whose they are."""

    companies: Companies
    library: Library


@dataclass(frozen=True, slots=True)
class Drafted:
    """What became of past messages. `read`: those that were compared; `covered`: those that a suggestion speaks of."""

    template: Shelved
    read: int
    covered: int
    suggestions: tuple[Suggestion, ...]


class Drafting:
    """Makes the first suggestions for a template from past messages. Nothing of it answers before it is approved."""

    def __init__(self, *, shelf: Shelf, language: Language, queue: Queue, clock: Clock) -> None:
        self._shelf = shelf
        self._language = language
        self._queue = queue
        self._clock = clock

    async def draft(
        self,
        principal: Principal,
        messages: Sequence[PastMessage],
        *,
        name: str | None = None,
        contacts: int = CLUSTER_CONTACTS,
    ) -> Drafted:
        """Groups messages by meaning and proposes a scenario for each group of `contacts` people or more.

        `name`: of the company's own template that they are for; it is made where there is none.
        """
        principal.demand(Permission.TEMPLATE_EDIT)
        company = await self._shelf.companies.show(principal.company)
        template = await self._template(principal, name or company.name, company.trade)
        observed = await self._observed(messages)
        proposals = await in_thread(_clustered, observed, template.id, contacts)
        suggestions: list[Suggestion] = []
        covered = 0
        for proposal in proposals:
            made = await self._queue.propose(company.id, proposal)
            if made is not None:
                suggestions.append(made)
                covered += made.evidence.sources
        return Drafted(template, len(observed), covered, tuple(suggestions))

    async def _template(self, principal: Principal, name: str, trade: str) -> Shelved:
        after: UUID | None = None
        while page := await self._shelf.library.list(principal, own=True, after=after, limit=PAGE):
            for one in page:
                if one.name == name:
                    return one
            after = page[-1].id
        return await self._shelf.library.create(principal, Template(name, trade))

    async def _observed(self, messages: Sequence[PastMessage]) -> list[Observation]:
        if len(messages) > MOST:
            places = np.linspace(0, len(messages) - 1, MOST).astype(int)
            messages = [messages[int(place)] for place in places]
        said = await in_thread(_masked, messages)
        vectors = await self._language.encode_many([text for text, _ in said])
        now = self._clock()
        return [
            Observation(
                task_id=None,
                contact_id=contact,
                key="",
                language=self._language.read(text).language,
                text=text,
                vector=vector,
                confidence=1.0,
                at=now,
            )
            for (text, contact), vector in zip(said, vectors, strict=True)
        ]


def _masked(messages: Sequence[PastMessage]) -> list[tuple[str, UUID]]:
    masked = ((example_of(mask(one.text).text), one.contact) for one in messages)
    return [(text, contact) for text, contact in masked if text is not None]


def _clustered(observed: Sequence[Observation], template_id: UUID, contacts: int) -> list[Proposal]:
    """Groups within each language; texts too short to tell go with the language that most are in."""
    spoken: defaultdict[str, list[Observation]] = defaultdict(list)
    for one in observed:
        spoken[one.language].append(one)
    if not spoken:
        return []
    told = {language: ones for language, ones in spoken.items() if language != UNSURE_LANGUAGE}
    usual = max(told, key=lambda language: len(told[language]), default=UNSURE_LANGUAGE)
    told.setdefault(usual, [])
    if usual != UNSURE_LANGUAGE:
        told[usual] += spoken.get(UNSURE_LANGUAGE, [])
    found: list[Proposal] = []
    for ones in told.values():
        taken = {one.scenario for one in found}
        found += new_scenarios(ones, Home(template_id, taken), contacts=contacts)
    return found

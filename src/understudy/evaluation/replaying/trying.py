"""What a replay does with a page of messages, wherever it runs: in one call, or as a part of many."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from understudy.answering.settings import LadderSettings
from understudy.companies.domain import Company
from understudy.companies.service import Companies
from understudy.evaluation.climbing import Side, climb_both
from understudy.evaluation.comparing import Names, compared
from understudy.evaluation.domain import Outcome, Recorded, Truth
from understudy.evaluation.golden.service import GoldenCases
from understudy.evaluation.ports import Known, Truths
from understudy.evaluation.replaying.domain import Candidate
from understudy.evaluation.replaying.store import past
from understudy.evaluation.replaying.store.past import Page, Span
from understudy.infra.computing import in_thread
from understudy.infra.database import Database
from understudy.language.domain import Matrix
from understudy.language.service import Language
from understudy.templates.candidates import Candidates, Revision

PAGE = 1_000
"""Messages that climb together: what lies in memory of a window at a time."""


class NothingKnown:
    """Where nobody confirmed anything: what the paid rung answered is all there is to go by."""

    async def of(self, company_id: UUID, message_ids: Sequence[UUID]) -> Mapping[UUID, Known]:
        """Nothing."""
        return {}


@dataclass(frozen=True, slots=True)
class Around:
    """What replays are made from."""

    companies: Companies
    candidates: Candidates
    language: Language
    golden: GoldenCases
    truths: Truths


@dataclass(frozen=True, slots=True)
class Pair:
    """Both sides that messages climb under."""

    company: Company
    before: Side
    after: Side
    same_as: Names

    @property
    def base_version(self) -> str:
        """What the company answers from now."""
        return f"{self.before.matcher.version}, settings@{self.company.settings_version}"


class Trying:
    """Builds both sides of a replay, reads what is replayed, and lets it climb."""

    def __init__(self, *, database: Database, around: Around) -> None:
        self._database = database
        self.around = around

    async def pair(self, company_id: UUID, candidate: Candidate) -> Pair:
        """Both sides; raises `CompanyNotFound`, and `Invalid` for thresholds that cannot be."""
        company = await self.around.companies.show(company_id)
        present = company.settings.get(LadderSettings)
        settings = candidate.settings(present)
        revision = None
        if candidate.template_id is not None:
            revision = Revision(candidate.template_id, candidate.template, candidate.overlay)
        before, after = await self.around.candidates.of(company_id, revision)
        return Pair(company, Side(before, present), Side(after, settings), candidate.same_as)

    async def company(self, company_id: UUID) -> Company:
        """The company; raises `CompanyNotFound`."""
        return await self.around.companies.show(company_id)

    async def pages(self, company_id: UUID, span: Span, at_most: int) -> AsyncIterator[Page]:
        """The messages of a span, newest first, a page at a time, with what is known of them."""
        model = self.around.language.model
        below: Span | None = span
        while below is not None and at_most > 0:
            limit = min(PAGE, at_most)
            async with self._database.transaction(company_id) as tx:
                page = await past.read_page(tx, below, encoder=model.key, dimension=model.dimension, limit=limit)
            if page.recorded:
                yield await self._whole(company_id, page)
            at_most -= len(page.recorded)
            below = Span(page.last, span.oldest) if page.last is not None else None

    async def golden(self, company_id: UUID, pair: Pair) -> list[Outcome]:
        """The golden cases under both sides."""
        found: list[Outcome] = []
        kept = await self.around.golden.kept(company_id)
        for start in range(0, len(kept), PAGE):
            some = kept[start : start + PAGE]
            recorded = [
                Recorded(one.case.id, one.case.text, one.case.language, one.case.expected, Truth.GOLDEN) for one in some
            ]
            found += await self.climbed(pair, recorded, np.stack([one.vector for one in some]))
        return found

    async def climbed(self, pair: Pair, recorded: Sequence[Recorded], embeddings: Matrix) -> list[Outcome]:
        """What comes of messages under both sides, computed beside the event loop."""
        return await in_thread(_climbed, pair, recorded, embeddings)

    async def _whole(self, company_id: UUID, page: Page) -> Page:
        """The page with embeddings that were missing, and with what is known of its messages."""
        embeddings = page.embeddings
        if page.unembedded:
            texts = [page.recorded[place].text for place in page.unembedded]
            embeddings = embeddings.copy()
            embeddings[list(page.unembedded)] = await self.around.language.encode_many(texts)
        known = await self.around.truths.of(company_id, [one.id for one in page.recorded])
        recorded = tuple(_told(one, known.get(one.id)) for one in page.recorded)
        return replace(page, recorded=recorded, embeddings=embeddings, unembedded=())


def _told(recorded: Recorded, known: Known | None) -> Recorded:
    """A message with what is known of it; what the paid rung answered stands unless somebody knows better."""
    if known is None:
        return recorded
    if known.truth is not Truth.UNKNOWN:
        return replace(recorded, expected=known.expected, truth=known.truth, wrong=known.wrong)
    if recorded.expected in known.wrong:
        return replace(recorded, expected=None, truth=Truth.UNKNOWN, wrong=known.wrong)
    return replace(recorded, wrong=known.wrong)


def _climbed(pair: Pair, recorded: Sequence[Recorded], embeddings: Matrix) -> list[Outcome]:
    climbed = climb_both(pair.before, pair.after, recorded, embeddings)
    return [compared(one, before, after, pair.same_as) for one, (before, after) in zip(recorded, climbed, strict=True)]

"""A company's own questions and answers."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from understudy.companies.domain import Principal
from understudy.infra.changes import announce
from understudy.infra.database import Database, Tx
from understudy.templates.questions.domain import NewQuestion
from understudy.templates.questions.work import QuestionWork, expect
from understudy.templates.records import MATCHING_TOPIC, KeptQuestion
from understudy.templates.store import questions
from understudy.templates.store.questions import of_company

MAX_PAGE = 200


class Questions:
    """The questions and answers of companies; what changes answers within a second."""

    def __init__(self, *, database: Database, work: QuestionWork) -> None:
        self._database = database
        self._work = work

    async def list(self, company_id: UUID, *, after: UUID | None = None, limit: int = 50) -> Sequence[KeptQuestion]:
        """The company's questions, oldest first, from the one after `after`."""
        async with self._database.transaction(company_id) as tx:
            return await questions.list_questions(tx, of_company(company_id), after=after, limit=min(limit, MAX_PAGE))

    async def show(self, company_id: UUID, entry_id: UUID) -> KeptQuestion:
        """A question; raises `QuestionNotFound`."""
        async with self._database.transaction(company_id) as tx:
            return await questions.find_question(tx, of_company(company_id), entry_id)

    async def add(self, principal: Principal, given: Sequence[NewQuestion]) -> Sequence[KeptQuestion]:
        """Adds questions, all or none; raises `InvalidTemplate`, `QuestionExists`, `TooManyQuestions`."""
        kept = await self._work.prepared(principal, given)
        async with self._database.transaction(principal.company) as tx:
            await self._work.add(tx, of_company(principal.company), principal, kept)
            await self._changed(tx, principal.company)
        return kept

    async def change(
        self, principal: Principal, entry_id: UUID, given: NewQuestion, *, expected_revision: int
    ) -> KeptQuestion:
        """Rewrites a question; raises `QuestionNotFound`, `InvalidTemplate`, `QuestionExists`, `DraftMoved`."""
        before = await self.show(principal.company, entry_id)
        expect(before, expected_revision)
        after = await self._work.rewritten(principal, before, given)
        async with self._database.transaction(principal.company) as tx:
            await self._work.change(tx, of_company(principal.company), principal, (before, after))
            await self._changed(tx, principal.company)
        return after

    async def delete(self, principal: Principal, entry_id: UUID, *, expected_revision: int) -> None:
        """Deletes a question; raises `QuestionNotFound`, `DraftMoved`."""
        async with self._database.transaction(principal.company) as tx:
            shelf = of_company(principal.company)
            await self._work.delete(tx, shelf, principal, (entry_id, expected_revision))
            await self._changed(tx, principal.company)

    async def _changed(self, tx: Tx, company_id: UUID) -> None:
        await questions.count_change(tx, of_company(company_id))
        await announce(tx, MATCHING_TOPIC, str(company_id))

"""Questions and answers that a trade shares: written by the platform, answered otherwise or hidden by a company."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from understudy.companies.domain import Change, Principal
from understudy.companies.service import Companies
from understudy.infra.changes import announce
from understudy.infra.database import Database, Tx
from understudy.templates.domain import QaEntry, Reply
from understudy.templates.library.ownership import scope
from understudy.templates.questions.domain import NewQuestion
from understudy.templates.questions.work import QuestionWork, expect
from understudy.templates.records import (
    MATCHING_TOPIC,
    TRADE_TOPIC,
    Edited,
    KeptQuestion,
    QuestionNotFound,
    TradeQuestion,
)
from understudy.templates.store import questions
from understudy.templates.store.questions import of_company, of_trade
from understudy.templates.validation import check_qa

MAX_PAGE = 200


class TradeQuestions:
    """The questions of trades. The platform changes them for all; a company changes its own answers only."""

    def __init__(self, *, database: Database, companies: Companies, work: QuestionWork) -> None:
        self._database = database
        self._companies = companies
        self._work = work

    async def list(
        self, principal: Principal, *, trade: str | None = None, after: UUID | None = None, limit: int = 50
    ) -> Sequence[TradeQuestion]:
        """Questions of a trade, oldest first, as the principal's company answers them; its own trade by default."""
        wanted = await self._trade(principal, trade)
        async with scope(self._database, principal) as tx:
            kept = await questions.list_questions(tx, of_trade(wanted), after=after, limit=min(limit, MAX_PAGE))
            changes = await questions.reply_changes(tx, [one.entry.id for one in kept])
        return [_answered(one, changes) for one in kept]

    async def show(self, principal: Principal, entry_id: UUID) -> TradeQuestion:
        """A question as the principal's company answers it; raises `QuestionNotFound`, also for another trade's."""
        async with scope(self._database, principal) as tx:
            kept = await self._find(tx, principal, entry_id)
            return _answered(kept, await questions.reply_changes(tx, [entry_id]))

    async def add(self, principal: Principal, trade: str, given: Sequence[NewQuestion]) -> Sequence[KeptQuestion]:
        """Adds questions to a trade, all or none; raises `InvalidTemplate`, `QuestionExists`."""
        kept = await self._work.prepared(principal, given)
        async with self._database.platform() as tx:
            await self._work.add(tx, of_trade(trade), principal, kept)
            await self._changed(tx, trade)
        return kept

    async def change(
        self, principal: Principal, entry_id: UUID, given: NewQuestion, *, expected_revision: int
    ) -> KeptQuestion:
        """Rewrites a question for all companies of its trade; raises `QuestionNotFound`, `DraftMoved`."""
        async with self._database.platform() as tx:
            trade = await questions.trade_of(tx, entry_id)
            before = await questions.find_question(tx, of_trade(trade), entry_id)
        expect(before, expected_revision)
        after = await self._work.rewritten(principal, before, given)
        async with self._database.platform() as tx:
            await self._work.change(tx, of_trade(trade), principal, (before, after))
            await self._changed(tx, trade)
        return after

    async def delete(self, principal: Principal, entry_id: UUID, *, expected_revision: int) -> None:
        """Deletes a question for all companies of its trade, with what they answer instead."""
        async with self._database.platform() as tx:
            trade = await questions.trade_of(tx, entry_id)
            await self._work.delete(tx, of_trade(trade), principal, (entry_id, expected_revision))
            await self._changed(tx, trade)

    async def override(self, principal: Principal, entry_id: UUID, reply: Reply) -> TradeQuestion:
        """Answers a shared question in the company's own words; raises `QuestionNotFound`, `InvalidTemplate`."""
        return await self._answer(principal, entry_id, reply)

    async def hide(self, principal: Principal, entry_id: UUID) -> TradeQuestion:
        """Answers a shared question no more; raises `QuestionNotFound`."""
        return await self._answer(principal, entry_id, None)

    async def _answer(self, principal: Principal, entry_id: UUID, reply: Reply | None) -> TradeQuestion:
        async with self._database.transaction(principal.company) as tx:
            kept = await self._find(tx, principal, entry_id)
            if reply is not None:
                check_qa(QaEntry(entry_id, kept.entry.question, (), reply))
            await questions.put_reply_change(tx, entry_id, reply, Edited(0, principal.name, self._work.clock()))
            after = None if reply is None else [reply.short, reply.full]
            action = "trade_question.hidden" if reply is None else "trade_question.overridden"
            await self._work.audit.record(tx, Change(principal.name, action, str(entry_id), None, after))
            await self._answers_changed(tx, principal.company)
            return _answered(kept, {entry_id: reply})

    async def reset(self, principal: Principal, entry_id: UUID) -> TradeQuestion:
        """Answers a shared question as the trade does again."""
        async with self._database.transaction(principal.company) as tx:
            kept = await self._find(tx, principal, entry_id)
            await questions.delete_reply_change(tx, entry_id)
            await self._work.audit.record(tx, Change(principal.name, "trade_question.reset", str(entry_id)))
            await self._answers_changed(tx, principal.company)
        return _answered(kept, {})

    async def _find(self, tx: Tx, principal: Principal, entry_id: UUID) -> KeptQuestion:
        trade = await questions.trade_of(tx, entry_id)
        if principal.company_id is not None and trade != await self._trade(principal, None):
            raise QuestionNotFound(f"there is no question {entry_id} of the company's trade")
        return await questions.find_question(tx, of_trade(trade), entry_id)

    async def _trade(self, principal: Principal, trade: str | None) -> str:
        if principal.company_id is None:
            return trade or ""
        return (await self._companies.show(principal.company_id)).trade

    async def _changed(self, tx: Tx, trade: str) -> None:
        await questions.count_change(tx, of_trade(trade))
        await announce(tx, TRADE_TOPIC, trade)

    async def _answers_changed(self, tx: Tx, company_id: UUID) -> None:
        await questions.count_change(tx, of_company(company_id))
        await announce(tx, MATCHING_TOPIC, str(company_id))


def _answered(kept: KeptQuestion, changes: dict[UUID, Reply | None]) -> TradeQuestion:
    hidden = kept.entry.id in changes and changes[kept.entry.id] is None
    return TradeQuestion(kept.entry, kept.edited, changes.get(kept.entry.id), hidden)

"""The verbs of a budget: set money aside before a call, book what it cost, bring back what was left lying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from understudy.infra.database import Database, Tx
from understudy.infra.outbox import Outbox
from understudy.kit.clock import Clock
from understudy.kit.ids import NewId
from understudy.kit.money import dollars
from understudy.llm.bills import Bill, Hold, OverBudget, Window
from understudy.llm.events import BudgetReached, HoldTooSmall
from understudy.llm.money import store
from understudy.llm.money.domain import BudgetStatus, Closed, HoldLost, HoldState, Sums
from understudy.llm.money.pricing import factor_percent
from understudy.llm.money.windows import FULL, forecast_micros, next_span, reached
from understudy.llm.settings import LlmProcessSettings


class Budget:
    """The budgets of all companies. Raises `Unavailable` where the database is away: then nothing may be sent.

    `clock`: None, as it should be where money is real, lets the clock of the database decide what month it is and which
    holds are overdue, so that all processes agree.
    """

    def __init__(
        self,
        *,
        database: Database,
        outbox: Outbox,
        new_id: NewId,
        settings: LlmProcessSettings,
        clock: Clock | None = None,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self.new_id = new_id
        self._settings = settings
        self._clock = clock

    async def reserve(self, bill: Bill, amount_micros: int, *, model: str) -> Hold:
        """Sets money aside in the running window, in one statement; raises `OverBudget` where too little is left.

        The hold is larger than asked where calls of this `model` (provider/model) were dearer than their holds. It
        comes back by itself unless it is marked as sent soon. A call that costs nothing is never refused.
        """
        wanted = self._wanted(bill, self.new_id(), amount_micros, model)
        return await store.place_at_once(self._database, wanted, self._now()) or await self._reserve_after_all(wanted)

    async def send(self, bill: Bill, hold_id: UUID, amount_micros: int, *, model: str) -> Hold:
        """`reserve`, with an identifier of the caller's, and `mark_sent`, in one round trip: the call goes out next.

        Where it is cancelled or raises anything but `OverBudget`, the caller does not know how far it came, and
        releases the identifier.
        """
        wanted, seconds = self._wanted(bill, hold_id, amount_micros, model), self._settings.orphan_seconds
        hold = await store.place_and_send(self._database, wanted, seconds, self._now())
        if hold is None:
            hold = await self._reserve_after_all(wanted)
            await self.mark_sent(hold)
        return hold

    async def mark_sent(self, hold: Hold) -> None:
        """Commits, to the disk, that the call is about to go out. Raises `HoldLost`: then it must not."""
        if not await store.send(self._database, hold, self._settings.orphan_seconds, self._now()):
            raise HoldLost("the money set aside for the call is gone", remedy="send the message again")

    async def settle(self, tx: Tx, hold: Hold, cost_micros: int | None) -> int:
        """Books what the call cost, None: its worst case, with the caller's transaction; says what is booked.

        The rest of the hold comes back. Settling again changes nothing. What a call cost above its hold is booked too,
        announced, and further holds of the model are made larger. The window's row stays locked until the transaction
        ends: settle last. Raises `HoldLost` where there is no such hold.
        """
        closed = await store.close(tx, hold.id, HoldState.SETTLED, cost_micros, self._now())
        if closed is None:
            booked = await store.booked(tx, hold)
            if booked is None:
                raise HoldLost("there is no such hold")
            return booked
        await self._announce(tx, _place_of(hold), closed.sums)
        if closed.booked_micros > closed.held_micros:
            await self._widen(tx, hold, closed)
        return closed.booked_micros

    async def release(self, company_id: UUID, hold_id: UUID) -> None:
        """Gives a hold back, if there is one: the call was not made, or nothing of it reached the provider."""
        async with self._database.hot(company_id) as tx:
            await store.close(tx, hold_id, HoldState.RELEASED, 0, self._now())

    async def recover(self) -> int:
        """Gives back what was never sent in time, books orphans at their worst case; says how many holds it closed.

        For all companies, and safe to run in many processes at once.
        """
        async with self._database.platform() as tx:
            places = await store.windows_with_due_holds(tx, self._now())
            await store.delete_old(tx, self._now())
        recovered = 0
        for place in places:
            async with self._database.platform() as tx:
                recovered += await self._recover(replace(tx, company_id=place.company_id), place)
        return recovered

    async def status(self, bill: Bill) -> BudgetStatus:
        """How the budget of the bill's pot stands now, under the bill's cap."""
        async with self._database.transaction(bill.company_id) as tx:
            now, span = await store.last_span(tx, bill, self._now())
            if span is None or span.ends_at <= now:
                span = next_span(now, bill.zone, span)
                return BudgetStatus(Window(span.month, bill.cap_micros, 0, 0), span.ends_at, 0)
            sums = await store.sums_of(tx, store.Place(bill.company_id, bill.pot, span.month))
        window = Window(span.month, bill.cap_micros, sums.spent_micros, sums.held_micros)
        return BudgetStatus(window, span.ends_at, forecast_micros(sums.spent_micros, span, now))

    def _wanted(self, bill: Bill, hold_id: UUID, amount_micros: int, model: str) -> store.Request:
        return store.Request(hold_id, bill, model, amount_micros, self._settings.hold_seconds)

    async def _reserve_after_all(self, wanted: store.Request) -> Hold:
        async with self._database.hot(wanted.bill.company_id) as tx:
            hold = await self._place_after_all(tx, wanted)
        if hold is None:
            raise OverBudget(
                f"up to {dollars(wanted.asked_micros)} may be needed, and less is left of the month's budget of "
                f"{dollars(wanted.bill.cap_micros)}",
                remedy="raise the budget in the settings, or wait for the next month",
            )
        return hold

    async def _place_after_all(self, tx: Tx, wanted: store.Request) -> Hold | None:
        """Tries again with the month's window opened, or with what is overdue in it brought back."""
        bill = wanted.bill
        sums = await store.lock(tx, bill, self._now())
        if sums is None:
            await self._open_window(tx, bill)
        else:
            await self._recover(tx, store.Place(bill.company_id, bill.pot, sums.month))
        hold = await store.place(tx, wanted, self._now())
        if hold is None:
            await self._announce_refusal(tx, wanted)
        return hold

    async def _open_window(self, tx: Tx, bill: Bill) -> None:
        await store.lock_opening(tx, bill)
        now, last = await store.last_span(tx, bill, self._now())
        if last is None or last.ends_at <= now:
            await store.open_window(tx, bill, next_span(now, bill.zone, last))

    async def _recover(self, tx: Tx, place: store.Place) -> int:
        recovered = await store.recover(tx, place, self._now())
        if recovered is None:
            return 0
        holds, sums = recovered
        await self._announce(tx, place, sums)
        return holds

    async def _announce(self, tx: Tx, place: store.Place, sums: Sums) -> None:
        """Announces each share of the cap that was reached, once; the caller has the window's row."""
        percents = reached(sums.spent_micros, sums.cap_micros, sums.announced_percent)
        await self._announce_each(tx, place, percents)

    async def _announce_refusal(self, tx: Tx, wanted: store.Request) -> None:
        """A budget is used up, too, when what is left of it does for no further call, other calls' holds apart."""
        bill = wanted.bill
        sums = await store.lock(tx, bill, self._now())
        if sums is None or not bill.cap_micros or sums.announced_percent >= FULL:
            return
        if not sums.held_micros or sums.spent_micros + wanted.asked_micros > bill.cap_micros:
            await self._announce_each(tx, store.Place(bill.company_id, bill.pot, sums.month), (FULL,))

    async def _announce_each(self, tx: Tx, place: store.Place, percents: Sequence[int]) -> None:
        for percent in percents:
            await self._outbox.announce(tx, BudgetReached(place.company_id, place.pot, place.month, percent))
        if percents:
            await store.note_announced(tx, place, percents[-1])

    async def _widen(self, tx: Tx, hold: Hold, closed: Closed) -> None:
        await store.widen(tx, hold, factor_percent(closed.asked_micros, closed.booked_micros))
        event = HoldTooSmall(hold.company_id, hold.model, closed.held_micros, closed.booked_micros)
        await self._outbox.announce(tx, event)

    def _now(self) -> datetime | None:
        return None if self._clock is None else self._clock()


def _place_of(hold: Hold) -> store.Place:
    return store.Place(hold.company_id, hold.pot, hold.month)

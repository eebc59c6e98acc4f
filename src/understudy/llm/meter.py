"""The one place through which a provider is called: money is set aside before, settled and written down after.

Held → sent → settled: a hold is committed before anything else, marked as sent before the first byte leaves, and
settled in one commit with its row in the ledger, also when whoever asked went away meanwhile.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from understudy.infra.database import Database
from understudy.infra.telemetry import counter, histogram
from understudy.kit.clock import Clock, Timer
from understudy.kit.errors import Unavailable
from understudy.language.tokens import Tokens
from understudy.llm.bills import Bill, CallNote, Hold, OverBudget, Route
from understudy.llm.domain import CallFailed, Completion, Dialect, Fault, Options, Prompt, Target, Usage
from understudy.llm.ledger import recording
from understudy.llm.money.budget import Budget
from understudy.llm.money.pricing import cost_micros, worst_case_micros
from understudy.llm.ports import Dialer, Forwarded, Forwarder

NOT_BILLED = frozenset((Fault.RATE_LIMITED, Fault.KEY_REFUSED, Fault.NO_MODEL, Fault.REFUSED))
"""The provider refused before it worked; for what may have cost something, adapters say what was used."""
FORWARDED_OUTPUT_TOKENS = 4_096
"""Longest answer of a forwarded request that names no limit of its own; the limit is added to it."""
LATE_SECONDS = 1.0
"""How often booking is tried again while the database is away."""
LATE_TRIES = 300
"""After so many tries what recovery booked stands: the worst case."""
OUTPUT_LIMITS = ("max_completion_tokens", "max_tokens")

_calls = counter("understudy_llm_calls_total", "Calls to providers.", ("provider", "model", "outcome"))
_cost = counter("understudy_llm_cost_micros_total", "What calls cost, micro-dollars.", ("provider", "model"))
_seconds = histogram("understudy_llm_call_seconds", "Time of a call to a provider.", ("provider",))


@dataclass(frozen=True, slots=True)
class Till:
    """What money is set aside with, and what tells how much."""

    budget: Budget
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines to providers: for whole answers, and for requests handed on."""

    dialer: Dialer
    forwarder: Forwarder


@dataclass(slots=True)
class _Course:
    """How a call goes; filled in while it does."""

    hold: Hold
    usage: Usage | None = None
    fault: Fault | None = None
    first_token_ms: int | None = None
    is_free: bool = False
    """It failed before the provider began to answer: nothing is charged."""
    started: float = 0.0
    latency: float = 0.0
    note: CallNote | None = None


class Meter:
    """Calls providers, and sees that each call is paid for by its company and written down."""

    def __init__(self, *, database: Database, till: Till, lines: Lines, clock: Clock, timer: Timer) -> None:
        self._database = database
        self._budget = till.budget
        self._tokens = till.tokens
        self._dialer = lines.dialer
        self._forwarder = lines.forwarder
        self._clock = clock
        self._timer = timer
        self._settling: set[asyncio.Task[None]] = set()
        self._late: set[asyncio.Task[None]] = set()

    async def complete(
        self, bill: Bill, route: Route, target: Target, prompt: Prompt, options: Options
    ) -> tuple[CallNote, Completion | CallFailed]:
        """Asks for one whole answer. What it failed with is given back beside the note, not raised.

        Raises `OverBudget` and `Unavailable` (the database is away) before anything was sent.
        """
        schema = json.dumps(options.shape.schema) if options.shape else ""
        tokens = await self._tokens.bound(prompt.texts, model=_known(target), schema=schema)
        amount = worst_case_micros(target.price, tokens, options.max_output_tokens)
        found: Completion | CallFailed
        async with self._metered(bill, route, target, amount) as course:
            try:
                found = await self._dialer.complete(target, prompt, options)
                course.usage, course.first_token_ms = found.usage, found.first_token_ms
            except CallFailed as failure:
                found = failure
                _mark(course, failure)
        assert course.note is not None
        return course.note, found

    async def call(self, bill: Bill, route: Route, target: Target, prompt: Prompt, options: Options) -> Completion:
        """As `complete`, for whoever wants no more than the answer; raises `CallFailed` too."""
        _, found = await self.complete(bill, route, target, prompt, options)
        if isinstance(found, CallFailed):
            raise found
        return found

    @asynccontextmanager
    async def forward(
        self, bill: Bill, route: Route, target: Target, body: Mapping[str, Any], told: Callable[[CallNote], None]
    ) -> AsyncIterator[Forwarded]:
        """Hands a request on. Gives the answer as it comes; `told` gets the note once the call is settled, however.

        A request without a limit to its answer gets one. Leaving the block early, or being cancelled in it, ends the
        call, and charges what was used. Raises what `complete` raises, and `CallFailed`.
        """
        limit = max((int(body[name]) for name in OUTPUT_LIMITS if body.get(name)), default=0)
        if not limit:
            limit = FORWARDED_OUTPUT_TOKENS
            body = {**body, OUTPUT_LIMITS[0]: limit}
        tokens = await self._tokens.bound((json.dumps(body, ensure_ascii=False),), model=None)
        most = worst_case_micros(target.price, tokens, limit * int(body.get("n") or 1))
        async with self._metered(bill, route, target, most, told) as course:
            try:
                async with self._forwarder.forward(target, body) as answer:
                    try:
                        yield answer
                    finally:
                        course.usage = answer.usage or await self._seen(answer, tokens)
            except CallFailed as failure:
                _mark(course, failure)
                raise

    async def _seen(self, answer: Forwarded, input_tokens: int) -> Usage | None:
        """A bound on what an answer used that broke off before its provider told; None where nothing was heard."""
        return Usage(input_tokens, await self._tokens.bound((answer.text,), model=None)) if answer.text else None

    async def close(self) -> None:
        """Waits until what is being settled is settled; what waits for the database is left to recovery."""
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._settling, *self._late, return_exceptions=True)

    @asynccontextmanager
    async def _metered(
        self, bill: Bill, route: Route, target: Target, amount: int, told: Callable[[CallNote], None] | None = None
    ) -> AsyncIterator[_Course]:
        hold_id = self._budget.new_id()
        try:
            hold = await self._budget.send(bill, hold_id, amount, model=target.name)
        except OverBudget:
            raise
        except BaseException:  # nothing has left: the money comes back now, or with recovery
            await asyncio.shield(self._tracked(self._give_back(bill.company_id, hold_id)))
            raise
        course = _Course(hold, started=self._timer())
        try:
            yield course
        except BaseException as error:
            if course.fault is None:
                course.fault = error.fault if isinstance(error, CallFailed) else Fault.CANCELLED
            raise
        finally:
            await asyncio.shield(self._tracked(self._settle(bill, route, target, course)))
            if told is not None and course.note is not None:
                told(course.note)

    def _tracked(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A task that goes on when whoever asked went away, and that closing waits for."""
        task = asyncio.create_task(work, name="settle")
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)
        return task

    async def _give_back(self, company_id: UUID, hold_id: UUID) -> None:
        with suppress(Unavailable):
            await self._budget.release(company_id, hold_id)

    async def _settle(self, bill: Bill, route: Route, target: Target, course: _Course) -> None:
        """Books what the call came to; with the database away later, in the place of what recovery booked meanwhile."""
        course.latency = self._timer() - course.started
        try:
            await self._book(bill, route, target, course)
        except Unavailable:
            late = asyncio.create_task(self._settle_late(bill, route, target, course), name="settle-late")
            self._late.add(late)
            late.add_done_callback(self._late.discard)
            raise

    async def _settle_late(self, bill: Bill, route: Route, target: Target, course: _Course) -> None:
        for _ in range(LATE_TRIES):
            await asyncio.sleep(LATE_SECONDS)
            with suppress(Unavailable):
                await self._book(bill, route, target, course)
                return

    async def _book(self, bill: Bill, route: Route, target: Target, course: _Course) -> None:
        """Books the cost and writes the ledger's row in one commit. After a crash of this process, recovery does.

        So it does after a crash of the database's machine that forgets the commit: the hold is there, marked as sent,
        and is booked at its worst case. Hence the month's row need not stay locked until the disk has written.
        """
        cost = None if course.usage is None else cost_micros(target.price, course.usage)
        if course.is_free:
            cost = 0
        note = CallNote(
            id=course.hold.id,
            target=target.name,
            route=route,
            cost_micros=course.hold.amount_micros if cost is None else cost,
            latency_ms=int(course.latency * 1000),
            usage=course.usage,
            fault=course.fault,
            first_token_ms=course.first_token_ms,
        )
        booked = note.cost_micros
        if not await recording.add_settled(self._database, bill, target, note, self._clock()):
            booked = await self._settle_aloud(bill, target, note, course.hold, cost)
        course.note = replace(note, cost_micros=booked)
        _seconds.labels(target.provider.name).observe(course.latency)
        _calls.labels(target.provider.name, target.model, course.fault.value if course.fault else "ok").inc()
        _cost.labels(target.provider.name, target.model).inc(booked)

    async def _settle_aloud(self, bill: Bill, target: Target, note: CallNote, hold: Hold, cost: int | None) -> int:
        """Settles a call with something to announce, or one that recovery settled first; says what is booked."""
        async with self._database.hot(bill.company_id, waits_for_disk=False) as tx:
            await recording.add_call(tx, bill, target, note, self._clock())
            booked = await self._budget.settle(tx, hold, cost)  # last: it locks the budget's month
            if booked != note.cost_micros:  # recovery was quicker and booked the worst case
                await recording.correct_cost(tx, note.id, booked)
        return booked


def _known(target: Target) -> str | None:
    """The model's name where OpenAI itself counts the tokens."""
    is_openai = target.provider.dialect is Dialect.OPENAI and target.provider.base_url is None
    return target.model if is_openai else None


def _mark(course: _Course, failure: CallFailed) -> None:
    """What a failure means for the charge: what is known to be used, nothing, or (unknown) the whole hold."""
    course.fault = failure.fault
    if course.usage is None:
        course.usage = failure.usage
    course.is_free = course.usage is None and (not failure.was_sent or failure.fault in NOT_BILLED)

"""One readable answer out of several models: retry, one repair, then the next; what fails is left alone for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from understudy.infra.telemetry import counter
from understudy.kit.clock import Chance, Timer
from understudy.llm.asking import AllFailed
from understudy.llm.bills import Bill, CallNote, Route, Unpaid
from understudy.llm.domain import CallFailed, Completion, Fault, Options, Prompt, Provider, Purpose, Target, Turn
from understudy.llm.health.circuits import Circuits
from understudy.llm.health.shares import Shares
from understudy.llm.meter import Meter
from understudy.llm.settings import LlmProcessSettings

T = TypeVar("T")
REPAIR = "That answer cannot be used: {fault}. Answer again with one JSON object of the given schema and nothing else."
LEAST_SECONDS = 0.2
"""With less time left no call is begun."""
FAIR_SECONDS = 3.0
"""A call that had less time than this, since the question's own ran out, says nothing of its provider by being late;
assumed: whole answers take up to this long with a model that is well."""
JITTER = 0.5
"""Share of a wait that is random, so that those who failed together do not come back together."""

_failovers = counter("understudy_llm_failovers_total", "Questions that went on to another model.", ("from_target",))


@dataclass(frozen=True, slots=True)
class Pace:
    """How patiently models are asked."""

    settings: LlmProcessSettings
    timer: Timer
    chance: Chance


@dataclass(frozen=True, slots=True)
class Request(Generic[T]):
    """What is asked of each model in turn. `read` raises ValueError saying what is wrong with an answer.

    `until`: the timer's moment at which there must be an answer.
    """

    bill: Bill
    route: Route
    prompt: Prompt
    options: Options
    read: Callable[[Mapping[str, Any]], T]
    until: float = float("inf")


@dataclass(frozen=True, slots=True)
class Reached(Generic[T]):
    """An answer that could be read, the model that gave it, and its call."""

    value: T
    completion: Completion
    target: Target
    note: CallNote


@dataclass(slots=True)
class Trail:
    """The calls made for one question so far, failed ones included."""

    calls: list[CallNote] = field(default_factory=list)

    @property
    def last(self) -> str | None:
        """The model that was asked last."""
        return self.calls[-1].target if self.calls else None

    def next_route(self, route: Route, target: Target) -> Route:
        """The route of the next call: which attempt it is, and whom it follows."""
        came_from = self.last if self.last != target.name else None
        return replace(route, attempt=len(self.calls) + 1, failover_from=came_from)


class Failover:
    """Asks one model after the other until one gives an answer that can be read."""

    def __init__(self, *, meter: Meter, circuits: Circuits, shares: Shares, pace: Pace) -> None:
        self._meter = meter
        self._circuits = circuits
        self._shares = shares
        self._pace = pace

    async def ask(self, request: Request[T], targets: Sequence[Target], trail: Trail) -> Reached[T]:
        """The first answer that can be read; every call is put on the trail.

        Raises `AllFailed` when there is none, and what `Meter.complete` raises.
        """
        left_alone: list[str] = []
        for target in self._shares.in_order(targets):
            if not await self._circuits.may_ask(target.provider):
                left_alone.append(target.provider.name)
                continue
            if self._left(request) < LEAST_SECONDS:
                raise AllFailed("no answer in time")
            reached = await self._of(request, target, trail)
            if reached is not None:
                return reached
            _failovers.labels(target.name).inc()
        alone = f"; left alone: {', '.join(dict.fromkeys(left_alone))}" if left_alone else ""
        raise AllFailed(f"none of {len(targets)} models answered{alone}")

    async def _of(self, request: Request[T], target: Target, trail: Trail) -> Reached[T] | None:
        """What one model answers, with retries and one repair; None: go on to the next."""
        wait = self._pace.settings.retry_seconds
        for retries_left in reversed(range(self._pace.settings.retries + 1)):
            note, found = await self._call(request, target, trail)
            if isinstance(found, CallFailed):
                if _is_reparable(found):
                    return await self._repaired(request, target, trail, "", str(found))
                patience = self._wait(found, wait)
                if not retries_left or patience is None or patience + LEAST_SECONDS > self._left(request):
                    return None
                wait = patience
                await asyncio.sleep(wait)
                if await self._circuits.is_tripped(target.provider):
                    return None
                continue
            try:
                return Reached(request.read(found.value or {}), found, target, note)
            except ValueError as fault:
                return await self._repaired(request, target, trail, found.text, str(fault))
        return None

    async def _repaired(
        self, request: Request[T], target: Target, trail: Trail, said: str, fault: str
    ) -> Reached[T] | None:
        """Asks once more, saying what was wrong."""
        if self._left(request) < LEAST_SECONDS:
            return None
        turns = (*request.prompt.turns, Turn("assistant", said or "{}"), Turn("user", REPAIR.format(fault=fault)))
        again = replace(
            request,
            prompt=replace(request.prompt, turns=turns),
            bill=replace(request.bill, purpose=Purpose.REPAIR),
            route=replace(request.route, reason=f"{request.route.reason}, repair"),
        )
        note, found = await self._call(again, target, trail)
        if isinstance(found, CallFailed):
            return None
        try:
            return Reached(request.read(found.value or {}), found, target, note)
        except ValueError:
            return None

    async def _call(
        self, request: Request[T], target: Target, trail: Trail
    ) -> tuple[CallNote, Completion | CallFailed]:
        route = trail.next_route(request.route, target)
        provider = target.provider
        options = replace(
            request.options,
            timeout_seconds=min(provider.timeout_seconds, self._left(request)),
            first_token_seconds=min(provider.first_token_seconds, self._left(request)),
        )
        note, found = await self._meter.complete(request.bill, route, target, request.prompt, options)
        trail.calls.append(note)
        if not isinstance(found, CallFailed):
            await self._circuits.answered(provider)
        elif _is_held_against(found.fault, provider, options):
            await self._circuits.failed(provider, found.fault.value)
        return note, found

    def _left(self, request: Request[Any]) -> float:
        """Seconds until there must be an answer."""
        return request.until - self._pace.timer()

    def _wait(self, failure: CallFailed, planned: float) -> float | None:
        """Seconds until the same model is tried again; None: not at all."""
        if not failure.fault.is_passing:
            return None
        wait = planned * 2 * (1 - JITTER * self._pace.chance())
        wait = max(wait, failure.retry_after or 0.0)
        return wait if wait <= self._pace.settings.retry_most_seconds else None


def _is_held_against(fault: Fault, provider: Provider, options: Options) -> bool:
    """Whether a failure speaks against the provider; being late does not where there was too little time left."""
    if fault in {Fault.TIMED_OUT, Fault.SLOW_START}:
        return options.timeout_seconds >= min(provider.first_token_seconds, FAIR_SECONDS)
    return fault.is_ill_health or fault is Fault.KEY_REFUSED


def _is_reparable(failure: CallFailed) -> bool:
    """Whether the model answered, only not in the form asked for."""
    return failure.fault is Fault.MALFORMED and failure.usage is not None


def with_calls(error: Unpaid, trail: Trail) -> Unpaid:
    """The error, telling of the calls made before it."""
    error.calls = tuple(trail.calls)
    return error

"""The gateway: a question goes to the cheapest tier that should do, and up a tier while the answer is unsure."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import astuple, dataclass, field, replace
from functools import partial
from math import log1p
from typing import Any, Generic, TypeVar

from understudy.infra.database import Database
from understudy.infra.telemetry import counter
from understudy.kit.clock import Chance, Clock, Timer
from understudy.kit.ids import NewId
from understudy.llm.asking import AllFailed, Ask, Told
from understudy.llm.bills import Bill, NotConfigured, Route, Unpaid
from understudy.llm.domain import CallFailed, Fault, Options, Target, Tier
from understudy.llm.failover import Failover, Reached, Request, Trail, with_calls
from understudy.llm.health.circuits import Circuits
from understudy.llm.ledger import recording
from understudy.llm.ledger.recording import Routed
from understudy.llm.meter import Meter
from understudy.llm.ports import Forwarded, Targets
from understudy.llm.routing.choosing import Hints, Plan, plan
from understudy.llm.routing.complexity import Complexity, complexity_of
from understudy.llm.routing.routers import Routers
from understudy.llm.saving.answers import Answers
from understudy.llm.settings import AtTop

T = TypeVar("T")
NOBODY = "no provider of models is set up"
UNLIMITED = 3_600.0
"""Seconds for a question without a limit of its own: the calls have theirs."""
BYTES_PER_TOKEN = 4
"""For telling a long prompt from a short one; money is set aside by a strict bound."""

_up = counter("understudy_llm_cascade_total", "Questions by the tier they began and ended at.", ("began", "ended"))


@dataclass(frozen=True, slots=True)
class Parts:
    """What the gateway is made of."""

    meter: Meter
    targets: Targets
    failover: Failover
    circuits: Circuits
    answers: Answers
    routers: Routers
    database: Database
    timer: Timer
    chance: Chance


@dataclass(frozen=True, slots=True)
class _Best(Generic[T]):
    """The answer of the highest tier reached so far, and how sure it is."""

    reached: Reached[T]
    tier: Tier
    confidence: float


@dataclass(slots=True)
class _Climb(Generic[T]):
    """What has been asked for one question, and what came of it."""

    until: float
    trail: Trail = field(default_factory=Trail)
    asked: set[str] = field(default_factory=set)
    best: _Best[T] | None = None
    failure: Unpaid = field(default_factory=lambda: NotConfigured(NOBODY, remedy="understudy provider add"))


class Gateway:
    """Asks models on behalf of a company, within its budget."""

    def __init__(self, *, parts: Parts, clock: Clock, new_id: NewId) -> None:
        self._parts = parts
        self._clock = clock
        self._new_id = new_id

    async def ask(self, ask: Ask[T]) -> Told[T]:
        """A structured answer, from memory or from the cheapest tier that is sure enough.

        Raises `NotConfigured`, `OverBudget`, `NoPrice` or `AllFailed`, each with the calls made before, and
        `Unavailable` when the database is away: then nothing was sent.
        """
        return await self._parts.answers.get(ask, partial(self._cascade, ask))

    async def _cascade(self, ask: Ask[T]) -> Told[T]:
        complexity = complexity_of(ask.question, turns=ask.turns, language=ask.language)
        chosen = plan(ask.question, complexity, await self._hints(ask, complexity))
        climb = _Climb[T](until=self._parts.timer() + (ask.within_seconds or UNLIMITED))
        await self._up(ask, chosen, climb)
        if climb.best is None:
            raise with_calls(climb.failure, climb.trail)
        await self._remember(ask, complexity, chosen, climb.best)
        return _told(ask, chosen, climb.best, climb.trail)

    async def _up(self, ask: Ask[T], chosen: Plan, climb: _Climb[T]) -> None:
        """Asks tier by tier until an answer is sure enough; what is reached stands in the climb."""
        for tier in _tiers(chosen.tier, ask.settings.routes.max_attempts):
            if climb.best is not None and tier.rank < climb.best.tier.rank:
                return
            targets = await self._targets(ask, chosen, tier)
            fresh = [target for target in targets if target.name not in climb.asked]
            if not fresh:
                continue
            climb.asked.update(target.name for target in fresh)
            try:
                reached = await self._parts.failover.ask(_request(ask, chosen, tier, climb.until), fresh, climb.trail)
            except AllFailed as error:
                climb.failure = error
                continue
            except Unpaid as error:
                climb.failure = error
                return
            confidence = ask.sure(reached.value, reached.completion)
            climb.best = _Best(reached, tier, confidence)
            climb.trail.calls[-1] = replace(reached.note, confidence=confidence)
            if confidence >= ask.settings.routes.cascade_below:
                return

    @asynccontextmanager
    async def forward(
        self, bill: Bill, reason: str, targets: Sequence[Target], body: Mapping[str, Any], trail: Trail
    ) -> AsyncIterator[tuple[Forwarded, Target]]:
        """Hands a request on to the first of the models that answers: the answer, and the model.

        Every call is put on the `trail` once it is settled, the one that answers when the block is left. After the
        first byte there is no other model: what breaks then is raised out of the answer's chunks.
        """
        for target in targets:
            if not await self._parts.circuits.may_ask(target.provider):
                continue
            async with AsyncExitStack() as stack:
                route = trail.next_route(Route(reason), target)
                try:
                    call = self._parts.meter.forward(bill, route, target, body, trail.calls.append)
                    answer = await stack.enter_async_context(call)
                except CallFailed as failed:
                    await self._count(target, failed)
                    continue
                try:
                    yield answer, target
                except CallFailed as failed:
                    await self._count(target, failed)
                    raise
                await self._parts.circuits.answered(target.provider)
                return
        raise with_calls(AllFailed(f"none of {len(targets)} models answered"), trail)

    async def _count(self, target: Target, failed: CallFailed) -> None:
        if failed.fault.is_ill_health or failed.fault is Fault.KEY_REFUSED:
            await self._parts.circuits.failed(target.provider, failed.fault.value)

    async def _targets(self, ask: Ask[Any], chosen: Plan, tier: Tier) -> tuple[Target, ...]:
        routes = ask.settings.routes
        names = routes.long_context if chosen.is_long and routes.long_context else routes.of(tier).models
        prices = {name: own.price for name, own in ask.settings.prices.items()}
        return await self._parts.targets.targets(ask.bill.company_id, names or tier, prices)

    async def _hints(self, ask: Ask[Any], complexity: Complexity) -> Hints:
        routes = ask.settings.routes
        router = await self._parts.routers.of(ask.bill.company_id) if routes.learn else None
        return Hints(
            tokens=_rough_tokens(ask),
            start=ask.start,
            learned=router.begin(_features(ask, complexity)) if router else None,
            explores=routes.learn and self._parts.chance() < routes.explore_share,
        )

    async def _remember(self, ask: Ask[Any], complexity: Complexity, chosen: Plan, best: _Best[Any]) -> None:
        """Keeps what a learned router is fitted on."""
        _up.labels(chosen.tier.value, best.tier.value).inc()
        is_sure = best.confidence >= ask.settings.routes.cascade_below
        routed = Routed(_features(ask, complexity), chosen.tier.value, best.tier.value, best.confidence, is_sure)
        async with self._parts.database.hot(ask.bill.company_id) as tx:
            await recording.add_route(tx, self._new_id(), ask.bill.message_id, routed, self._clock())


def _tiers(first: Tier, most: int) -> list[Tier]:
    """The tiers to try: from the first up, and below it the nearest ones where nothing is set up above."""
    tiers = list(Tier)
    return [*tiers[first.rank : first.rank + most], *reversed(tiers[: first.rank])]


def _features(ask: Ask[Any], complexity: Complexity) -> tuple[float, ...]:
    """What a learned router goes by: the parts of the complexity, length and turns, and what the caller knows."""
    return (*astuple(complexity), log1p(len(ask.question)), float(ask.turns), ask.hint)


def _rough_tokens(ask: Ask[Any]) -> int:
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in ask.prompt.texts) // BYTES_PER_TOKEN


def _request(ask: Ask[T], chosen: Plan, tier: Tier, until: float) -> Request[T]:
    row = ask.settings.routes.of(tier)
    reason = chosen.reason if tier is chosen.tier else f"{chosen.reason}, then {tier}"
    options = Options(row.temperature, row.max_output_tokens, 0.0, 0.0, ask.shape)
    route = Route(reason, tier, chosen.complexity, prompt_version=ask.prompt_version)
    return Request(ask.bill, route, ask.prompt_of(tier), options, ask.read, until)


def _told(ask: Ask[T], chosen: Plan, best: _Best[T], trail: Trail) -> Told[T]:
    is_unsure = best.confidence < ask.settings.routes.cascade_below
    return Told(
        value=best.reached.value,
        confidence=best.confidence,
        needs_disclaimer=is_unsure and ask.settings.at_top is AtTop.DISCLAIMER,
        calls=tuple(trail.calls),
        tier=best.tier,
        reason=best.reached.note.route.reason,
        complexity=chosen.complexity,
        cost_micros=sum(call.cost_micros for call in trail.calls),
        from_cache=False,
    )

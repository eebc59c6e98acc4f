"""Carries out what was decided: applied in one version together, taken back, finished after a crash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from understudy.companies.audit import Audit
from understudy.companies.domain import Change, Principal
from understudy.infra.database import Database, Tx
from understudy.infra.outbox import Outbox
from understudy.kit.clock import Clock
from understudy.kit.errors import Conflict, Unavailable, UnderstudyError
from understudy.learning.deciding import store
from understudy.learning.deciding.bringing import Bringing
from understudy.learning.deciding.domain import Application, Came, SuggestionDecided, SuggestionHeld
from understudy.learning.deciding.gating import Examined, Gating, prior_of
from understudy.learning.deciding.ground import Ground
from understudy.learning.deciding.grounds import Grounds
from understudy.learning.domain import Backtest, Decided, Status, Suggestion
from understudy.learning.editing import Edit
from understudy.learning.gate import Held
from understudy.learning.joining import joined
from understudy.learning.ports import Refusals
from understudy.templates.library.versions import VersionMoved
from understudy.templates.records import DraftMoved

TRIES = 3
"""How often a change is brought when somebody else changes the same content in the same moment."""
APART = "it is at odds with another suggestion that was approved with it"


@dataclass(frozen=True, slots=True)
class Hands:
    """What it works with."""

    grounds: Grounds
    gating: Gating
    bringing: Bringing
    audit: Audit
    outbox: Outbox
    refusals: Refusals


class Execution:
    """Brings approved suggestions into the content. Every step may be repeated after a crash."""

    def __init__(self, *, database: Database, hands: Hands, clock: Clock) -> None:
        self._database = database
        self._with = hands
        self._clock = clock

    async def carry_out(
        self, principal: Principal, approved: Sequence[Suggestion], *, is_forced: bool = False
    ) -> list[Came]:
        """Applies approved suggestions about the same content, as one version; what came of each.

        Where the content moved since their replay, or there are several, they are replayed again as they are now; what
        would do harm is held back then, unless `is_forced`. Raises `Unavailable`, and then they stay approved.
        """
        for attempt in range(1, TRIES + 1):
            try:
                return await self._carry_out(principal, approved, is_forced=is_forced)
            except Unavailable:
                raise
            except (VersionMoved, DraftMoved) as error:
                if attempt == TRIES:
                    return [await self._put_back(principal, one, Status.PENDING, error) for one in approved]
            except UnderstudyError as error:
                return [await self._put_back(principal, one, Status.HELD, error) for one in approved]
        raise AssertionError("unreachable")

    async def take_back(
        self, principal: Principal, applied: Suggestion, reason: str, *, event: object | None = None
    ) -> Suggestion:
        """Takes an applied suggestion out of the content again; `event` is announced with it.

        Raises `SuggestionDecided` when somebody else did meanwhile, and what the content refuses.
        """
        edit = applied.proposal.edit
        async with self._database.transaction(applied.company_id) as tx:
            made = await store.applications(tx, applied.id, edit)
        if not made or made[0].applied_at is None:
            raise SuggestionDecided("it is not known how it was applied", remedy="change the content by hand")
        for attempt in range(1, TRIES + 1):
            ground = await self._with.grounds.of(applied.company_id, edit)
            try:
                await self._with.bringing.take_back(
                    principal, ground, made[0].undo, note_of(applied, "taken back"), edit=edit
                )
            except (VersionMoved, DraftMoved):
                if attempt == TRIES:
                    raise
            else:
                break
        return await self._taken_back(principal, applied, made[0], reason, event)

    async def _carry_out(self, principal: Principal, approved: Sequence[Suggestion], *, is_forced: bool) -> list[Came]:
        ground = await self._with.grounds.of(approved[0].company_id, approved[0].proposal.edit)
        whole, left_out = joined([one.proposal.edit for one in approved])
        kept = [one for place, one in enumerate(approved) if place not in left_out]
        apart = SuggestionHeld(APART, remedy="look at both and approve one")
        came = [await self._put_back(principal, approved[place], Status.PENDING, apart) for place in left_out]
        examined = None
        if not is_forced and not is_tried(kept, ground):
            prior = min(map(prior_of, kept))
            examined = await self._with.gating.try_out(approved[0].company_id, ground, whole, prior=prior)
            if isinstance(examined.verdict, Held):
                return [*came, *await self._held(principal, kept, examined)]
        await self._begin(kept, ground)
        note = ", ".join(note_of(one, "") for one in kept)
        version = await self._with.bringing.apply(principal, ground, whole, note[:500])
        own = examined if len(kept) == 1 else None  # a replay of several says nothing of each
        return [*came, *[await self._applied(principal, one, version, own) for one in kept]]

    async def _held(self, principal: Principal, kept: Sequence[Suggestion], examined: Examined) -> list[Came]:
        assert isinstance(examined.verdict, Held)
        if len(kept) == 1:
            error = SuggestionHeld(examined.verdict.because, remedy="see which messages it would break")
            return [await self._put_back(principal, kept[0], Status.HELD, error, examined.backtest)]
        together = SuggestionHeld(
            f"approved together with {len(kept) - 1} more, {examined.verdict.because}", remedy="approve them one by one"
        )
        return [await self._put_back(principal, one, Status.PENDING, together) for one in kept]

    async def _begin(self, kept: Sequence[Suggestion], ground: Ground) -> None:
        """Keeps what will take each back, as if they were applied one after the other.

        What a try before a crash kept stands, where its change is in the content already.
        """
        now = self._clock()
        async with self._database.transaction(kept[0].company_id) as tx:
            for one in kept:
                edit = one.proposal.edit
                made = await store.applications(tx, one.id, edit)
                is_resumed = bool(made) and made[0].applied_at is None and ground.has(edit)
                if not is_resumed:
                    await store.begin_application(tx, Application(one.id, now, ground.undo(edit), ground.known(edit)))
                ground = _after(ground, edit)

    async def _applied(self, principal: Principal, one: Suggestion, version: int, examined: Examined | None) -> Came:
        now = self._clock()
        async with self._database.transaction(one.company_id) as tx:
            known = await store.find(tx, one.id, lock=True)
            if known.status is not Status.APPROVED:
                return Came(one.id, known)
            after = replace(
                _moved(known, Status.APPLIED, now), applied_version=version, applied_at=now, held_because=None
            )
            if examined is not None and examined.backtest is not None:
                after = replace(after, backtest=examined.backtest)
            await store.change(tx, after)
            made = (await store.applications(tx, one.id, known.proposal.edit))[0]
            await store.change_application(tx, replace(made, version=version, applied_at=now))
            await self._tell(tx, principal, "applied", after, {"version": version})
        return Came(one.id, after)

    async def _put_back(
        self,
        principal: Principal,
        one: Suggestion,
        status: Status,
        error: UnderstudyError,
        backtest: Backtest | None = None,
    ) -> Came:
        """Takes an approval back that could not be carried out."""
        said = error if isinstance(error, Conflict) else SuggestionHeld(error.message, remedy=error.remedy)
        async with self._database.transaction(one.company_id) as tx:
            known = await store.find(tx, one.id, lock=True)
            if known.status is not Status.APPROVED:
                return Came(one.id, known, said)
            because = said.message if status is Status.HELD else None
            after = replace(_moved(known, status, self._clock()), decided=None, held_because=because)
            if backtest is not None:
                after = replace(after, backtest=backtest, updated_at=backtest.at)
            await store.change(tx, after)
            await self._tell(tx, principal, "put_back", after, {"because": said.message})
        return Came(one.id, after, said)

    async def _taken_back(
        self, principal: Principal, applied: Suggestion, made: Application, reason: str, event: object | None
    ) -> Suggestion:
        now = self._clock()
        async with self._database.transaction(applied.company_id) as tx:
            known = await store.find(tx, applied.id, lock=True)
            if known.status is not Status.APPLIED:
                raise SuggestionDecided("it was taken back already", remedy="read it again")
            after = replace(_moved(known, Status.REVERTED, now), decided=Decided(principal.name, now, reason))
            await store.change(tx, after)
            await store.change_application(tx, replace(made, reverted_at=now, reverted_by=principal.name))
            await self._tell(tx, principal, "reverted", after, {"reason": reason})
            if event is not None:
                await self._with.outbox.announce(tx, event)
        return after

    async def _tell(self, tx: Tx, principal: Principal, what: str, one: Suggestion, more: dict[str, object]) -> None:
        after = {"scenario": one.proposal.scenario, "issue": one.proposal.issue.value, **more}
        await self._with.audit.record(tx, Change(principal.name, f"suggestion.{what}", str(one.id), None, after))


def is_tried(kept: Sequence[Suggestion], ground: Ground) -> bool:
    """Whether a replay of just this, on what is there now, is known."""
    if len(kept) != 1 or kept[0].backtest is None:
        return False
    return kept[0].backtest.template_version == ground.token(kept[0].proposal.edit)


def group_of(one: Suggestion) -> tuple[UUID, bool]:
    """Suggestions of the same group change the same content."""
    return one.proposal.edit.template_id, one.proposal.edit.in_overlay


def note_of(one: Suggestion, more: str) -> str:
    """What the history of the content says of a suggestion."""
    return f"suggestion {one.id} {more}".strip()


def _after(ground: Ground, edit: Edit) -> Ground:
    return ground if ground.has(edit) else ground.after(edit)


def _moved(known: Suggestion, status: Status, now: datetime) -> Suggestion:
    return replace(known, status=status, revision=known.revision + 1, updated_at=now)

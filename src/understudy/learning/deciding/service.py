"""What people do with suggestions: read, approve, reject, put aside, take back, propose again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from understudy.companies.domain import Change, Principal
from understudy.companies.service import Companies
from understudy.infra.computing import in_thread
from understudy.infra.database import Database, Tx
from understudy.kit.clock import Clock
from understudy.kit.errors import Conflict, Invalid, NotFound
from understudy.learning.deciding import store
from understudy.learning.deciding.agreeing import (
    AGAIN,
    UNDECIDED,
    Occasion,
    Turn,
    approved,
    expect,
    is_complete,
    is_repeated,
    reason_in,
    turned,
)
from understudy.learning.deciding.domain import (
    MOST_AT_ONCE,
    MOST_LISTED,
    Approval,
    Came,
    Choice,
    Detail,
    SuggestionDecided,
    SuggestionQuery,
    lines_of,
)
from understudy.learning.deciding.execution import Execution, Hands, group_of
from understudy.learning.domain import Status, Suggestion
from understudy.learning.editing import Edit
from understudy.learning.settings import LearningSettings
from understudy.learning.watch import store as uses
from understudy.learning.watch.domain import Track


class Deciding:
    """The suggestions of companies, and what people decide about them."""

    def __init__(self, *, database: Database, companies: Companies, hands: Hands, clock: Clock) -> None:
        self._database = database
        self._companies = companies
        self._audit = hands.audit
        self._refusals = hands.refusals
        self._clock = clock
        self._execution = Execution(database=database, hands=hands, clock=clock)

    async def list(self, company_id: UUID, wanted: SuggestionQuery) -> Sequence[Suggestion]:
        """Suggestions, those that save most first."""
        async with self._database.transaction(company_id) as tx:
            return await store.listed(tx, replace(wanted, limit=min(wanted.limit, MOST_LISTED)))

    async def counts(self) -> Mapping[UUID, Mapping[Status, int]]:
        """How many suggestions stand where, by company; for those who run the installation."""
        async with self._database.platform() as tx:
            return await store.counts(tx)

    async def show(self, company_id: UUID, suggestion_id: UUID) -> Detail:
        """A suggestion with its diff, sources, replay, and how it does; raises `SuggestionNotFound`."""
        async with self._database.transaction(company_id) as tx:
            found = await store.find(tx, suggestion_id)
            edit = found.proposal.edit
            sources = await store.sources(tx, suggestion_id)
            applications = await store.applications(tx, suggestion_id, edit)
            track = (await uses.tracks(tx, [suggestion_id]))[suggestion_id]
        return Detail(found, tuple(sources), lines_of(edit), tuple(applications), track)

    async def tracks(self, company_id: UUID, suggestion_ids: Sequence[UUID]) -> Mapping[UUID, Track]:
        """How suggestions do since they were applied last."""
        async with self._database.transaction(company_id) as tx:
            return await uses.tracks(tx, suggestion_ids)

    async def approve(self, principal: Principal, approval: Approval) -> Suggestion:
        """Approves a suggestion, as it is or edited, and applies it; where two must approve, the second one's does.

        An edited one, and one whose content moved, is replayed first. Raises `SuggestionNotFound`, `SuggestionMoved`,
        `SuggestionDecided`, `SuggestionHeld`, `SecondApproverNeeded`. The same approval again changes nothing.
        """
        needs_second = (await self._settings(principal.company)).second_approver
        if approval.edit is not None:
            await self._check(principal.company, approval.choice.suggestion_id, approval.edit)
        agreed = await self._agree(principal, approval, needs_second=needs_second)
        if agreed.status is not Status.APPROVED or not is_complete(agreed, needs_second=needs_second):
            return agreed
        (came,) = await self._execution.carry_out(principal, [agreed], is_forced=approval.is_forced)
        return _result(came)

    async def approve_many(self, principal: Principal, choices: Sequence[Choice], reason: str = "") -> Sequence[Came]:
        """Approves several at once: those about the same content become one version, after one replay of them all."""
        _check_many(choices)
        came: dict[UUID, Came] = {}
        groups: dict[tuple[UUID, bool], list[Suggestion]] = {}
        needs_second = (await self._settings(principal.company)).second_approver
        for choice in choices:
            try:
                agreed = await self._agree(principal, Approval(choice, reason=reason), needs_second=needs_second)
            except (Conflict, NotFound, Invalid) as error:
                came[choice.suggestion_id] = Came(choice.suggestion_id, error=error)
                continue
            if agreed.status is Status.APPROVED and is_complete(agreed, needs_second=needs_second):
                groups.setdefault(group_of(agreed), []).append(agreed)
            else:
                came[agreed.id] = Came(agreed.id, agreed)
        for group in groups.values():
            came |= {one.suggestion_id: one for one in await self._execution.carry_out(principal, group)}
        return [came[choice.suggestion_id] for choice in choices]

    async def reject(self, principal: Principal, choices: Sequence[Choice], reason: str) -> Sequence[Came]:
        """Rejects suggestions, and says why: the same is not proposed again."""
        if not reason.strip():
            raise Invalid("a rejection needs a reason", field="reason", remedy="say in a few words why")
        return await self._each(principal, choices, Turn("rejected", UNDECIDED, Status.REJECTED, reason))

    async def save(self, principal: Principal, choices: Sequence[Choice], reason: str = "") -> Sequence[Came]:
        """Puts suggestions aside for later: they go on gathering evidence."""
        return await self._each(principal, choices, Turn("saved", UNDECIDED, Status.SAVED, reason))

    async def propose_again(self, principal: Principal, choice: Choice) -> Suggestion:
        """Puts one that was rejected, taken back or ran out into the queue again; it is replayed before it is shown."""
        renews = timedelta(days=(await self._settings(principal.company)).expiry_days)
        turn = Turn("proposed_again", AGAIN, Status.COLLECTING, renews=renews)
        (came,) = await self._each(principal, [choice], turn)
        return _result(came)

    async def revert(self, principal: Principal, choice: Choice, reason: str = "") -> Suggestion:
        """Takes an applied suggestion out of the content again; raises `SuggestionDecided` where it is not applied."""
        reason = reason_in(reason)
        async with self._database.transaction(principal.company) as tx:
            found = await store.find(tx, choice.suggestion_id)
        expect(found, choice)
        if found.status is not Status.APPLIED:
            raise SuggestionDecided(f"it is {found.status.value}, not applied", remedy="there is nothing to take back")
        return await self._execution.take_back(principal, found, reason)

    async def _settings(self, company_id: UUID) -> LearningSettings:
        return (await self._companies.show(company_id)).settings.get(LearningSettings)

    async def _check(self, company_id: UUID, suggestion_id: UUID, edit: Edit) -> None:
        """What a person writes may hold no more than what customers wrote."""
        async with self._database.transaction(company_id) as tx:
            language = (await store.find(tx, suggestion_id)).proposal.language
        if refused := await in_thread(self._refusals.of, edit, language):
            raise Invalid(f"it may not stand as it is: {'; '.join(refused)}", field="edit", remedy="write it otherwise")

    async def _agree(self, principal: Principal, approval: Approval, *, needs_second: bool) -> Suggestion:
        """Notes who approves; gives back the suggestion as it is then."""
        occasion = Occasion(principal.name, self._clock(), needs_second)
        reason = approval.reason
        return await self._locked(
            principal,
            approval.choice,
            lambda known: known if is_repeated(known, approval, occasion) else approved(known, approval, occasion),
            ("forced" if approval.is_forced else "approved", reason),
        )

    async def _each(self, principal: Principal, choices: Sequence[Choice], turn: Turn) -> Sequence[Came]:
        _check_many(choices)
        came = []
        for choice in choices:
            occasion = Occasion(principal.name, self._clock())
            try:
                after = await self._locked(
                    principal, choice, _turning(choice, turn, occasion), (turn.what, turn.reason)
                )
            except (Conflict, NotFound) as error:
                came.append(Came(choice.suggestion_id, error=error))
            else:
                came.append(Came(choice.suggestion_id, after))
        return came

    async def _locked(
        self, principal: Principal, choice: Choice, decide: Callable[[Suggestion], Suggestion], told: tuple[str, str]
    ) -> Suggestion:
        """Makes a decision with nobody else deciding meanwhile. `told`: what the log says, and why."""
        what, reason = told
        async with self._database.transaction(principal.company) as tx:
            known = await store.find(tx, choice.suggestion_id, lock=True)
            after = decide(known)
            if after == known:
                return known
            await store.change(tx, after)
            await self._record(tx, principal, after, what, reason)
        return after

    async def _record(self, tx: Tx, principal: Principal, one: Suggestion, what: str, reason: str) -> None:
        after = {"scenario": one.proposal.scenario, "issue": one.proposal.issue.value, "reason": reason}
        await self._audit.record(tx, Change(principal.name, f"suggestion.{what}", str(one.id), None, after))


def _turning(choice: Choice, turn: Turn, occasion: Occasion) -> Callable[[Suggestion], Suggestion]:
    return lambda known: turned(known, choice, turn, occasion)


def _result(came: Came) -> Suggestion:
    if came.error is not None:
        raise came.error
    assert came.suggestion is not None
    return came.suggestion


def _check_many(choices: Sequence[Choice]) -> None:
    if len(choices) > MOST_AT_ONCE:
        raise Invalid(f"{MOST_AT_ONCE} suggestions at most are decided about at once", field="ids", remedy="give fewer")
    if len({choice.suggestion_id for choice in choices}) < len(choices):
        raise Invalid("a suggestion is named twice", field="ids", remedy="name each once")

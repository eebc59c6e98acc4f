"""Gathers what a page shows from the services below. It only reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from understudy.answering.domain import Outcome, RungName
from understudy.answering.overview.domain import Placed, Selection
from understudy.answering.overview.service import DecisionOverview
from understudy.companies.domain import Company
from understudy.companies.service import MAX_PAGE, Companies
from understudy.console import presenting
from understudy.console.appearance import PERSON, SILENT
from understudy.console.paid.presenting import prompt_view
from understudy.console.presenting import Climb
from understudy.console.views import ClimbView, MessageRow, PromptView, Traffic
from understudy.conversations.domain import ConversationNotFound, Direction, Thread
from understudy.conversations.overview.service import MessageOverview
from understudy.conversations.service import Conversations
from understudy.kit.clock import Clock

PAGE = 50
TRAFFIC_SPAN = timedelta(hours=24)
TRAFFIC_KEPT = timedelta(seconds=5)
BATCH = 500
SEARCH_ROUNDS = 10
"""How many batches of decisions are looked through for one page of messages that hold the sought words."""
BY_A_PERSON = frozenset({Outcome.HANDED_OVER, Outcome.WAITING})
UNANSWERED = frozenset({Outcome.RATE_LIMITED})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages are to be listed. `seen_as` names a look; `before` and `after` are decisions."""

    company: Company | None = None
    seen_as: str = ""
    words: str = ""
    before: UUID | None = None
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of rows, newest first, with the cursors to go on from; `oldest` is None on the last page."""

    rows: tuple[MessageRow, ...]
    newest: UUID | None
    oldest: UUID | None


@dataclass(frozen=True, slots=True)
class Sources:
    """The services that the pages read from."""

    companies: Companies
    decisions: DecisionOverview
    messages: MessageOverview
    conversations: Conversations


def selection(wanted: Wanted, limit: int) -> Selection:
    """What is wanted, as the decisions are asked for it."""
    rung: RungName | None = None
    outcomes: frozenset[Outcome] | None = None
    if wanted.seen_as == PERSON.name:
        outcomes = BY_A_PERSON
    elif wanted.seen_as == SILENT.name:
        outcomes = UNANSWERED
    elif wanted.seen_as:
        rung, outcomes = RungName(wanted.seen_as), frozenset(Outcome) - BY_A_PERSON - UNANSWERED
    company_id = wanted.company.id if wanted.company else None
    return Selection(company_id, rung, outcomes, before=wanted.before, after=wanted.after, limit=limit)


class Reading:
    """What the pages ask."""

    def __init__(self, *, sources: Sources, clock: Clock) -> None:
        self._from = sources
        self._clock = clock
        self._traffic: dict[UUID | None, tuple[datetime, Traffic]] = {}

    async def companies(self) -> list[Company]:
        """The companies to choose from, the first of them at least."""
        return await self._from.companies.list(limit=MAX_PAGE)

    async def messages(self, wanted: Wanted, *, limit: int = PAGE) -> Listed:
        """A page of messages. Of words that are found rarely, it may hold few rows and still go on."""
        chosen = selection(wanted, BATCH if wanted.words else limit + 1)
        rows: list[MessageRow] = []
        newest: UUID | None = None
        for _ in range(SEARCH_ROUNDS):
            placed = await self._from.decisions.recent(chosen)
            newest = newest or next((one.decision.id for one in placed), None)
            rows += await self._rows(placed, wanted.words)
            if len(rows) > limit:
                return Listed(tuple(rows[:limit]), newest, oldest=rows[limit - 1].decision_id)
            if len(placed) < chosen.limit:
                return Listed(tuple(rows), newest, oldest=None)
            chosen = replace(chosen, before=placed[-1].decision.id)
        return Listed(tuple(rows), newest, oldest=chosen.before)

    async def climb(self, decision_id: UUID) -> ClimbView:
        """One message; raises `DecisionNotFound`."""
        placed = await self._from.decisions.show(decision_id)
        company = await self._from.companies.cache.get(placed.company_id)
        thread = await self._thread(placed)
        inbound = [m.id for m in thread.messages if m.direction is Direction.IN] if thread else []
        others = await self._from.decisions.about(placed.company_id, inbound)
        climb = Climb(
            decision=placed.decision,
            company=company,
            thread=thread,
            others={one.decision.about.message_id: one.decision for one in others},
        )
        return presenting.view(climb, now=self._clock())

    async def prompt(self, decision_id: UUID) -> PromptView:
        """What a model was told for one message; raises `DecisionNotFound`."""
        placed = await self._from.decisions.show(decision_id)
        said = await self._from.decisions.exchanges(placed)
        return prompt_view(decision_id, said, now=self._clock())

    async def traffic(self, company: Company | None) -> Traffic:
        """The last day in numbers, at most some seconds old."""
        now, key = self._clock(), company.id if company else None
        kept = self._traffic.get(key)
        if kept and now - kept[0] < TRAFFIC_KEPT:
            return kept[1]
        tally = await self._from.decisions.tally(since=now - TRAFFIC_SPAN, company_id=key)
        self._traffic[key] = (now, presenting.traffic(tally))
        return self._traffic[key][1]

    async def _rows(self, placed: Sequence[Placed], words: str) -> list[MessageRow]:
        places = [(one.company_id, one.decision.about.message_id) for one in placed]
        texts = await self._from.messages.of(places, words=words)
        return [
            presenting.row(
                one.decision,
                await self._from.companies.cache.get(one.company_id),
                texts.get(one.decision.about.message_id),
            )
            for one in placed
            if not words or one.decision.about.message_id in texts
        ]

    async def _thread(self, placed: Placed) -> Thread | None:
        try:
            return await self._from.conversations.read(
                company_id=placed.company_id, conversation_id=placed.decision.about.conversation_id
            )
        except ConversationNotFound:
            return None

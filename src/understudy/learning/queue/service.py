"""The verbs of the queue: proposed, looked at, expired."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from understudy.companies.domain import Company
from understudy.companies.service import Companies
from understudy.companies.settings import Profile
from understudy.infra.database import Database, Tx
from understudy.infra.telemetry import counter, get_logger
from understudy.kit.clock import Clock
from understudy.kit.ids import NewId
from understudy.learning.content.domain import Content
from understudy.learning.content.service import Contents
from understudy.learning.domain import Evidence, Proposal, Status, Suggestion
from understudy.learning.queue import evidence
from understudy.learning.queue.repeats import (
    GROWING,
    capped,
    fingerprint,
    is_empty,
    merged,
    without_known,
    without_words,
)
from understudy.learning.queue.safety import Identify, cleaned
from understudy.learning.queue.store import suggestions as store
from understudy.learning.settings import LearningSettings
from understudy.templates.matching.company.compiled import words_of

log = get_logger(__name__)
_proposed = counter("understudy_suggestions_total", "Suggestions by issue and what became of them.", ("issue", "as"))


@dataclass(frozen=True, slots=True)
class Knowing:
    """What proposals are held against: the companies and their settings, what they answer from, languages of texts."""

    companies: Companies
    contents: Contents
    identify: Identify


class Queue:
    """Suggestions on their way to a person. Nothing here changes what goes out."""

    def __init__(self, *, database: Database, knowing: Knowing, clock: Clock, new_id: NewId) -> None:
        self._database = database
        self._knowing = knowing
        self._clock = clock
        self._new_id = new_id

    async def propose(self, company_id: UUID, proposal: Proposal) -> Suggestion | None:
        """Puts a proposal into the queue, or its sources to the suggestion of the same thing that waits there.

        None: nothing is left of it once what may not stand in a suggestion, what is known, and what was decided
        about before is taken out. A suggestion that people see keeps its edit and gathers sources only: they decide
        about what was backtested. Safe to repeat. Raises `CompanyNotFound`.
        """
        company = await self._knowing.companies.show(company_id)
        content = await self._knowing.contents.of(company_id, proposal.edit.template_id)
        safe, refused = cleaned(
            proposal.edit,
            language=proposal.language,
            identify=self._knowing.identify,
            approved=_approved(content),
        )
        if refused:
            log.info("suggestion_cleaned", issue=proposal.issue.value, reasons=sorted({one.reason for one in refused}))
        proposal = replace(proposal, edit=safe)
        async with self._database.transaction(company_id) as tx:
            await store.lock(tx)
            return await self._propose(tx, company, content, proposal)

    async def refresh(self, company_id: UUID, suggestion_id: UUID) -> Suggestion:
        """Counts the evidence of an open suggestion again; raises `SuggestionNotFound`."""
        company = await self._knowing.companies.show(company_id)
        async with self._database.transaction(company_id) as tx:
            await store.lock(tx)
            return await self._counted(tx, company, None, await store.find(tx, suggestion_id))

    async def expire(self) -> int:
        """Ends what nothing new spoke for in too long, of all companies; says how many. Old ones are forgotten."""
        now = self._clock()
        async with self._database.platform() as tx:
            await store.forget_expired(tx, now - FORGOTTEN_AFTER)
            return await store.expire(tx, now)

    async def _propose(
        self, tx: Tx, company: Company, content: Content | None, proposal: Proposal
    ) -> Suggestion | None:
        mark = fingerprint(proposal)
        if proposal.issue not in GROWING and await store.was_dismissed(tx, mark):
            _proposed.labels(proposal.issue.value, "dismissed").inc()
            return None
        edit = proposal.edit
        decided = await store.decided_edits(tx, edit.template_id, proposal.scenario, issue=proposal.issue)
        edit = without_known(edit, content, decided)
        # What waits for another scenario would contradict this one: whoever was first keeps it until it is decided.
        elsewhere = await store.waiting_elsewhere(tx, edit.template_id, proposal.scenario, edit.texts)
        edit = without_words(edit, frozenset(map(words_of, elsewhere)))
        proposal = replace(proposal, edit=capped(edit))
        known = await store.find_open(tx, mark)
        if is_empty(proposal.edit):
            _proposed.labels(proposal.issue.value, "known").inc()
            return None
        if known is not None:
            return await self._grown(tx, company, content, (known, proposal))
        _proposed.labels(proposal.issue.value, "new").inc()
        now = self._clock()
        made = Suggestion(
            id=self._new_id(),
            company_id=company.id,
            proposal=proposal,
            status=Status.COLLECTING,
            evidence=Evidence(0, 0, 0),
            confidence=0.0,
            priority=0.0,
            revision=1,
            created_at=now,
            updated_at=now,
            expires_at=self._expiry(company, now),
        )
        await store.add(tx, made, fingerprint=mark)
        return await self._counted(tx, company, content, made)

    async def _grown(
        self, tx: Tx, company: Company, content: Content | None, both: tuple[Suggestion, Proposal]
    ) -> Suggestion:
        """The suggestion that waits, with more speaking for it."""
        known, new = both
        fresh = [task for task in new.sources if task not in set(known.proposal.sources)]
        edit = known.proposal.edit if known.status in SHOWN else merged(known.proposal.edit, new.edit)
        is_changed = edit != known.proposal.edit
        if not fresh and not is_changed and not _more_witnesses(known.proposal, new):
            return known
        await store.add_sources(tx, known.id, fresh)
        now = self._clock()
        proposal = replace(
            known.proposal,
            edit=edit,
            reasoning=new.reasoning if is_changed else known.proposal.reasoning,
            sources=(*known.proposal.sources, *fresh),
            cost_micros=known.proposal.cost_micros + new.cost_micros,
            details={**known.proposal.details, **new.details},
        )
        grown = replace(known, proposal=proposal, updated_at=now, expires_at=self._expiry(company, now))
        if is_changed:  # what was found out about it was about another edit
            grown = replace(grown, status=Status.COLLECTING, held_because=None, backtest=None)
        _proposed.labels(new.issue.value, "grown").inc()
        return await self._counted(tx, company, content, grown)

    async def _counted(self, tx: Tx, company: Company, content: Content | None, value: Suggestion) -> Suggestion:
        """The suggestion with its evidence counted and kept."""
        counted = await store.count_evidence(tx, value.id)
        others = evidence.witnesses_in(value.proposal.details)
        whole = evidence.together(counted.evidence, others)
        sure = evidence.confidence(
            (*counted.confidences, *others.confidences), against=int(value.proposal.details.get(evidence.AGAINST, 0))
        )
        similar = value.similar_this_month
        if content is not None:
            keys = {content.key(name) for name in (value.proposal.scenario, *value.proposal.edit.names)}
            since = _month(company, self._clock())
            similar = await store.similar_since(tx, keys, value.proposal.language, since)
        similar = max(similar, others.sources)
        ranked = evidence.priority(whole, confidence=sure, similar_this_month=similar)
        if value.backtest is not None:  # what a replay counted says more than what rescues cost
            ranked = value.priority
        proposal = replace(value.proposal, details={**value.proposal.details, evidence.PRIOR: sure})
        after = replace(value, proposal=proposal, evidence=whole, priority=ranked, similar_this_month=similar)
        return await store.change(tx, after if value.status in SHOWN else replace(after, confidence=sure))

    def _expiry(self, company: Company, now: datetime) -> datetime:
        return now + timedelta(days=company.settings.get(LearningSettings).expiry_days)


FORGOTTEN_AFTER = timedelta(days=180)
"""How long a suggestion that expired can be looked at; those that were decided about are kept."""
SHOWN = frozenset((Status.PENDING, Status.SAVED))
"""People look at these: what they decide about does not change under their eyes."""


def _approved(content: Content | None) -> frozenset[str]:
    """The texts of replies that go out already."""
    scenarios = content.scenarios.values() if content else ()
    return frozenset(text for one in scenarios for reply in one.replies for text in (reply.short, reply.full))


def _more_witnesses(known: Proposal, new: Proposal) -> bool:
    return evidence.witnesses_in(new.details) != evidence.witnesses_in(known.details)


def _month(company: Company, now: datetime) -> datetime:
    """When the company's month began."""
    zone = company.settings.get(Profile).zone
    return now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)

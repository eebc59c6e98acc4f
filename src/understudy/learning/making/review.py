"""The slow look, some times a day: what shows only over many messages, and what companies share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from understudy.answering.domain import Decision
from understudy.answering.rescues.service import Rescues
from understudy.answering.settings import LadderSettings
from understudy.companies.domain import Company
from understudy.companies.service import Companies
from understudy.conversations.recorded.service import Recorded
from understudy.evaluation.domain import Truth
from understudy.evaluation.ports import Known, Truths
from understudy.infra.computing import in_thread
from understudy.infra.database import Database
from understudy.infra.telemetry import get_logger
from understudy.kit.clock import Clock
from understudy.kit.errors import Unavailable, UnderstudyError
from understudy.kit.ids import NewId, uuid_at
from understudy.language.masking.masking import Masker
from understudy.language.service import Language
from understudy.learning.content.domain import Content
from understudy.learning.content.examples import example_of
from understudy.learning.content.service import Contents
from understudy.learning.domain import Proposal
from understudy.learning.making.domain import Observation
from understudy.learning.making.numbers import confusing, sharing, thresholds
from understudy.learning.making.numbers.thresholds import Judged
from understudy.learning.making.pool import Pool
from understudy.learning.queue.evidence import WITNESSES, Witnesses
from understudy.learning.queue.service import Queue
from understudy.learning.settings import LearningSettings
from understudy.learning.tasks import store

TURN = "review"
EVERY = timedelta(hours=1)
LATELY = timedelta(days=14)
MOST_ANSWERS = 5_000
"""Free answers that are looked at for being wrong."""
PAGE = 200
CONFIRMED = frozenset((Truth.GOLDEN, Truth.CONFIRMED, Truth.CORRECTED))

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """Where the slow look reads."""

    companies: Companies
    contents: Contents
    pool: Pool
    rescues: Rescues
    recorded: Recorded
    truths: Truths
    language: Language


class Review:
    """Proposes what needs many messages: negative triggers from wrong answers, merges, thresholds, shared terms."""

    def __init__(self, *, database: Database, reading: Reading, queue: Queue, clock: Clock, new_id: NewId) -> None:
        self._database = database
        self._reading = reading
        self._queue = queue
        self._clock = clock
        self._new_id = new_id

    async def run(self) -> int:
        """Looks at every company that learns, if nobody did within the hour; says how many suggestions there are."""
        before = uuid_at(int((self._clock() - EVERY).timestamp() * 1000), bytes(10))
        async with self._database.platform() as tx:
            if not await store.take_turn(tx, TURN, seen=self._new_id(), before=before):
                return 0
        made = 0
        sharers: list[Company] = []
        async for company in self._learning():
            made += await self._looked_at(company)
            if company.settings.get(LearningSettings).share_patterns:
                sharers.append(company)
        return made + await self._shared(sharers)

    async def look_at(self, company: Company) -> int:
        """Looks at one company; says how many proposals stand in its queue."""
        reading = self._reading
        contents = await reading.contents.all(company.id)
        if not contents:
            return 0
        pool = await reading.pool.of(company.id)
        answers = await reading.rescues.free_since(company.id, self._clock() - LATELY, limit=MOST_ANSWERS)
        known = await reading.truths.of(company.id, [one.about.message_id for one in answers]) if answers else {}
        settings = company.settings.get(LadderSettings).thresholds
        bars = {rung.value: settings.of(rung) for rung in thresholds.MOVED}
        proposals: list[Proposal] = []
        for language in sorted({one.language for one in pool}):
            spoken = [one for one in pool if one.language == language]
            for content in contents:
                proposals += await in_thread(_merges, content, spoken, language)
        first = contents[0].template_id
        proposals += thresholds.lowered(pool, bars, template_id=first)
        floor = company.settings.get(LearningSettings).precision_floor
        proposals += thresholds.raised(judged_of(answers, known), bars, floor=floor, template_id=first)
        proposals += await self._forbidden(company.id, (contents, pool), answers, known)
        return await self._proposed(company.id, proposals)

    async def _looked_at(self, company: Company) -> int:
        """As `look_at`; a company that cannot be looked at does not keep the others from it."""
        try:
            return await self.look_at(company)
        except Unavailable:
            raise
        except UnderstudyError as error:
            log.warning("review_left_out", company=str(company.id), error=error.code)
            return 0

    async def _forbidden(
        self,
        company_id: UUID,
        about: tuple[Sequence[Content], Sequence[Observation]],
        answers: Sequence[Decision],
        known: Mapping[UUID, Known],
    ) -> list[Proposal]:
        """Negative triggers from free answers that were confirmed to be wrong."""
        contents, pool = about
        wrong: defaultdict[tuple[str, str], list[Decision]] = defaultdict(list)
        for one in answers:
            key, told = one.choice.answered_by or "", known.get(one.about.message_id)
            if told is not None and key in told.wrong:
                wrong[key, one.hearing.language].append(one)
        found: list[Proposal] = []
        for (key, language), decisions in wrong.items():
            observed = await self._observed(company_id, decisions)
            for content in contents:
                if (scenario := content.named_by(key)) is not None:
                    others = [one for one in pool if one.language == language]
                    made = confusing.forbidding(content, scenario, observed, others, language=language)
                    found += [_witnessed(made, observed)] if made else []
        return found

    async def _observed(self, company_id: UUID, decisions: Sequence[Decision]) -> list[Observation]:
        """What was said in messages that are no tasks, masked."""
        said = await self._reading.recorded.messages(company_id, [one.about.message_id for one in decisions])
        kept: list[tuple[Decision, str]] = []
        for one in decisions:
            if (words := said.get(one.about.message_id)) is not None:
                masker = Masker(known=(words.contact_name,) if words.contact_name else ())
                if (text := example_of(masker.mask(words.text).text)) is not None:
                    kept.append((one, text))
        vectors = await self._reading.language.encode_many([text for _, text in kept])
        return [
            Observation(
                task_id=None,
                contact_id=one.about.contact_id,
                key=one.choice.answered_by or "",
                language=one.hearing.language,
                text=text,
                vector=vector,
                confidence=1.0,
                at=one.decided_at,
            )
            for (one, text), vector in zip(kept, vectors, strict=True)
        ]

    async def _shared(self, sharers: Sequence[Company]) -> int:
        """Terms that several companies share, for each of them that follows the template."""
        following: defaultdict[UUID, dict[UUID, Content]] = defaultdict(dict)
        for company in sharers:
            for content in await self._reading.contents.all(company.id):
                following[content.template_id][company.id] = content
        made = 0
        for companies in following.values():
            if len(companies) < sharing.COMPANIES:
                continue
            said = {one: await self._reading.pool.of(one) for one in companies}
            owners = {one: content for one, content in companies.items() if content.is_own}
            for company_id, content in (owners or companies).items():
                made += await self._proposed(company_id, await in_thread(_terms, content, said))
        return made

    async def _proposed(self, company_id: UUID, proposals: Sequence[Proposal]) -> int:
        return sum([await self._queue.propose(company_id, one) is not None for one in proposals])

    async def _learning(self) -> AsyncIterator[Company]:
        after = ""
        while page := await self._reading.companies.list(after=after, limit=PAGE):
            for company in page:
                if company.settings.get(LearningSettings).auto_learn:
                    yield company
            after = page[-1].slug


def judged_of(answers: Sequence[Decision], known: Mapping[UUID, Known]) -> list[Judged]:
    """Free answers of which it is known whether they were right."""
    found = []
    for one in answers:
        told, key = known.get(one.about.message_id), one.choice.answered_by
        if told is None or one.choice.rung is None or one.choice.confidence is None:
            continue
        if key in told.wrong or (told.truth in CONFIRMED and told.expected != key):
            found.append(Judged(one.about.contact_id, one.choice.rung, one.choice.confidence, is_right=False))
        elif told.truth in CONFIRMED:
            found.append(Judged(one.about.contact_id, one.choice.rung, one.choice.confidence, is_right=True))
    return found


def _terms(content: Content, said: Mapping[UUID, Sequence[Observation]]) -> list[Proposal]:
    return list(sharing.shared_terms(content, said))


def _merges(content: Content, spoken: Sequence[Observation], language: str) -> list[Proposal]:
    return list(confusing.merges(content, spoken, language=language))


def _witnessed(proposal: Proposal, observed: Sequence[Observation]) -> Proposal:
    """The proposal with its evidence, which is no tasks, told beside it."""
    people = len({one.contact_id for one in observed})
    told = Witnesses(len(observed), (1.0,) * people).stored()
    return replace(proposal, details={**proposal.details, WITNESSES: told})

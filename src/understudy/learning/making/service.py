"""The worker: tasks are claimed, looked at together with what was said before, and become proposals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from understudy.companies.domain import Company, CompanyNotFound
from understudy.companies.service import Companies
from understudy.infra.computing import in_thread
from understudy.infra.telemetry import get_logger
from understudy.kit.errors import Unavailable, UnderstudyError
from understudy.learning.content.domain import Content
from understudy.learning.content.service import Contents
from understudy.learning.domain import Proposal, Task
from understudy.learning.making.coach import Coach
from understudy.learning.making.domain import Observation, Subject
from understudy.learning.making.numbers import clusters, confusing, statistics
from understudy.learning.making.numbers.clusters import Home
from understudy.learning.making.numbers.grouping import looked
from understudy.learning.making.pool import Pool
from understudy.learning.queue.service import Queue
from understudy.learning.settings import LearningSettings
from understudy.learning.tasks.service import Tasks

MOST_OF_ONE = 400
"""Latest observations of a scenario that are grouped."""
WRITTEN = "llm:written"
"""The key of an answer that the model wrote itself: there is no scenario for it."""

OFF = "the company does not learn from its conversations (auto_learn is off)"
ARCHIVED = "the company is archived"
GONE = "nothing that the company answers from has {key} any more"
QUESTION = "questions and answers are kept by hand: nothing is added to them"
NO_TEMPLATE = "the company follows no template that a new scenario could go into"

log = get_logger(__name__)
_Batch = Sequence[Task]


@dataclass(frozen=True, slots=True)
class Parts:
    """What the worker works with."""

    companies: Companies
    contents: Contents
    pool: Pool
    queue: Queue
    coach: Coach


class Making:
    """Turns tasks into suggestions. Each task ends done or failed, with the reason where nothing came of it."""

    def __init__(self, *, tasks: Tasks, parts: Parts) -> None:
        self._tasks = tasks
        self._parts = parts

    async def run(self) -> int:
        """Works on what waits, batch after batch; says how many tasks. Safe in many workers at once.

        Raises `Unavailable` when something that it needs is away: the tasks wait again.
        """
        worked = 0
        while batch := await self._tasks.claim():
            by_company: defaultdict[UUID, list[Task]] = defaultdict(list)
            for task in batch:
                by_company[task.company_id].append(task)
            for company_id, tasks in by_company.items():
                await self._company(company_id, tasks)
            worked += len(batch)
        return worked

    async def _company(self, company_id: UUID, tasks: _Batch) -> None:
        try:
            company = await self._parts.companies.show(company_id)
        except CompanyNotFound:
            for task in tasks:
                await self._tasks.failed(task, ARCHIVED)
            return
        if not company.settings.get(LearningSettings).auto_learn:
            for task in tasks:
                await self._tasks.done(task, reason=OFF)
            return
        pool = await self._guarded(tasks, self._parts.pool.of(company_id))
        if pool is None:
            return
        units: defaultdict[tuple[str, str], list[Task]] = defaultdict(list)
        for task in tasks:
            units[task.rescue.key, task.rescue.language].append(task)
        for unit in units.values():
            await self._unit(company, unit, pool)

    async def _unit(self, company: Company, tasks: _Batch, pool: Sequence[Observation]) -> None:
        """Tasks of one scenario and language. When they fail together, each is tried by itself: one may be bad."""
        try:
            found, reason = await self._proposed(company, tasks, pool)
        except Unavailable:
            await self._give_back(tasks)
            raise
        except Exception as error:  # noqa: BLE001 - one bad task must not keep the rest from being worked on
            if len(tasks) == 1:
                await self._fail(tasks[0], error)
                return
            for task in tasks:
                await self._unit(company, [task], pool)
            return
        for task in tasks:
            await self._tasks.done(task, found.get(task.id, ()), reason=reason)

    async def _proposed(
        self, company: Company, tasks: _Batch, pool: Sequence[Observation]
    ) -> tuple[Mapping[UUID, list[UUID]], str | None]:
        """The suggestions that each task is a source of; the reason where nothing can come of them."""
        key, language = tasks[0].rescue.key, tasks[0].rescue.language
        fresh = frozenset(task.id for task in tasks)
        if key == WRITTEN:
            proposals, reason = await self._unheard(company, language, pool, fresh)
        elif not key.startswith("scenario:"):
            return {}, QUESTION
        else:
            proposals, reason = await self._about(company, (key, language), pool, fresh)
        found: defaultdict[UUID, list[UUID]] = defaultdict(list)
        for proposal in proposals:
            suggestion = await self._parts.queue.propose(company.id, proposal)
            if suggestion is not None:
                for task_id in proposal.sources:
                    found[task_id].append(suggestion.id)
        return found, reason

    async def _about(
        self, company: Company, about: tuple[str, str], pool: Sequence[Observation], fresh: frozenset[UUID]
    ) -> tuple[Sequence[Proposal], str | None]:
        key, language = about
        known = await self._parts.contents.named_by(company.id, key)
        if known is None:
            return (), GONE.format(key=key)
        content, scenario = known
        spoken = [one for one in pool if one.language == language]
        own = tuple(one for one in spoken if one.key == key)[-MOST_OF_ONE:]
        subject = Subject(content, scenario, language, own, tuple(one for one in spoken if one.key != key), fresh)
        proposals = await in_thread(lambda: list(_by_numbers(subject)))
        if company.settings.get(LearningSettings).coach:
            proposals += await self._parts.coach.proposals(company, subject, _nearby(subject))
        return proposals, None

    async def _unheard(
        self, company: Company, language: str, pool: Sequence[Observation], fresh: frozenset[UUID]
    ) -> tuple[Sequence[Proposal], str | None]:
        """New scenarios for what a model had to write an answer to."""
        content = home_of(await self._parts.contents.all(company.id))
        if content is None:
            return (), NO_TEMPLATE
        messages = [one for one in pool if one.key == WRITTEN and one.language == language]

        home = Home(content.template_id, content.scenarios, in_overlay=not content.is_own)
        proposals = await in_thread(_new, messages, home, fresh)
        return [await self._answered(company.id, one) for one in proposals], None

    async def _answered(self, company_id: UUID, proposal: Proposal) -> Proposal:
        """The proposal with the reply that its most central message got."""
        central = proposal.details.get(clusters.CENTRAL_MESSAGE)
        text = await self._parts.pool.reply(company_id, UUID(central)) if central else ""
        return clusters.answered(proposal, text)

    async def _guarded(
        self, tasks: _Batch, reading: Awaitable[tuple[Observation, ...]]
    ) -> Sequence[Observation] | None:
        try:
            return await reading
        except Unavailable:
            await self._give_back(tasks)
            raise

    async def _give_back(self, tasks: _Batch) -> None:
        for task in tasks:
            await self._tasks.give_back(task)

    async def _fail(self, task: Task, error: Exception) -> None:
        told = str(error) if isinstance(error, UnderstudyError) else type(error).__name__
        log.error("learning_task_failed", task=str(task.id), exc_info=error)
        await self._tasks.failed(task, told)


def home_of(contents: Sequence[Content]) -> Content | None:
    """Where a new scenario goes: the company's first own template, else the first that it follows, in its overlay."""
    return next((one for one in contents if one.is_own), contents[0] if contents else None)


def _new(messages: Sequence[Observation], home: Home, fresh: frozenset[UUID]) -> list[Proposal]:
    return list(clusters.new_scenarios(messages, home, fresh=fresh))


def _by_numbers(subject: Subject) -> Iterator[Proposal]:
    seen = looked(subject)
    halves = confusing.split(subject, seen)
    return chain(statistics.proposals(subject, seen), confusing.negatives(subject), (halves,) if halves else ())


def _nearby(subject: Subject) -> list[str]:
    """The scenarios that messages of this one came near to, the most frequent first."""
    seen: defaultdict[str, int] = defaultdict(int)
    for one in subject.own:
        for scored in one.scores:
            if scored.key is not None and scored.key != subject.key:
                seen[scored.key.rpartition("/")[2]] += 1
    return sorted(seen, key=lambda name: (-seen[name], name))

"""What makes suggestions of rescues, plugged together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from understudy.answering.ports import PaidModel
from understudy.answering.rescues.service import Rescues
from understudy.conversations.recorded.service import Recorded
from understudy.evaluation.ports import Known, Truths
from understudy.infra.jobs import Sweep
from understudy.infra.system import new_id, utc_now
from understudy.language.service import Language
from understudy.learning.capture.service import Capture, Sources
from understudy.learning.content.service import Contents
from understudy.learning.drafting.service import Drafting, Shelf
from understudy.learning.making import jobs
from understudy.learning.making.coach import Coach
from understudy.learning.making.pool import Pool
from understudy.learning.making.review import Reading, Review
from understudy.learning.making.service import Making, Parts
from understudy.learning.queue.service import Knowing, Queue
from understudy.learning.settings import LearningProcessSettings
from understudy.learning.tasks.service import Tasks
from understudy.wiring.parts import Foundation, TemplateServices


@dataclass(frozen=True, slots=True)
class MakerServices:
    """What makes suggestions, and the work that workers repeat for it."""

    capture: Capture
    tasks: Tasks
    contents: Contents
    queue: Queue
    making: Making
    review: Review
    drafting: Drafting
    sweeps: tuple[Sweep, ...]


class NothingKnown:
    """Stands where nobody judges answers."""

    async def of(self, company_id: UUID, message_ids: Sequence[UUID]) -> Mapping[UUID, Known]:
        """Nothing."""
        return {}


@dataclass(frozen=True, slots=True)
class TaughtBy:
    """Whom the coach asks, and who knows which answers were right."""

    model: PaidModel
    truths: Truths = field(default_factory=NothingKnown)


def build_makers(
    base: Foundation,
    language: Language,
    templates: TemplateServices,
    taught_by: TaughtBy,
    settings: LearningProcessSettings,
) -> MakerServices:
    """Plugs together what makes suggestions."""
    database, companies = base.database, base.companies
    rescues, recorded = Rescues(database=database), Recorded(database=database)
    contents = Contents(matchers=templates.matchers, following=templates.following, drafts=templates.drafts)
    knowing = Knowing(companies, contents, language.read)
    queue = Queue(database=database, knowing=knowing, clock=utc_now, new_id=new_id)
    tasks = Tasks(database=database, audit=base.audit, clock=utc_now, settings=settings)
    pool = Pool(database=database, recorded=recorded, language=language, clock=utc_now)
    sources = Sources(companies, rescues, recorded)
    capture = Capture(database=database, sources=sources, clock=utc_now, new_id=new_id)
    parts = Parts(companies, contents, pool, queue, Coach(model=taught_by.model))
    making = Making(tasks=tasks, parts=parts)
    reading = Reading(companies, contents, pool, rescues, recorded, taught_by.truths, language)
    review = Review(database=database, reading=reading, queue=queue, clock=utc_now, new_id=new_id)
    drafting = Drafting(shelf=Shelf(companies, templates.library), language=language, queue=queue, clock=utc_now)
    return MakerServices(
        capture=capture,
        tasks=tasks,
        contents=contents,
        queue=queue,
        making=making,
        review=review,
        drafting=drafting,
        sweeps=jobs.sweeps(capture, making, review, queue, settings),
    )

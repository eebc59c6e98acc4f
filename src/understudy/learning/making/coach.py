"""The coach: a model that proposes, paid from the learning budget."""

from __future__ import annotations

from collections.abc import Sequence

from understudy.answering.ports import PaidModel
from understudy.companies.domain import Company
from understudy.companies.settings import Profile
from understudy.infra.telemetry import get_logger
from understudy.learning.domain import Proposal
from understudy.learning.making import coaching
from understudy.learning.making.coaching import CoachAnswer
from understudy.learning.making.domain import Subject
from understudy.llm.asking import Ask
from understudy.llm.bills import Bill, Unpaid
from understudy.llm.domain import Completion, Pot, Purpose
from understudy.llm.settings import BudgetSettings, LlmSettings

log = get_logger(__name__)
WITHIN_SECONDS = 60.0


class Coach:
    """Asks a model what would let a scenario be recognised without one."""

    def __init__(self, *, model: PaidModel) -> None:
        self._model = model

    async def proposals(self, company: Company, subject: Subject, nearby: Sequence[str]) -> Sequence[Proposal]:
        """What the model proposes; nothing where it is not due, not set up, over budget, or does not answer.

        Raises `Unavailable` when the database is away.
        """
        if not coaching.is_due(*coaching.people_before(subject)):
            return ()
        try:
            told = await self._model.ask(_ask(company, subject, nearby))
        except Unpaid as error:
            log.info("coach_not_asked", company=str(company.id), error=error.code)
            return ()
        model = told.calls[-1].target if told.calls else None
        return coaching.proposals(subject, told.value, model=model, cost_micros=told.cost_micros)


def _ask(company: Company, subject: Subject, nearby: Sequence[str]) -> Ask[CoachAnswer]:
    bill = Bill(
        company_id=company.id,
        zone=company.settings.get(Profile).timezone,
        cap_micros=company.settings.get(BudgetSettings).cap_of(Pot.LEARNING),
        pot=Pot.LEARNING,
        purpose=Purpose.LEARN,
    )
    return Ask(
        bill=bill,
        prompt=coaching.prompt(subject, nearby),
        shape=coaching.shape(),
        settings=_imaginative(company.settings.get(LlmSettings)),
        question=coaching.question(subject.own),
        turns=0,
        language=subject.language,
        read=coaching.read,
        sure=_sure,
        context_version=f"{coaching.VERSION}; {subject.content.version}",
        prompt_version=coaching.VERSION,
        within_seconds=WITHIN_SECONDS,
    )


def _sure(answer: CoachAnswer, completion: Completion) -> float:
    """A proposal is backtested whoever made it: no dearer model is asked for being unsure."""
    return 1.0


def _imaginative(settings: LlmSettings) -> LlmSettings:
    """The company's settings, with the temperature of the coach at every tier."""
    routes = settings.routes
    rows = {
        name: getattr(routes, name).model_copy(update={"temperature": coaching.TEMPERATURE})
        for name in ("small", "medium", "large")
    }
    return settings.model_copy(update={"routes": routes.model_copy(update=rows)})

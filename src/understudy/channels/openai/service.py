"""The front door: a request is answered by a free rung, by the whole ladder, or by the model asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from understudy.answering.decision.case import Answer, Wish
from understudy.answering.passthrough.domain import Climbed, Enquiry, HandedOn
from understudy.answering.passthrough.service import Passthrough
from understudy.channels.openai.asked import Asked
from understudy.channels.openai.catalogue import Asking, Catalogue
from understudy.channels.openai.choosing import listed, names_of
from understudy.channels.openai.settings import AnsweredBy, FrontDoorSettings
from understudy.channels.openai.shapes import UNDERSTUDY
from understudy.companies.domain import Company
from understudy.companies.service import Companies
from understudy.companies.settings import Profile
from understudy.conversations.domain import ContactRef, IdentityKind
from understudy.conversations.inbound import InvalidMessage
from understudy.infra.telemetry import get_logger
from understudy.kit.errors import UnderstudyError
from understudy.llm.bills import Bill
from understudy.llm.domain import CallFailed, Fault, Pot, Purpose, Target
from understudy.llm.failover import Trail
from understudy.llm.gateway import Gateway
from understudy.llm.ports import Forwarded
from understudy.llm.settings import BudgetSettings, LlmSettings

ANONYMOUS = ContactRef(IdentityKind.ANONYMOUS, "front door")
"""Who asks when nobody is named: one contact for all, so that counting contacts never counts them."""
SWITCHED_OFF = "switched off"
Record = Callable[[HandedOn], Awaitable[UUID | None]]
"""Records what became of a request; gives the decision, where there is one."""
log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a caller wants it. `climbs` False and `min_confidence` only tighten; `key`: its own name of the request."""

    climbs: bool = True
    min_confidence: float | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """An answer in our own words, recorded."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Whole:
    """What the model asked for answered, or its refusal; recorded. `decision_id` None: there is no decision."""

    status: int
    content_type: str
    body: bytes
    model: str
    cost_micros: int
    decision_id: UUID | None


@dataclass(frozen=True, slots=True)
class Account:
    """What a stream came to: its cost, the decision, and how it failed, if it did."""

    cost_micros: int
    decision_id: UUID | None
    failure: CallFailed | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """A request on its way. `enquiry` None: nothing of it can be stored."""

    asked: Asked
    company: Company
    settings: FrontDoorSettings
    enquiry: Enquiry | None = None
    climbed: Climbed | None = None


class Live:
    """An answer that comes as the model gives it. `deliver` has to be awaited, whatever happens to the caller."""

    def __init__(self, stack: AsyncExitStack, handed: _Handed, record: Record, *, decision_id: UUID | None) -> None:
        self.decision_id = decision_id
        self._stack = stack
        self._handed = handed
        self._record = record
        self.model = handed.target.name
        self.content_type = handed.answer.content_type

    async def deliver(self, send: Callable[[bytes], Awaitable[None]]) -> Account:
        """Hands every event to `send` as it comes, settles, records, and says what it came to.

        Cancelled, or where `send` raises, the call ends at once and what was used is charged.
        """
        failure = None
        try:
            async with self._stack:
                async for events in self._handed.answer.chunks():
                    await send(events)
        except CallFailed as error:
            failure = error
        except BaseException:
            await self._record(self._handed.outcome(Fault.CANCELLED))
            raise
        handed = self._handed.outcome(failure.fault if failure else None)
        return Account(handed.cost_micros, await self._record(handed), failure)


@dataclass(frozen=True, slots=True)
class _Handed:
    """A request that was handed on; its calls are on the trail once they are settled."""

    answer: Forwarded
    target: Target
    trail: Trail

    def outcome(self, fault: Fault | None) -> HandedOn:
        """What became of it."""
        cost = _cost(self.trail)
        if fault is None and self.answer.status >= 400:
            fault = Fault.REFUSED
        reply = None if fault else self.answer.text
        return HandedOn(self.target.name, cost, reply, fault.value if fault else None)


class FrontDoor:
    """Answers programs that speak OpenAI's protocol."""

    def __init__(
        self, *, companies: Companies, passthrough: Passthrough, gateway: Gateway, catalogue: Catalogue
    ) -> None:
        self._companies = companies
        self._passthrough = passthrough
        self._gateway = gateway
        self._catalogue = catalogue

    async def models(self, company_id: UUID) -> tuple[str, ...]:
        """The models that may be asked for."""
        company = await self._companies.show(company_id)
        known = await self._catalogue.models(company_id, company.settings.get(LlmSettings))
        return listed(known, company.settings.get(FrontDoorSettings))

    async def settle(self) -> None:
        """Waits until what is written behind the replies is written; before closing."""
        await self._passthrough.settle()

    async def ask(self, company_id: UUID, asked: Asked, terms: Terms) -> Spoken | Whole | Live:
        """Answers a request. Cancelled, it ends whatever was begun, and what was used is charged.

        Raises `ModelNotFound`; `NotConfigured`, `NoPrice`, `OverBudget` and `AllFailed` where no model could answer;
        `MessageDiffers` and `ConversationBusy` for a key that came before.
        """
        company = await self._companies.show(company_id)
        settings = company.settings.get(FrontDoorSettings)
        case = _Case(asked, company, settings, self._admitted(asked, company, settings, terms))
        enquiry = case.enquiry
        if enquiry is None:
            return await self._hand_on(case)
        if enquiry.new.key is not None:
            begun = await self._passthrough.begin(enquiry)
            if isinstance(begun, Answer):
                return Spoken(begun)
            enquiry = begun
        if enquiry.why_not is None and settings.answered_by is AnsweredBy.LADDER:
            return Spoken(await self._passthrough.answer(enquiry, said=_said(asked)))
        if enquiry.why_not:
            climbed = self._passthrough.hear(enquiry, listens=_is_routed(case))
        else:
            climbed = await self._passthrough.climb(enquiry)
        if climbed.step is not None:
            return Spoken(await self._passthrough.say(enquiry, climbed))
        return await self._hand_on(replace(case, enquiry=enquiry, climbed=climbed))

    def _admitted(self, asked: Asked, company: Company, settings: FrontDoorSettings, terms: Terms) -> Enquiry | None:
        """The request as an enquiry; None where the user's words cannot be stored, such as a whole book."""
        if not asked.question:
            return None
        why_not = asked.why_not or (None if settings.climb and terms.climbs else SWITCHED_OFF)
        key = terms.key if asked.why_not is None else None
        contact = ContactRef(IdentityKind.EXTERNAL, asked.user) if asked.user else ANONYMOUS
        wish = Wish(min_confidence=terms.min_confidence)
        try:
            enquiry = self._passthrough.admit(company, contact, asked.question, wish=wish, key=key)
        except InvalidMessage:
            return None
        return replace(enquiry, why_not=why_not)

    async def _hand_on(self, case: _Case) -> Whole | Live:
        """Gives the request, as it came, to the first of the models that answers."""
        stack, trail = AsyncExitStack(), Trail()
        try:
            targets = await self._targets(case)
            reason = f"front door: {case.asked.model}"
            entered = self._gateway.forward(_bill(case), reason, targets, case.asked.body, trail)
            handed = _Handed(*await stack.enter_async_context(entered), trail)
            if case.asked.streams and handed.answer.status < 400:
                decision_id = case.enquiry.decision_id if case.enquiry else None
                return Live(stack, handed, partial(self._record, case), decision_id=decision_id)
            async with stack:
                body = b"".join([chunk async for chunk in handed.answer.chunks()])
        except UnderstudyError as error:
            await self._record(case, HandedOn(_last(trail), _cost(trail), failure=error.code))
            raise
        except BaseException:
            await self._record(case, HandedOn(_last(trail), _cost(trail), failure=Fault.CANCELLED.value))
            raise
        outcome = handed.outcome(None)
        decision_id = await self._record(case, outcome)
        answer = handed.answer
        return Whole(answer.status, answer.content_type, body, handed.target.name, outcome.cost_micros, decision_id)

    async def _targets(self, case: _Case) -> tuple[Target, ...]:
        company_id, llm = case.company.id, case.company.settings.get(LlmSettings)
        asked, settings = case.asked, case.settings
        if _is_routed(case):
            return await self._catalogue.routed(company_id, _asking(case), llm)
        if asked.model == UNDERSTUDY:
            names = (*settings.forward_to, *settings.failover)
        else:
            known = await self._catalogue.models(company_id, llm)
            providers = await self._catalogue.providers(company_id)
            names = names_of(asked.model, providers=providers, known=known, settings=settings)
        return await self._catalogue.named(company_id, names, llm)

    async def _record(self, case: _Case, outcome: HandedOn) -> UUID | None:
        """Records what became of the request; whoever asked gets the answer also where that fails."""
        if case.enquiry is None or case.climbed is None:
            return None
        try:
            await self._passthrough.record(case.enquiry, case.climbed, outcome)
        except UnderstudyError as error:
            log.error("handed_on_unrecorded", message_id=str(case.enquiry.message_id), error=error.code)
            return None
        return case.enquiry.decision_id


def _is_routed(case: _Case) -> bool:
    """Whether the company's route chooses the model."""
    return case.asked.model == UNDERSTUDY and not case.settings.forward_to


def _asking(case: _Case) -> Asking:
    heard = case.climbed.heard.hearing.language if case.climbed else None
    language = heard or case.company.settings.get(Profile).language
    return Asking(case.asked.question or "", len(case.asked.turns) + 1, language)


def _cost(trail: Trail) -> int:
    return sum(call.cost_micros for call in trail.calls)


def _last(trail: Trail) -> str | None:
    return trail.calls[-1].target if trail.calls else None


def _bill(case: _Case) -> Bill:
    settings = case.company.settings
    message_id = case.enquiry.message_id if case.enquiry else None
    cap = settings.get(BudgetSettings).cap_of(Pot.ANSWERING)
    zone = settings.get(Profile).timezone
    return Bill(case.company.id, zone, cap, Pot.ANSWERING, Purpose.FORWARD, message_id)


def _said(asked: Asked) -> tuple[tuple[bool, str], ...]:
    """What was said before: whether by the user, and the words."""
    return tuple((turn.is_users, turn.text) for turn in asked.turns if turn.text.strip())

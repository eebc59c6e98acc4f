"""Events put into words that can be read aloud: no symbols, whole sentences."""

from __future__ import annotations

from dataclasses import fields
from typing import Any
from uuid import UUID

from understudy.kit.money import MICROS_PER_DOLLAR
from understudy.learning.events import SuggestionDemoted
from understudy.llm.domain import Pot
from understudy.llm.events import BudgetReached, HoldTooSmall, ProviderBack, ProviderDown, ProviderSlow
from understudy.monitoring.domain import Code, Raised

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
BUDGET_CODES = {50: Code.BUDGET_50, 80: Code.BUDGET_80, 100: Code.BUDGET_100}
POTS = {Pot.ANSWERING.value: "budget", Pot.LEARNING.value: "learning budget"}
GOES_ON = {
    Pot.ANSWERING.value: "the free rungs go on answering, and no paid model is asked",
    Pot.LEARNING.value: "learning pauses",
}
Event = BudgetReached | HoldTooSmall | ProviderDown | ProviderSlow | ProviderBack | SuggestionDemoted


def put_into_words(event: Event) -> Raised:
    """The notice of an event."""
    match event:
        case BudgetReached():
            return _budget(event)
        case HoldTooSmall():
            return _hold(event)
        case ProviderDown():
            title = f"The provider {event.provider} is down"
            text = (
                f"Its calls fail: {event.reason.replace('_', ' ')}. It is left alone and probed from time to time. "
                "Meanwhile the next provider is asked, and where there is none, the fallback answers."
            )
            return _provider(event, Code.LLM_DOWN, title, text)
        case ProviderSlow():
            title = f"The provider {event.provider} is slow"
            text = f"Its health check took {event.seconds:.1f} seconds."
            return _provider(event, Code.LLM_SLOW, title, text)
        case ProviderBack():
            title = f"The provider {event.provider} is back"
            text = "It answers again, and is asked as before."
            return _provider(event, Code.LLM_BACK, title, text)
        case SuggestionDemoted():
            return _demoted(event)


def month_in_words(month: str) -> str:
    """A month such as 2026-11 as people say it; what is none stays as it is."""
    year, _, number = month.partition("-")
    if not number.isdecimal() or not 1 <= int(number) <= len(MONTHS):
        return month
    return f"{MONTHS[int(number) - 1]} {year}"


def money_in_words(micros: int) -> str:
    """An amount as it is said: 1.25 dollars, 0.00042 dollars."""
    return f"{micros / MICROS_PER_DOLLAR:.6f}".rstrip("0").rstrip(".") + " dollars"


def _budget(event: BudgetReached) -> Raised:
    name = POTS.get(event.pot, f"{event.pot} budget")
    goes_on = GOES_ON.get(event.pot, "no more paid calls are made")
    month = month_in_words(event.month)
    if event.percent >= 100:
        title = f"The {name} for {month} is used up"
        text = f"Until the month turns or the budget is raised, {goes_on}."
    else:
        title = f"{event.percent} per cent of the {name} for {month} is spent"
        text = f"When the rest is used up, {goes_on}."
    return Raised(
        event.company_id,
        BUDGET_CODES.get(event.percent, Code.BUDGET_50),
        f"budget:{event.pot}:{event.month}",
        title,
        text,
        _details(event),
    )


def _hold(event: HoldTooSmall) -> Raised:
    held, cost = money_in_words(event.held_micros), money_in_words(event.cost_micros)
    return Raised(
        event.company_id,
        Code.HOLD_TOO_SMALL,
        f"model:{event.model}",
        f"A call to {event.model} cost more than was set aside",
        f"It cost {cost}, and {held} had been set aside. "
        "It was booked in full, and more is set aside for this model from now on.",
        _details(event),
    )


def _demoted(event: SuggestionDemoted) -> Raised:
    return Raised(
        event.company_id,
        Code.SUGGESTION_DEMOTED,
        f"suggestion:{event.suggestion_id}",
        f"What was learnt about {event.scenario} was taken back",
        f"Of {event.judged} of its answers that were judged, {event.right} were right, "
        f"which is surely less than the {event.floor:.0%} that are asked for. "
        "Nothing more is to be done; it can be looked at on the page of learning.",
        _details(event),
    )


def _provider(event: ProviderDown | ProviderSlow | ProviderBack, code: Code, title: str, text: str) -> Raised:
    return Raised(event.company_id, code, f"provider:{event.provider_id}", title, text, _details(event))


def _details(event: Event) -> dict[str, Any]:
    values = {field.name: getattr(event, field.name) for field in fields(event) if field.name != "company_id"}
    return {name: str(value) if isinstance(value, UUID) else value for name, value in values.items()}

"""The paid side as the rung sees it, by script: what it answers, what that costs, how it fails."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID, uuid4

from understudy.answering.ports import Past
from understudy.llm.asking import AllFailed, Ask, Told
from understudy.llm.bills import CallNote, Route
from understudy.llm.domain import Completion, Fault, Tier, Usage
from understudy.llm.settings import AtTop

T = TypeVar("T")
Answer = Mapping[str, Any] | Callable[[Ask[Any]], Mapping[str, Any]] | Exception
COST = 700


def answer(kind: str, **values: Any) -> dict[str, Any]:
    """A structured answer; what is not said is null."""
    blank: dict[str, Any] = {"key": None, "text": None, "sources": [], "escalation": None}
    return {
        "rationale": "because",
        "kind": kind,
        "confidence": 0.9,
        "language": "en",
        **blank,
        **values,
    }


def identifier(ask: Ask[Any], title: str) -> str:
    """The identifier under which a scenario or source of this title stands in the prompt."""
    text = "\n".join(ask.prompt.texts)
    found = re.search(rf'id="([AS]\d+)" title="{re.escape(title)}"', text)
    assert found is not None, f"{title} is not in the prompt"
    return found[1]


def picks(title: str, **values: Any) -> Callable[[Ask[Any]], Mapping[str, Any]]:
    """Picks the scenario or question of a title."""
    return lambda ask: answer("scenario", key=identifier(ask, title), **values)


def writes(text: str, *titles: str, **values: Any) -> Callable[[Ask[Any]], Mapping[str, Any]]:
    """Writes an answer from what has these titles."""
    return lambda ask: answer("written", text=text, sources=[identifier(ask, one) for one in titles], **values)


def call(fault: Fault | None = None, cost: int = COST) -> CallNote:
    """A call that was made."""
    return CallNote(uuid4(), "twin/small", Route("complexity 0.00", Tier.SMALL, 0.0), cost, 12, Usage(900, 40), fault)


def all_failed(*calls: CallNote) -> AllFailed:
    """What the paid side raises when nobody answered."""
    failed = AllFailed("no model answered")
    failed.calls = calls
    return failed


@dataclass
class ScriptedModel:
    """Answers in turn, the last answer again and again. An answer that cannot be read costs a call and is repaired by
    the next one. `asked` and `refused` tell what came in and what was wrong with answers."""

    answers: list[Answer]
    likelihood: float | None = None
    delay_seconds: float = 0.0
    from_cache: bool = False
    asked: list[Ask[Any]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def __init__(self, *answers: Answer, **values: Any) -> None:
        self.answers = list(answers)
        self.asked, self.refused = [], []
        self.likelihood = values.get("likelihood")
        self.delay_seconds = values.get("delay_seconds", 0.0)
        self.from_cache = values.get("from_cache", False)

    async def ask(self, ask: Ask[T]) -> Told[T]:
        self.asked.append(ask)
        await asyncio.sleep(self.delay_seconds)
        calls: list[CallNote] = []
        for _ in range(3):
            given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if isinstance(given, Exception):
                raise given
            values = given(ask) if callable(given) else given
            try:
                value = ask.read(values)
            except ValueError as error:
                self.refused.append(str(error))
                calls.append(call(Fault.MALFORMED))
                continue
            calls.append(call())
            return self._told(ask, value, values, () if self.from_cache else tuple(calls))
        raise all_failed(*calls)

    def _told(self, ask: Ask[T], value: T, values: Mapping[str, Any], calls: tuple[CallNote, ...]) -> Told[T]:
        sure = ask.sure(value, Completion("{}", Usage(900, 40), values, self.likelihood))
        unsure = sure < ask.settings.routes.cascade_below
        return Told(
            value=value,
            confidence=sure,
            needs_disclaimer=unsure and ask.settings.at_top is AtTop.DISCLAIMER,
            calls=calls,
            tier=ask.start or Tier.SMALL,
            reason="complexity 0.00",
            complexity=0.0,
            cost_micros=sum(one.cost_micros for one in calls),
            from_cache=self.from_cache,
        )


@dataclass(frozen=True)
class Remembered:
    """A past that is given."""

    what: Past = field(default_factory=Past)

    async def past(self, company_id: UUID, conversation_id: UUID) -> Past:
        return self.what


@dataclass(frozen=True)
class MedianCost:
    """What paid answers cost, given."""

    micros: int | None

    async def median(self, company_id: UUID) -> int | None:
        return self.micros

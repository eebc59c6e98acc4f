"""Matches, evidence and rungs for the tests of the ladder."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.answering.domain import RungName
from understudy.answering.ladder import Question, Skipped
from understudy.answering.settings import LadderSettings
from understudy.templates.domain import Action, Reply
from understudy.templates.matching.company_matcher import Evidence, Match, Message


def match(name: str = "card_arrival", confidence: float = 0.9, *, action: Action = Action.NONE) -> Match:
    return Match(
        key=f"scenario:Bank/{name}",
        title=name,
        confidence=confidence,
        matched=f"trigger of {name}",
        replies=(Reply(f"short {name}", f"full {name}"), Reply(f"short {name} 2", f"full {name} 2")),
        follow_up=None,
        action=action,
        category="Cards",
        template="Bank",
    )


def evidence(
    best: float | None = None, second: float | None = None, *, ambiguous: bool = False, note: str | None = None
) -> Evidence:
    return Evidence(
        version="Bank@1",
        best=match("card_arrival", best) if best is not None else None,
        second=match("card_lost", second) if second is not None else None,
        is_ambiguous=ambiguous,
        note=note,
    )


@dataclass(frozen=True)
class ScriptedRung:
    """Says what it was given, or raises it."""

    name: RungName
    says: Evidence | Skipped | Exception

    async def look(self, question: Question) -> Evidence | Skipped:
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


def question(text: str = "where is my card", settings: LadderSettings | None = None) -> Question:
    return Question(Message(text, None, "en"), LookupError("no matcher here"), settings or LadderSettings())


class Ticks:
    """A timer that moves by seven microseconds a look."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        self.now += 7
        return self.now

"""The free rungs: each gathers evidence through the company's matcher."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from understudy.answering.domain import RungName
from understudy.answering.ladder import Question, Rung
from understudy.templates.matching.company_matcher import CompanyMatcher, Evidence, Message

Ask = Callable[[CompanyMatcher, Message], Evidence]
"""One question to a company's matcher."""


class MatcherSource(Protocol):
    """Gives the matcher of a company as it is now."""

    async def of(self, company_id: UUID) -> CompanyMatcher:
        """The matcher of a company, usually from memory."""
        ...


@dataclass(frozen=True, slots=True)
class MatcherRung:
    """A free rung: asks the company's matcher one thing. `needs_embedding`: it fails when encoding failed."""

    name: RungName
    ask: Ask
    matchers: MatcherSource
    needs_embedding: bool = False

    async def look(self, question: Question) -> Evidence:
        """What the matcher knows about the message; raises what encoding raised if this rung cannot do without."""
        if self.needs_embedding and question.encoding_failed is not None:
            raise question.encoding_failed
        return self.ask(await self.matchers.of(question.company_id), question.message)


def rules_or_small_talk(matcher: CompanyMatcher, message: Message) -> Evidence:
    """The company's triggers; small talk where it explains more of the message than they do."""
    rules = matcher.rules(message)
    small_talk = matcher.small_talk(message)
    if small_talk.best is None or (rules.best and rules.best.confidence >= small_talk.best.confidence):
        return rules
    return small_talk


def free_rungs(matchers: MatcherSource) -> tuple[Rung, ...]:
    """The rungs that cost nothing, in order."""
    return (
        MatcherRung(RungName.COMPANY_QA, lambda matcher, message: matcher.company_qa(message), matchers),
        MatcherRung(RungName.TRADE_QA, lambda matcher, message: matcher.trade_qa(message), matchers),
        MatcherRung(RungName.RULES, rules_or_small_talk, matchers),
        MatcherRung(
            RungName.SEMANTIC, lambda matcher, message: matcher.semantic(message), matchers, needs_embedding=True
        ),
    )


def basic_rungs(matchers: MatcherSource) -> tuple[Rung, ...]:
    """What runs for a company whose gatekeeper is off."""
    return (MatcherRung(RungName.RULES, lambda matcher, message: matcher.basic_rules(message), matchers),)

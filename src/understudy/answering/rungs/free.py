"""The free rungs: each gathers evidence through the company's matcher."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from understudy.answering.domain import RungName
from understudy.answering.ladder import Question
from understudy.templates.matching.company_matcher import CompanyMatcher, Evidence, Message

Ask = Callable[[CompanyMatcher, Message], Evidence]
"""One question to a company's matcher."""


@dataclass(frozen=True, slots=True)
class MatcherRung:
    """A free rung: asks the company's matcher one thing. `needs_embedding`: it fails when encoding failed."""

    name: RungName
    ask: Ask
    needs_embedding: bool = False

    async def look(self, question: Question) -> Evidence:
        """What the matcher knows about the message; raises what kept the question from being prepared."""
        if self.needs_embedding and question.encoding_failed is not None:
            raise question.encoding_failed
        if isinstance(question.matcher, Exception):
            raise question.matcher
        return self.ask(question.matcher, question.message)


def rules_or_small_talk(matcher: CompanyMatcher, message: Message) -> Evidence:
    """The company's triggers; small talk where it explains more of the message than they do."""
    rules = matcher.rules(message)
    small_talk = matcher.small_talk(message)
    if small_talk.best is None or (rules.best and rules.best.confidence >= small_talk.best.confidence):
        return rules
    return small_talk


FREE_RUNGS: tuple[MatcherRung, ...] = (
    MatcherRung(RungName.COMPANY_QA, CompanyMatcher.company_qa),
    MatcherRung(RungName.TRADE_QA, CompanyMatcher.trade_qa),
    MatcherRung(RungName.RULES, rules_or_small_talk),
    MatcherRung(RungName.SEMANTIC, CompanyMatcher.semantic, needs_embedding=True),
)
"""The rungs that cost nothing, in order."""

BASIC_RUNGS: tuple[MatcherRung, ...] = (MatcherRung(RungName.RULES, CompanyMatcher.basic_rules),)
"""What runs for a company whose gatekeeper is off."""

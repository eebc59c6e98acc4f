"""Briefings to assemble, and a way to count that is easy to follow."""

from __future__ import annotations

from dataclasses import replace

from understudy.answering.prompting.domain import Briefing, Candidate, Customer, Identity, Source
from understudy.llm.domain import Turn
from understudy.wiring.prompts import shipped_prompts

PROMPTS = shipped_prompts().over(0, {})
COMPANY = Identity("Harbour Bank", "banking", support_phone="555-0100")
PLENTY = 100_000


def words(text: str) -> int:
    """Counts words, as a stand-in for tokens."""
    return len(text.split())


def briefing(question: str = "Where is my card?", **changes: object) -> Briefing:
    """A briefing with one candidate, one source, and a turn each way."""
    made = Briefing(
        prompts=PROMPTS,
        company=COMPANY,
        question=question,
        customer=Customer(name="[NAME_1]", plan="gold"),
        candidates=(Candidate("cards/card_arrival", "Card arrival", "Cards take 5 days.", 0.7, ("where is my card",)),),
        sources=(Source("qa:12", "Delivery", "Cards are sent by post on the day they are made.", 0.6),),
        history=(Turn("user", "hello"), Turn("assistant", "Hello! How can I help?")),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def whole(found: object) -> str:
    """All instructions of what was assembled, as one text."""
    return "\n".join(section.text for section in found.prompt.sections)  # type: ignore[attr-defined]

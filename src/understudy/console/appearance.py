"""The visual language: every rung has one colour, one icon and one name, wherever it appears."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tier(StrEnum):
    """Who pays for an answer: nobody, the company to a provider, or a person with their time."""

    FREE = "free"
    PAID = "paid"
    PERSON = "person"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Look:
    """How one rung is shown: `tone` is the colour's class in console.css, `icon` a symbol of the sprite."""

    name: str
    label: str
    icon: str
    tone: str
    tier: Tier
    about: str


LOOKS: tuple[Look, ...] = (
    Look("company_qa", "Company Q&A", "building-store", "company", Tier.FREE, "The company's own questions"),
    Look("trade_qa", "Trade Q&A", "books", "trade", Tier.FREE, "Questions and answers that a trade shares"),
    Look("rules", "Rules", "list-check", "rules", Tier.FREE, "Phrases and expressions of the scenarios"),
    Look("semantic", "Semantic", "affiliate", "semantic", Tier.FREE, "Meaning, learned from the scenarios' examples"),
    Look("patterns", "Patterns", "repeat", "patterns", Tier.FREE, "What operators were seen to answer"),
    Look("knowledge", "Knowledge", "file-search", "knowledge", Tier.FREE, "A passage of the company's documents"),
    Look("llm", "Paid model", "sparkles", "paid", Tier.PAID, "A language model, paid by the call"),
    Look("passthrough", "Handed on", "route", "passthrough", Tier.PAID, "A program's own model, by the front door"),
    Look("fallback", "Fallback", "lifebuoy", "fallback", Tier.NONE, "Always answers: asks back or offers a person"),
)
"""The rungs from the lowest, cheapest one up."""

PERSON = Look("person", "A person", "headset", "person", Tier.PERSON, "An operator of the company")
SILENT = Look("silent", "Held back", "player-pause", "fallback", Tier.NONE, "No reply was due")

TO_COME = frozenset({"patterns", "knowledge"})
"""Rungs that nothing stands on yet: shown where a climb names them, not offered as filters."""

ASIDE = frozenset({"passthrough"})
"""Rungs of one way in only: a climb that did not come to them says nothing of them."""

BY_NAME = {look.name: look for look in (*LOOKS, PERSON, SILENT)}


def look_of(name: str | None) -> Look:
    """The look of a rung by its name; what has no rung is shown as held back."""
    return BY_NAME.get(name or SILENT.name, SILENT)

"""What a prompt is assembled from, and what came of it, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from understudy.llm.domain import Prompt, Tier, Turn
from understudy.llm.prompts.domain import PromptSet


class Setting(StrEnum):
    """How customer and understudy talk: each has its own part of the instructions."""

    TEXT = "text"
    VOICE = "voice"
    VIDEO = "video"
    SCREEN_SHARE = "screen_share"


@dataclass(frozen=True, slots=True)
class Identity:
    """The company as its instructions name it. `language`: code of the language to assume; `tone` in a word."""

    name: str
    trade: str = ""
    language: str = "en"
    tone: str = "neutral"
    website: str = ""
    opening_hours: str = ""
    support_phone: str = ""
    support_email: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A scenario that may be what the customer wants. `relevance` from 0 to 1: the least relevant are dropped first.

    `wanted`: what customers say who want it; `answer`: the approved words, placeholders already filled in.
    """

    key: str
    title: str
    answer: str
    relevance: float
    wanted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A piece of approved text that an answer may be taken from: a question's answer, a passage of a document."""

    key: str
    title: str
    text: str
    relevance: float


@dataclass(frozen=True, slots=True)
class Customer:
    """What is known of the customer, in words; empty where it is not known. Masked already where it has to be."""

    name: str = ""
    plan: str = ""
    account_age: str = ""
    lifetime_value: str = ""
    open_tickets: str = ""
    last_contact: str = ""


@dataclass(frozen=True, slots=True)
class Briefing:
    """Everything an answer may rest on. Turns oldest first, without the question; texts masked already.

    `allow_code`: whether the company lets answers hold code; the large tier alone writes it.
    """

    prompts: PromptSet
    company: Identity
    question: str
    tier: Tier = Tier.SMALL
    setting: Setting = Setting.TEXT
    customer: Customer = field(default_factory=Customer)
    candidates: tuple[Candidate, ...] = ()
    sources: tuple[Source, ...] = ()
    history: tuple[Turn, ...] = ()
    allow_code: bool = False


@dataclass(frozen=True, slots=True)
class Assembled:
    """The prompt, and what went into it. `tokens` as they were counted, with the overhead of turns.

    `cited`: the identifiers by which an answer cites what it rests on (`A1` for candidates, `S1` for sources) → key;
    anything else that it cites was made up. `dropped`: keys that found no room, `dropped_turns` how many turns.
    """

    prompt: Prompt
    version: str
    tokens: int
    cited: Mapping[str, str]
    dropped: tuple[str, ...] = ()
    dropped_turns: int = 0
    is_question_cut: bool = False

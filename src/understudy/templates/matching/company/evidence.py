"""What goes into a company's matcher and what comes out: messages, what is followed and asked, matches, evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from understudy.language.domain import Vector
from understudy.templates.domain import Action, QaEntry, Reply
from understudy.templates.matching import guard
from understudy.templates.matching.company.compiled import (
    CompiledOverlay,
    CompiledQuestions,
    CompiledTemplate,
    Placed,
    words_of,
)
from understudy.templates.matching.features import Written
from understudy.templates.matching.normalise import Folded, fold
from understudy.templates.matching.rules import MESSAGE_CHARACTERS_READ


@dataclass(frozen=True)
class Message:
    """A message as it climbs. `embedding` is None where no rung needs it, or its making failed.

    The forms in which rungs compare it are made when the first asks for them, and shared by all.
    """

    text: str
    embedding: Vector | None
    language: str

    @cached_property
    def folded(self) -> Folded:
        """What rules read."""
        return fold(self.text[:MESSAGE_CHARACTERS_READ])

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What questions are compared with exactly."""
        return words_of(self.text)

    @cached_property
    def written(self) -> Written:
        """What matchers of meaning read beside the embedding."""
        return Written(self.text)

    @cached_property
    def said(self) -> guard.Text:
        """What is held against near misses."""
        return guard.read(self.text, self.folded if len(self.text) <= MESSAGE_CHARACTERS_READ else None)


@dataclass(frozen=True, slots=True)
class Match:
    """Something that would answer. `key`: "scenario:TEMPLATE/NAME", "qa:ID" or "trade_qa:ID".

    `confidence` is a probability; `matched` the trigger, question or nearest example; `template` None for a question.
    """

    key: str
    title: str
    confidence: float
    matched: str
    replies: tuple[Reply, ...]
    follow_up: str | None
    action: Action
    category: str
    template: str | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one rung found. `version` names what it used; `note` says what spoke against, or why it is silent.

    `in_scope` is the probability that the message is about anything that the rung knows, be it the best or not; None
    where the rung cannot tell.
    """

    version: str
    best: Match | None = None
    second: Match | None = None
    is_ambiguous: bool = False
    note: str | None = None
    in_scope: float | None = None


@dataclass(frozen=True, slots=True)
class Followed:
    """One template in the company's order, with the company's overlay."""

    template: CompiledTemplate
    overlay: CompiledOverlay | None = None

    @property
    def hidden(self) -> frozenset[str]:
        """The scenarios that the shared matchers must not answer with."""
        return self.overlay.touched if self.overlay else frozenset()

    @property
    def label(self) -> str:
        """Name and version, and the version of the overlay: `retail-bank@3+overlay@2`."""
        return self.template.label + (f"+overlay@{self.overlay.version}" if self.overlay else "")

    def placed(self, name: str) -> Placed | None:
        """The scenario as this company has it."""
        if name not in self.hidden:
            return self.template.scenarios.get(name)
        return self.overlay.scenarios.get(name) if self.overlay else None

    def match(self, name: str, confidence: float, matched: str) -> Match | None:
        """The match of a scenario; None when this company has none of that name."""
        placed = self.placed(name)
        if placed is None:
            return None
        return Match(
            key=f"scenario:{self.template.name}/{name}",
            title=name,
            confidence=confidence,
            matched=matched,
            replies=placed.scenario.replies,
            follow_up=placed.scenario.follow_up,
            action=placed.scenario.action,
            category=placed.category,
            template=self.template.name,
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions and how this company answers them: `replies` overrides by id, `hidden` ids never match."""

    prefix: str
    version: str
    questions: CompiledQuestions
    replies: Mapping[str, Reply]
    hidden: frozenset[str] = frozenset()

    def entry(self, entry_id: str) -> QaEntry | None:
        """The question of an id, unless it is hidden."""
        return None if entry_id in self.hidden else self.questions.entries.get(entry_id)

    def match(self, entry: QaEntry, confidence: float, matched: str) -> Match:
        """The match of a question."""
        return Match(
            key=f"{self.prefix}:{entry.id}",
            title=entry.question,
            confidence=confidence,
            matched=matched,
            replies=(self.replies.get(str(entry.id), entry.reply),),
            follow_up=None,
            action=Action.NONE,
            category="",
            template=None,
        )

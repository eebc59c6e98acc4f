"""What answering needs of others: the paid side, prompts, knowledge, and what paid answers cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from understudy.answering.prompting.domain import Source
from understudy.answering.question.asked import Question
from understudy.llm.asking import Ask, Told
from understudy.llm.domain import Tier
from understudy.llm.prompts.domain import PromptSet

T = TypeVar("T")


class PaidModel(Protocol):
    """Asks the models of a company, cheapest first."""

    async def ask(self, ask: Ask[T]) -> Told[T]:
        """The answer with its calls; raises `NotConfigured`, `OverBudget`, `NoPrice` or `AllFailed`."""
        ...


class PromptSource(Protocol):
    """Gives the instructions that hold for a company."""

    async def of(self, company_id: UUID) -> PromptSet:
        """The parts as they are now, usually from memory."""
        ...


class KnowledgeSource(Protocol):
    """Finds passages that an answer may be taken from. Knowledge search fills it; until then Q&A and replies do."""

    async def find(self, question: Question) -> Sequence[Source]:
        """The passages that bear on the question, the most relevant first."""
        ...


@dataclass(frozen=True, slots=True)
class Past:
    """What became of a conversation's last messages. `failed`: how many in a row were not answered, the last included.

    `tier`: the model's tier that the last one was asked of; None where none was.
    """

    failed: int = 0
    tier: Tier | None = None


class Recall(Protocol):
    """Remembers what became of a conversation's messages."""

    async def past(self, company_id: UUID, conversation_id: UUID) -> Past:
        """What became of its last messages, without the one being answered."""
        ...


class PaidCosts(Protocol):
    """What the company's own paid answers cost."""

    async def median(self, company_id: UUID) -> int | None:
        """The median of its paid answers in micro-dollars; None while there are fewer than 20. Usually from memory."""
        ...

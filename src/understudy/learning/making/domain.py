"""What makers work on: observations, and the subject they are about. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from understudy.language.domain import Vector
from understudy.learning.content.domain import Content, padded
from understudy.learning.domain import Scored
from understudy.templates.domain import Scenario


@dataclass(frozen=True, eq=False)
class Observation:
    """What one message taught: who asked what, and what it was about. `text` is fit to be an example.

    `vector` float32 [dimension], unit length; `key` of what answered; `scores` what the rungs came to before that.
    """

    task_id: UUID | None
    contact_id: UUID
    key: str
    language: str
    text: str
    vector: Vector
    confidence: float
    at: datetime
    scores: tuple[Scored, ...] = ()
    message_id: UUID | None = None

    padded: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "padded", padded(self.text))


@dataclass(frozen=True, slots=True)
class Subject:
    """One scenario in one language: what was said about it, what was said about others, and what is new of it."""

    content: Content
    scenario: Scenario
    language: str
    own: tuple[Observation, ...]
    others: tuple[Observation, ...]
    fresh: frozenset[UUID]

    @property
    def key(self) -> str:
        """The key under which the scenario answers."""
        return self.content.key(self.scenario.name)

    @property
    def in_overlay(self) -> bool:
        """Whether what is learnt goes into the company's overlay, since the template is somebody else's too."""
        return not self.content.is_own


def contacts_of(observations: Iterable[Observation]) -> frozenset[UUID]:
    """Who said them."""
    return frozenset(one.contact_id for one in observations)


def tasks_of(observations: Iterable[Observation]) -> tuple[UUID, ...]:
    """The tasks they come from, each once."""
    return tuple(dict.fromkeys(one.task_id for one in observations if one.task_id is not None))


def is_fresh(observations: Sequence[Observation], fresh: frozenset[UUID]) -> bool:
    """Whether any of them is new: without one, the same was proposed before."""
    return any(one.task_id in fresh for one in observations)

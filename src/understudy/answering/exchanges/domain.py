"""One exchange with providers about a message, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from understudy.llm.domain import Prompt, Section, Turn


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was sent for a message, by which calls, and what came back; personal data masked as the provider saw it.

    `completion` is empty where no call gave a whole answer.
    """

    id: UUID
    message_id: UUID
    contact_id: UUID
    prompt: Prompt
    completion: str
    prompt_version: str
    at: datetime
    call_ids: tuple[UUID, ...] = ()


def stored(prompt: Prompt) -> dict[str, Any]:
    """A prompt as JSON values."""
    return {
        "sections": [{"text": section.text, "is_stable": section.is_stable} for section in prompt.sections],
        "turns": [{"role": turn.role, "text": turn.text} for turn in prompt.turns],
    }


def read(values: Mapping[str, Any]) -> Prompt:
    """The prompt that `stored` wrote."""
    return Prompt(
        tuple(Section(**section) for section in values["sections"]), tuple(Turn(**turn) for turn in values["turns"])
    )

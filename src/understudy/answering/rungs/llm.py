"""The paid rung while no provider is set up."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.answering.domain import RungName
from understudy.answering.ladder import Question, Skipped

NOT_CONFIGURED = "not configured"
"""Why the paid rung is skipped while no provider is set up."""
DISABLED = "disabled"
"""Why the paid rung is skipped where the company switched it off."""


@dataclass(frozen=True, slots=True)
class UnconfiguredLlm:
    """Stands in every trace and says why the paid rung was not asked."""

    name: RungName = RungName.LLM

    async def look(self, question: Question) -> Skipped:
        """Says that it is switched off, or not configured."""
        return Skipped(NOT_CONFIGURED if question.settings.llm_enabled else DISABLED)

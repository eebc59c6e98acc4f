"""An oracle in a model's place, on the paid rung: it answers with the label that a person gave a message.

It reads the prompt as a model would, and can only pick what the prompt offers. It says so in every answer.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

from understudy.answering.paid import AnswerKind
from understudy.llm.asking import AllFailed, Ask, Told
from understudy.llm.bills import CallNote, Route
from understudy.llm.domain import Completion, Tier, Usage

T = TypeVar("T")
COST_MICROS = 400
"""What a call costs: 3,000 tokens in and 60 out at the prices of a small model, about."""
SURE = 0.95
_OFFERED = re.compile(r'<(?:scenario|source) id="([AS]\d+)" title="([^"]*)">')


@dataclass(frozen=True, slots=True)
class PaidOracle:
    """`script`: message → label; `outside`: the label of what is out of scope; `noise`: share it gets wrong."""

    slug: str
    script: Mapping[str, str]
    outside: str
    noise: float = 0.0
    seed: int = 0

    async def ask(self, ask: Ask[T]) -> Told[T]:
        """The label's scenario; that it is out of scope; or, where the prompt does not offer it, that it is unclear."""
        values = self._answer(ask.question, "\n".join(ask.prompt.texts))
        try:
            value = ask.read(values)
        except ValueError as error:
            raise AllFailed(f"the oracle could not be read: {error}") from error
        sure = ask.sure(value, Completion("{}", Usage(3_000, 60), values, None))
        tier = ask.start or Tier.SMALL
        note = CallNote(uuid4(), "oracle/labels", Route("oracle", tier, 0.0), COST_MICROS, 1, Usage(3_000, 60), None)
        return Told(
            value=value,
            confidence=sure,
            needs_disclaimer=False,
            calls=(note,),
            tier=tier,
            reason="oracle",
            complexity=0.0,
            cost_micros=COST_MICROS,
            from_cache=False,
        )

    def _answer(self, question: str, prompt: str) -> dict[str, Any]:
        offered = {title: identifier for identifier, title in reversed(_OFFERED.findall(prompt))}
        label = self.script.get(question, self.outside)
        chance = random.Random(f"{self.seed}{question}")
        if chance.random() < self.noise:
            label = chance.choice(sorted({*offered, self.outside} - {label}))
        kind, key = AnswerKind.UNCLEAR, None
        if label == self.outside:
            kind = AnswerKind.OUT_OF_SCOPE
        elif label in offered:
            kind, key = AnswerKind.SCENARIO, offered[label]
        return {
            "rationale": "[oracle] the label that a person gave this message",
            "kind": kind.value,
            "key": key,
            "text": None,
            "sources": [],
            "confidence": SURE,
            "language": "en",
            "escalation": None,
        }

"""A scripted oracle in a model's place: it knows the right answer to each of the demo's messages, because people wrote
it down beside them. It shows what the paid rung does with an answer, and says nothing of how well any model answers.

It reads the prompt as a model would, and says "[scripted]" in every answer, so that nobody takes it for a model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from understudy.answering.paid import AnswerKind
from understudy.answering.prompting.delimiting import neutral, one_line
from understudy.demo.content import OUT_OF_SCOPE, DemoCompany, DemoMessage
from understudy.language.masking.masking import Masker

SURE = 0.95
UNSURE = 0.5
_OFFERED = re.compile(r'<(?:scenario|source) id="([AS]\d+)" title="([^"]*)">')
NOT_IN_SCRIPT = (
    "[scripted] This message is not in the demo's script; a real model would answer it, this stand-in can't."
)
NOT_OFFERED = '[scripted] The script says "{}", which was not offered.'
PICKED = '[scripted] Chosen by the label that a person gave this message: "{}".'
OUTSIDE = "[scripted] Labelled as not this company's business."


@dataclass(frozen=True, slots=True)
class Oracle:
    """The script: a question as a model is told it → the title of what answers it, or `out_of_scope`."""

    script: Mapping[str, str]

    def answer(self, instructions: str, question: str) -> dict[str, Any]:
        """What the script says, as the structured answer that the paid rung asks for."""
        title = self.script.get(question.strip())
        if title is None:
            return _answer(AnswerKind.UNCLEAR, NOT_IN_SCRIPT, UNSURE)
        if title == OUT_OF_SCOPE:
            return _answer(AnswerKind.OUT_OF_SCOPE, OUTSIDE, SURE)
        offered = {name: identifier for identifier, name in reversed(_OFFERED.findall(instructions))}
        if title not in offered:
            return _answer(AnswerKind.UNCLEAR, NOT_OFFERED.format(title), UNSURE)
        return _answer(AnswerKind.SCENARIO, PICKED.format(title), SURE, key=offered[title])


def oracle(*told: tuple[DemoCompany, Iterable[DemoMessage]]) -> Oracle:
    """The oracle for the messages to these companies."""
    script: dict[str, str] = {}
    for company, messages in told:
        asked = {one.id: one.question for one in (*company.company_qa, *company.trade_qa)}
        for message in messages:
            name = message.expected.rpartition(":")[2]
            script[as_told(message.text)] = one_line(asked.get(name, name))
    return Oracle(script)


def as_told(text: str) -> str:
    """A message as a model is told it: personal data masked, nothing in it that could pass for an instruction."""
    return neutral(Masker().mask(text).text).strip()


def _answer(kind: AnswerKind, rationale: str, confidence: float, key: str | None = None) -> dict[str, Any]:
    return {
        "rationale": rationale,
        "kind": kind.value,
        "key": key,
        "text": None,
        "sources": [],
        "confidence": confidence,
        "language": "en",
        "escalation": None,
    }

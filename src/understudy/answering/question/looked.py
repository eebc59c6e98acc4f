"""What a rung may come back with: evidence, an opinion, the need of a person, or why it has nothing to say."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.answering.paid import EscalationReason, PaidTrace
from understudy.llm.domain import Prompt
from understudy.templates.matching.company_matcher import Evidence, Match

BY_MODEL = "llm"
BY_TRIGGER = "trigger"
"""Who saw that a person is needed."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent to providers, personal data masked, and what came back; empty where nothing whole did."""

    prompt: Prompt
    completion: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A rung that was not asked, and why; `paid` and `sent`: what was spent before that showed, and for what."""

    reason: str
    paid: PaidTrace | None = None
    sent: Sent | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A rung that could not answer for a reason that it knows. `error`: a class name; `paid`: what was spent."""

    reason: str
    error: str
    paid: PaidTrace | None = None
    sent: Sent | None = None


@dataclass(frozen=True, slots=True)
class Escalate:
    """A person has to see to it. `by`: who saw that (`trigger` or `llm`); `sign`: what it was seen by."""

    reason: EscalationReason
    by: str
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """An answer that a model wrote from approved sources; `sources` are their keys."""

    text: str
    sources: tuple[str, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the paid rung came to. `paid.kind` says which of `match` and `written` there is, if any.

    `second`: what may be offered beside an unsure `match`. `held`: why it may not answer although it is above the
    threshold; None: it may. `disclaimer`: what is put below the answer.
    """

    version: str
    confidence: float
    paid: PaidTrace
    match: Match | None = None
    written: Written | None = None
    second: Match | None = None
    held: str | None = None
    disclaimer: str = ""
    sent: Sent | None = None


Looked = Evidence | Skipped | Failed | Escalate | Opinion
"""What a rung may come back with."""

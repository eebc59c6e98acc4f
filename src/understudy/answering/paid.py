"""What the paid rung said, as it is kept with the decision: its calls, what it came to, why, and why a person.

Written and read as JSON here, so that decisions of earlier versions, which hold nothing of it, still read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from understudy.llm.bills import CallNote, Route
from understudy.llm.domain import Fault, Tier, Usage


class AnswerKind(StrEnum):
    """What a model may come to. It never does anything else."""

    SCENARIO = "scenario"
    """One of the scenarios or questions offered to it is what the customer wants: its approved reply goes out."""
    WRITTEN = "written"
    """It wrote an answer from the sources given to it, naming them."""
    OUT_OF_SCOPE = "out_of_scope"
    """Not what this company does."""
    UNCLEAR = "unclear"
    """It cannot tell what is wanted, or nothing that it was given answers it."""
    PERSON = "person"
    """A person is needed; the escalation reason says why."""


class EscalationReason(StrEnum):
    """Why a person has to see to it."""

    WANTS_PERSON = "wants_person"
    """The customer asks for one."""
    FRUSTRATION = "frustration"
    """Three or more signs of it."""
    BILLING = "billing"
    """A dispute over more than the company's limit."""
    SECURITY = "security"
    """Somebody else in the account, fraud, or what is kept about the customer."""
    FAILED_ATTEMPTS = "failed_attempts"
    """Two attempts to help failed in this conversation."""
    LEGAL = "legal"
    """Lawyers, courts, authorities."""
    COMPLAINT = "complaint"
    """A formal one."""
    REFUND = "refund"
    """Money back has to be authorised by a person."""
    OUTAGE = "outage"
    """The service is down."""
    SYSTEM_ACCESS = "system_access"
    """It needs a system that the agent cannot reach."""


@dataclass(frozen=True, slots=True)
class PaidTrace:
    """What the paid rung cost and came to. `kind` None: nothing was told.

    `confidence_method` says how the score was found; `sources`: keys of what a written answer rests on; `rationale`
    is the model's own, with personal data masked as the model saw it.
    """

    calls: tuple[CallNote, ...] = ()
    prompt_version: str | None = None
    kind: AnswerKind | None = None
    rationale: str = ""
    escalation: EscalationReason | None = None
    confidence_method: str = ""
    sources: tuple[str, ...] = ()
    tier: Tier | None = None
    reason: str = ""
    complexity: float | None = None
    from_cache: bool = False

    @property
    def cost_micros(self) -> int:
        """What all its calls cost together, also those that failed."""
        return sum(call.cost_micros for call in self.calls)

    @property
    def model(self) -> str | None:
        """Provider and model of the call that answered; None when none did, or it came from memory."""
        return self.calls[-1].target if self.kind is not None and self.calls else None


def stored(trace: PaidTrace) -> dict[str, Any]:
    """The trace as JSON values."""
    values = asdict(trace)
    values["calls"] = [{**call, "id": str(call["id"])} for call in values["calls"]]
    return values


def read(values: Mapping[str, Any]) -> PaidTrace:
    """The trace that `stored` wrote."""
    kind, escalation, tier = values["kind"], values["escalation"], values["tier"]
    enums = {
        "kind": AnswerKind(kind) if kind else None,
        "escalation": EscalationReason(escalation) if escalation else None,
        "tier": Tier(tier) if tier else None,
        "calls": tuple(_call(call) for call in values["calls"]),
        "sources": tuple(values["sources"]),
    }
    return PaidTrace(**{**values, **enums})


def _call(values: Mapping[str, Any]) -> CallNote:
    route, usage, fault = values["route"], values["usage"], values["fault"]
    parts = {
        "id": UUID(values["id"]),
        "route": Route(**{**route, "tier": Tier(route["tier"]) if route["tier"] else None}),
        "usage": Usage(**usage) if usage else None,
        "fault": Fault(fault) if fault else None,
    }
    return CallNote(**{**values, **parts})

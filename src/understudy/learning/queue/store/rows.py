"""Rows of suggestions as values, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from understudy.learning.domain import (
    Backtest,
    Counted,
    Decided,
    Evidence,
    Issue,
    Maker,
    Proposal,
    Status,
    Suggestion,
)
from understudy.learning.editing import as_document, from_document
from understudy.learning.tables import suggestion

COLUMNS = tuple(column.name for column in suggestion.columns)


def suggestion_row(value: Suggestion, *, fingerprint: str) -> dict[str, Any]:
    """A suggestion as the values of its row."""
    proposal, evidence, decided = value.proposal, value.evidence, value.decided
    return {
        "company_id": value.company_id,
        "id": value.id,
        "template_id": proposal.edit.template_id,
        "issue": proposal.issue.value,
        "scenario": proposal.scenario,
        "language": proposal.language,
        "edit": Jsonb(as_document(proposal.edit)),
        "reasoning": proposal.reasoning,
        "maker": proposal.maker.value,
        "model": proposal.model,
        "cost_micros": proposal.cost_micros,
        "details": Jsonb(dict(proposal.details)),
        "status": value.status.value,
        "confidence": value.confidence,
        "priority": value.priority,
        "source_count": evidence.sources,
        "contact_count": evidence.contacts,
        "sources_cost_micros": evidence.cost_micros,
        "channels": list(evidence.channels),
        "similar_this_month": value.similar_this_month,
        "held_because": value.held_because,
        "backtest": Jsonb(backtest_document(value.backtest)) if value.backtest else None,
        "revision": value.revision,
        "fingerprint": fingerprint,
        "decided_by": decided.by if decided else None,
        "second_by": decided.second_by if decided else None,
        "decided_reason": decided.reason if decided else None,
        "applied_version": value.applied_version,
        "created_at": value.created_at,
        "updated_at": value.updated_at,
        "expires_at": value.expires_at,
        "decided_at": decided.at if decided else None,
        "applied_at": value.applied_at,
    }


def suggestion_of(row: Mapping[str, Any], *, sources: tuple[UUID, ...] = ()) -> Suggestion:
    """The suggestion that a row holds. `sources`: its tasks, where they were read along."""
    decided = None
    if row["decided_by"] is not None:
        decided = Decided(row["decided_by"], row["decided_at"], row["decided_reason"] or "", row["second_by"])
    proposal = Proposal(
        issue=Issue(row["issue"]),
        scenario=row["scenario"],
        edit=from_document(row["edit"]),
        reasoning=row["reasoning"],
        language=row["language"],
        maker=Maker(row["maker"]),
        sources=sources,
        model=row["model"],
        cost_micros=row["cost_micros"],
        details=row["details"],
    )
    return Suggestion(
        id=row["id"],
        company_id=row["company_id"],
        proposal=proposal,
        status=Status(row["status"]),
        evidence=Evidence(
            row["source_count"], row["contact_count"], row["sources_cost_micros"], tuple(row["channels"])
        ),
        confidence=row["confidence"],
        priority=row["priority"],
        revision=row["revision"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        expires_at=row["expires_at"],
        similar_this_month=row["similar_this_month"],
        held_because=row["held_because"],
        backtest=_backtest(row["backtest"]) if row["backtest"] else None,
        decided=decided,
        applied_version=row["applied_version"],
        applied_at=row["applied_at"],
    )


def backtest_document(value: Backtest) -> dict[str, Any]:
    """A backtest as JSON values."""
    return {
        "counted": asdict(value.counted),
        "replay_id": str(value.replay_id) if value.replay_id else None,
        "at": value.at.isoformat(),
        "template_version": value.template_version,
        "wrong": list(value.wrong),
    }


def _backtest(stored: Mapping[str, Any]) -> Backtest:
    return Backtest(
        counted=Counted(**stored["counted"]),
        replay_id=UUID(stored["replay_id"]) if stored["replay_id"] else None,
        at=datetime.fromisoformat(stored["at"]),
        template_version=stored["template_version"],
        wrong=tuple(stored["wrong"]),
    )

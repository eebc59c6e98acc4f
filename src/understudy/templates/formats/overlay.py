"""Overlays as plain values: what the store keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy.templates.domain import Overlay, OverlayChange, OverlayKind
from understudy.templates.formats.document import scenario_document, scenario_from_document


def overlay_document(value: Overlay) -> list[Mapping[str, object]]:
    """An overlay as plain values."""
    return [
        {
            "kind": change.kind.value,
            "scenario_name": change.scenario_name,
            "scenario": scenario_document(change.scenario) if change.scenario else None,
            "category": change.category,
        }
        for change in value.changes
    ]


def overlay_from(document: Sequence[Mapping[str, Any]]) -> Overlay:
    """The overlay of a stored document."""
    return Overlay(
        tuple(
            OverlayChange(
                OverlayKind(line["kind"]),
                line["scenario_name"],
                scenario_from_document(line["scenario"]) if line["scenario"] else None,
                line["category"],
            )
            for line in document
        )
    )
